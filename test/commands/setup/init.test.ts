import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join, resolve} from 'node:path';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {plainEnvironment, programIn} from '../../program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-init-'));
const program = programIn(folder);
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

const sample = (name: string): string => readFileSync(`samples/${name}.log`, 'utf8');
const taken = (text: string): string => text.replaceAll(/^#(?!#)/gm, '');
const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8');

test.serial('without a log: all files, the next step for each, and a policy that is the default', t => {
	const {status, out, err} = program(['init']);
	t.deepEqual({status, err}, {status: 0, err: ''});
	const names = readdirSync(join(folder, 'tlsaudit'));
	t.is(names.length, 8);
	for (const name of names) {
		t.regex(out, new RegExp(`^tlsaudit/${name}: .*\\n    sudo install .*tlsaudit/${name} /etc/`, 'm'));
		const mode = statSync(join(folder, 'tlsaudit', name)).mode & 0o777;
		t.is(mode, name === 'policy.yaml' ? 0o600 : name === 'nightly' ? 0o700 : 0o644, name);
	}
	t.like(program(['policy', 'validate', 'tlsaudit/policy.yaml']), {status: 0});
	const verdict = (policy: string) =>
		JSON.parse(program(['check', resolve('samples/founding-case.log'), '--format', 'json', '--policy', policy]).out);
	const [ours, founding] = [verdict('tlsaudit/policy.yaml'), verdict('founding')];
	t.is(ours.violations.length, 7);
	t.deepEqual(ours.violations, founding.violations);
});

test.serial('what is there is not overwritten, and then nothing is written, unless that is asked for', t => {
	mkdirSync(join(folder, 'there'));
	writeFileSync(join(folder, 'there/tlsaudit.timer'), 'mine\n', {mode: 0o600});
	const {status, out, err} = program(['init', '--dir', 'there']);
	t.deepEqual({status, out}, {status: 2, out: ''});
	t.is(
		err,
		'tlsaudit: there/tlsaudit.timer: is there already, and nothing was written; name another folder with --dir, or give --overwrite\n',
	);
	t.deepEqual(readdirSync(join(folder, 'there')), ['tlsaudit.timer']);
	t.is(read('there/tlsaudit.timer'), 'mine\n');
	t.is(program(['init', '--dir', 'there', '--overwrite']).status, 0);
	t.regex(read('there/tlsaudit.timer'), /^OnCalendar=/m);
	t.is(statSync(join(folder, 'there/tlsaudit.timer')).mode & 0o777, 0o644);
});

test.serial('of a log: what was seen beside the policy, and exceptions with which it would be kept', t => {
	writeFileSync(join(folder, 'mail.log'), sample('founding-case'));
	t.like(program(['init', 'mail.log', '--dir', 'seen', '--timezone', 'UTC']), {status: 0, err: ''});
	const policy = read('seen/policy.yaml');
	t.regex(policy, /^## {3}465 implicit TLS +- allowed +1 +- +[✘x] 1 +- +1$/m);
	t.like(program(['check', 'mail.log', '--policy', 'seen/policy.yaml']), {status: 1});
	const [before = '', exceptions = ''] = policy.split('#exceptions:');
	writeFileSync(join(folder, 'excepted.yaml'), `${before}exceptions:${taken(exceptions)}`);
	t.like(program(['check', 'mail.log', '--policy', 'excepted.yaml']), {status: 0, err: ''});
	t.true(read('seen/nightly').includes(`--timezone UTC '${join(folder, 'mail.log*')}'`));
});

test.serial('the line that tries the script runs it in the current folder, too', t => {
	const here = programIn(join(folder, 'there'));
	const {status, out} = here(['init', '--dir', '.', '--overwrite']);
	t.is(status, 0);
	t.regex(out, /^Nothing is installed: .* To try it first: \.\/nightly check \.$/m);
	// With the same folder and logs.
	t.notRegex(out, /tlsaudit init --overwrite/);
});

test.serial('a file is no folder to write to', t => {
	t.is(
		program(['init', '--dir', 'there/tlsaudit.timer']).err,
		'tlsaudit: there/tlsaudit.timer: cannot be written: it is a file; name a directory\n',
	);
});

test.serial('another policy is the base; a file is none', t => {
	t.is(program(['init', '--policy', 'rfc9325', '--dir', 'other']).status, 0);
	t.regex(read('other/policy.yaml'), /^extends: rfc9325$/m);
	const {status, err} = program(['init', '--policy', 'other/policy.yaml', '--dir', 'more']);
	t.is(status, 2);
	t.regex(err, /No policy is called "other\/policy\.yaml"/);
	t.false(existsSync(join(folder, 'more')));
});

test.serial('a log that cannot be read, or of which nothing was understood, makes no policy', t => {
	writeFileSync(join(folder, 'prose.log'), 'no mail at all\n');
	writeFileSync(join(folder, 'cut.log.gz'), gzipSync(sample('founding-case')).subarray(0, 900));
	writeFileSync(join(folder, 'empty.log'), '');
	for (const [name, why] of [
		['none.log', /none\.log: no such file/],
		['prose.log', /1 of 1 line was not understood/],
		['cut.log.gz', /the gzip file ends too early/],
		['empty.log', /there are no lines in the input/],
	] as const) {
		const {status, out, err} = program(['init', name, '--dir', 'unread']);
		t.deepEqual({status, out}, {status: 2, out: ''}, name);
		t.regex(err, why);
		t.regex(err, /^tlsaudit: nothing was written; name logs that can be read whole, or none$/m);
	}
	t.false(existsSync(join(folder, 'unread')));
});

test.serial('parts of a rotated log are one log; a folder is read as a folder', t => {
	mkdirSync(join(folder, 'var log'), {recursive: true});
	for (const name of ['mail.log', 'mail.log.1']) writeFileSync(join(folder, 'var log', name), sample('postfix-3.7'));
	t.is(program(['init', 'var log/mail.log', 'var log/mail.log.1', '--dir', 'rotated']).status, 0);
	t.true(read('rotated/nightly').includes(` '${join(folder, 'var log/mail.log*')}' >>`));
	t.true(read('rotated/nagios.cfg').includes(`'${join(folder, 'var log/mail.log{,.1}')}'`));
	t.true(read('rotated/tlsaudit.service').includes(`ReadOnlyPaths=-${join(folder, 'var\\x20log')}\n`));
	t.is(program(['init', 'var log', '--dir', 'whole']).status, 0);
	t.true(read('whole/nightly').includes(` '${join(folder, 'var log')}' >>`));
});

test.serial('a name that would break a line of a unit is refused', t => {
	writeFileSync(join(folder, 'a\nb.log'), sample('founding-case'));
	const {status, err} = program(['init', 'a\nb.log', '--dir', 'broken']);
	t.is(status, 2);
	t.regex(err, /has characters that no unit and no crontab takes/);
	t.false(existsSync(join(folder, 'broken')));
});

/** A sample as if it were of yesterday, by UTC. */
function ofYesterday(text: string): string {
	const [, day = '', month = ''] = /^\w+, (\d+) (\w+)/.exec(new Date(Date.now() - 86_400_000).toUTCString()) ?? [];
	return text.replaceAll(/^[A-Z][a-z]{2} [ \d]\d /gm, `${month} ${String(Number(day)).padStart(2)} `);
}

/** The folder of a night, with the log that is read in it. */
function night(name: string, log: string): (verb: string, ...words: string[]) => {status: number | null; out: string} {
	const place = join(folder, name);
	mkdirSync(place);
	writeFileSync(join(place, 'mail.log'), ofYesterday(log));
	made(program(['init', join(place, 'mail.log'), '--dir', join(name, 'setup')]).status);
	// What sendmail is given, and by which words.
	mkdirSync(join(place, 'bin'));
	writeFileSync(join(place, 'bin/sendmail'), `#!/bin/sh\n{ echo "words: $*"; cat; } >'${place}/sent'\n`);
	chmodSync(join(place, 'bin/sendmail'), 0o755);
	return (verb, ...words) => {
		const {status, stdout, stderr} = spawnSync(join(place, 'setup/nightly'), [verb, join(place, 'state'), ...words], {
			cwd: '/',
			env: {...plainEnvironment, PATH: `${join(place, 'bin')}${delimiter}${process.env.PATH}`},
			encoding: 'utf8',
		});
		return {status, out: stdout + stderr};
	};
}
const made = (status: number | null): void => {
	if (status !== 0) throw new Error(`init ended with ${status}`);
};

test.serial('a night after which the policy is not kept has a report, and a second run the same', t => {
	t.timeout(180_000);
	const run = night('violated', sample('founding-case'));
	const {status, out} = run('check');
	t.is(status, 1);
	t.regex(out, /read 1 file; sessions \+15/);
	t.regex(out, /^Fail: 5 violations of policy ours\.$/m);
	const again = run('check');
	t.is(again.status, 1);
	t.regex(again.out, /sessions \+0/);
	t.regex(again.out, /^Fail: 5 violations of policy ours\.$/m);
	t.is(statSync(join(folder, 'violated/state/report.txt')).mode & 0o777, 0o600);
	t.deepEqual(run('mail', 'admin@example.org'), {status: 0, out: ''});
	const [head = '', ...body] = read('violated/sent').split('\n\n');
	t.regex(head, /^words: -i -- admin@example\.org\nTo: admin@example\.org\nSubject: tlsaudit on \S+: look at /);
	t.is(body.join('\n\n'), again.out);
	// The next failure does not mail the report of this one.
	t.is(run('mail').status, 0);
	t.regex(read('violated/sent'), /^words: -i -- root\n.*There is no report; see journalctl -u tlsaudit\./s);
});

test.serial('a night after which the policy is kept says nothing', t => {
	t.timeout(180_000);
	const kept = sample('postfix-3.7');
	const run = night('kept', kept);
	t.deepEqual(run('check'), {status: 0, out: ''});
});

test.serial('a night without a log, and one without mail, are told', t => {
	t.timeout(180_000);
	const run = night('gone', sample('founding-case'));
	rmSync(join(folder, 'gone/mail.log'));
	const {status, out} = run('check');
	t.is(status, 2);
	t.regex(out, /mail\.log\*: no file matches/);
	t.is(run('chek').status, 2);
	t.regex(run('chek').out, /nightly: check or mail, not "chek"/);
});

test.serial('the command for Nagios runs, and ends as Nagios wants it', t => {
	t.timeout(180_000);
	const now = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
	const log = sample('founding-case').replaceAll(/^\w{3} [ \d]\d \d\d:\d\d:\d\d/gm, `${now}+00:00`);
	writeFileSync(join(folder, 'now.log'), log);
	t.is(program(['init', 'now.log', '--dir', 'watched']).status, 0);
	const [, line = ''] = /^\tcommand_line {2}(.*)$/m.exec(read('watched/nagios.cfg')) ?? [];
	const {status, stdout} = spawnSync(
		'sh',
		['-c', line.replace('/etc/tlsaudit/policy.yaml', join(folder, 'watched/policy.yaml'))],
		{env: plainEnvironment, encoding: 'utf8'},
	);
	t.is(status, 2);
	t.regex(stdout, /^TLSAUDIT CRITICAL - policy ours: /);
});
