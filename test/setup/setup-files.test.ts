import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {Setup} from '../../src/setup/setup.ts';
import {setupFiles} from '../../src/setup/setup-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-units-'));
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

const debian: Setup = {
	version: '0.1.0',
	day: '2026-11-30',
	program: ['/usr/bin/tlsaudit'],
	logs: ['/var/log/mail.log*'],
	newest: ['/var/log/mail.log{,.1}'],
	folders: ['/var/log'],
	reading: [],
	readers: {group: 'adm', root: false},
};
const redHat: Setup = {
	...debian,
	logs: ['/var/log/maillog*'],
	newest: ['/var/log/maillog{,.1}'],
	readers: {group: 'adm', root: true},
};
const odd: Setup = {
	...debian,
	program: ['/opt/node 22/bin/node', "/opt/it's/tlsaudit.js"],
	logs: ['/srv/100 %/$HOME; mail.log*'],
	newest: ['/srv/100 %/$HOME; mail.log{,.1}'],
	folders: ['/srv/100 %'],
	reading: ['--framing', '{time} {host} {tag}: {message}'],
};
const setups = {debian, redHat, odd};

const textOf = (setup: Setup, name: string): string => {
	const file = setupFiles(setup, 'name: ours\n').find(each => each.name === name);
	if (file === undefined) throw new Error(`${name} is not written`);
	return file.text;
};

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

for (const [name, setup] of Object.entries(setups))
	test(`systemd takes the units: ${name}`, t => {
		if (!has('systemd-analyze')) return t.log('systemd is not installed: the units are not checked');
		const place = join(folder, name);
		mkdirSync(place);
		const script = join(place, 'nightly');
		writeFileSync(script, '#!/bin/sh\n');
		chmodSync(script, 0o755);
		const units = setupFiles(setup, '').filter(each => /\.(?:service|timer)$/.test(each.name));
		t.is(units.length, 3);
		// Programs of units have to be there.
		for (const each of units)
			writeFileSync(join(place, each.name), each.text.replaceAll('/etc/tlsaudit/nightly', script), {mode: each.mode});
		const {status, stdout, stderr} = spawnSync(
			'systemd-analyze',
			['verify', '--man=no', ...units.map(each => join(place, each.name))],
			{encoding: 'utf8'},
		);
		t.deepEqual({status, out: stdout, err: stderr}, {status: 0, out: '', err: ''});
	});

test('the service can do little more than read', t => {
	if (!has('systemd-analyze')) return t.log('systemd is not installed: the service is not rated');
	for (const [name, most] of [
		['debian', 1.5],
		['redHat', 2],
	] as const) {
		const unit = join(folder, `${name}.service`);
		writeFileSync(unit, textOf(setups[name], 'tlsaudit.service'));
		const {stdout} = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', unit], {
			encoding: 'utf8',
		});
		const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1]);
		t.true(exposure > 0 && exposure <= most, `${name}: ${exposure}\n${stdout}`);
	}
});

test('where root alone may read the log, the service may read all, and change nothing', t => {
	t.regex(textOf(redHat, 'tlsaudit.service'), /^AmbientCapabilities=CAP_DAC_READ_SEARCH$/m);
	t.regex(textOf(redHat, 'tlsaudit.service'), /^CapabilityBoundingSet=CAP_DAC_READ_SEARCH$/m);
	t.regex(textOf(debian, 'tlsaudit.service'), /^CapabilityBoundingSet=$/m);
	t.notRegex(textOf(debian, 'tlsaudit.service'), /Ambient/);
	for (const [place, home] of [
		['/var/log', 'yes'],
		['/home/me', 'read-only'],
	] as const)
		t.regex(textOf({...debian, folders: [place]}, 'tlsaudit.service'), new RegExp(`^ProtectHome=${home}$`, 'm'));
});

test('what the script itself complains of is in the journal, to which the mail without a report points', t => {
	t.regex(textOf(debian, 'nightly'), /journalctl -u tlsaudit/);
	// By default it goes where standard output goes.
	t.regex(textOf(debian, 'tlsaudit.service'), /^StandardOutput=null\nStandardError=journal$/m);
});

test('the script finds Node beside the program where cron does not look', t => {
	// What cron hands over (crontab(5)).
	const path = spawnSync('sh', ['-c', `${/^PATH=.*$/m.exec(textOf(debian, 'nightly'))?.[0]}; echo "$PATH"`], {
		env: {PATH: '/usr/bin:/bin'},
		encoding: 'utf8',
	}).stdout.trim();
	t.deepEqual(path.split(':'), ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/usr/lib']);
});

/** The words that a shell makes of a command line, by a shell. */
const wordsOf = (line: string): string[] =>
	spawnSync('sh', ['-c', `for word in ${line}; do printf '%s\\0' "$word"; done`], {encoding: 'utf8'})
		.stdout.split('\0')
		.slice(0, -1);

for (const [name, setup] of Object.entries(setups))
	test(`Nagios and Icinga run the same words: ${name}`, t => {
		const wanted = [
			...setup.program,
			'check',
			...setup.newest,
			...setup.reading,
			...['--since', '24 hours ago', '--policy', '/etc/tlsaudit/policy.yaml', '--format', 'nagios'],
		];
		const line = /^\tcommand_line {2}(.*)$/m.exec(textOf(setup, 'nagios.cfg'))?.[1] ?? '';
		// What Nagios does with them: a comment begins at a bare `;`, `$$` is a `$`.
		t.deepEqual(wordsOf(line.replaceAll('\\;', ';').replaceAll('$$', '$')), wanted);
		t.notRegex(line, /[^\\];/);
		const [, list = ''] = /command = (\[.*?\n\t\])/s.exec(textOf(setup, 'icinga2.conf')) ?? [];
		t.deepEqual(
			JSON.parse(list).map((word: string) => word.replaceAll('$$', '$')),
			wanted,
		);
	});

test('the script gives the program the words of the setup', t => {
	const script = textOf(odd, 'nightly');
	const [, program = ''] = /^tlsaudit\(\) \{\n\t(.*) "\$@"$/m.exec(script) ?? [];
	t.deepEqual(wordsOf(program), odd.program);
	const [, words = ''] = / import --db "\$database" --keep 90d (.*) >>/.exec(script) ?? [];
	t.deepEqual(wordsOf(words), [...odd.reading, ...odd.logs]);
	t.is(spawnSync('sh', ['-n'], {input: script}).status, 0);
});

test('what holds names is for its owner, what systemd and cron read is for all', t => {
	const modes = Object.fromEntries(setupFiles(debian, '').map(({name, mode}) => [name, mode.toString(8)]));
	t.deepEqual(modes, {
		'policy.yaml': '600',
		nightly: '700',
		'tlsaudit.service': '644',
		'tlsaudit-mail.service': '644',
		'tlsaudit.timer': '644',
		'tlsaudit.cron': '644',
		'nagios.cfg': '644',
		'icinga2.conf': '644',
	});
});
