import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {FixPlan} from '../../../src/model/fix-plan.ts';
import {postfixScript} from '../../../src/report/formats/postfix-script.ts';
import type {PostfixReport} from '../../../src/report/postfix-report.ts';
import {planLines} from '../../../src/report/text/plan-text.ts';

const report: PostfixReport = {
	version: '3.7.11',
	versionSource: 'as given',
	config: '/etc/postfix',
	policy: 'founding',
	matrix: [],
	findings: [],
	plans: [],
	notCheckable: [],
	unread: [],
	loadedAt: null,
	log: false,
	partial: false,
	partOfFiles: false,
	nothing: null,
	missing: [],
	probed: null,
	partOfDovecot: false,
};

const plan: FixPlan = {
	instance: null,
	directory: '/etc/postfix',
	steps: [
		{service: 'main.cf', findings: ['no-final-newline'], command: 'echo >> /etc/postfix/main.cf'},
		{
			service: 'smtps/inet',
			findings: ['mandatory-service-optional-list', 'explicit-weak-floor'],
			command: "postconf -P 'smtps/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'",
		},
		{service: 'main.cf', findings: ['loglevel-0'], command: "postconf -e 'smtp_tls_loglevel=1'"},
	],
	byHand: [{id: 'blank-in-o', severity: 'error', service: 'smtp/inet', advice: '-o a=b'}],
};

/** Runs a script in a folder of its own, with a postconf and a postfix that write down what they are given. */
function played(plans: readonly FixPlan[], folder: string) {
	const bin = join(folder, 'bin');
	mkdirSync(bin);
	for (const name of ['postconf', 'postfix']) {
		writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' "${name}" "$@" "in $MAIL_CONFIG" >> ${folder}/said\n`);
		chmodSync(join(bin, name), 0o755);
	}
	const script = postfixScript({...report, plans});
	const env = {...process.env, PATH: `${bin}:${process.env.PATH}`};
	const {status, stdout, stderr} = spawnSync('sh', [], {input: script, env, encoding: 'utf8', cwd: folder});
	return {status, stdout, stderr, said: readFileSync(join(folder, 'said'), 'utf8')};
}

function inFolder(use: (folder: string) => void): void {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-script-'));
	try {
		use(folder);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

test('Copies come first, then the commands under the findings that they mend, then the check and what is done by hand', t => {
	const script = postfixScript({...report, plans: [plan]});
	const places = [
		'cp -p "$MAIL_CONFIG/$file"',
		"# smtps/inet: mandatory-service-optional-list, explicit-weak-floor\npostconf -P 'smtps/inet/",
		"# main.cf: loglevel-0\npostconf -e 'smtp_tls_loglevel=1'",
		'\npostfix check\n',
		'#   error blank-in-o, smtp/inet: -o a=b',
	].map(words => script.indexOf(words));
	t.true(
		places.every((place, index) => place > (places[index - 1] ?? 0)),
		script,
	);
	// The newline is given where the copies are made, whatever the directory.
	t.notRegex(script, /^echo >>/m);
	t.notRegex(script, /^\s*postfix reload/m);
	execFileSync('sh', ['-n'], {input: script});
});

test('It runs in the directory that was read, keeps the files, and mends a file without a newline first', t => {
	inFolder(folder => {
		const directory = join(folder, "it's here");
		mkdirSync(directory);
		writeFileSync(join(directory, 'main.cf'), 'a = 1');
		writeFileSync(join(directory, 'master.cf'), 'smtp inet n - y - - smtpd\n');
		const {status, stdout, stderr, said} = played([{...plan, directory}], folder);
		t.is(status, 0, stderr);
		t.is(readFileSync(join(directory, 'main.cf'), 'utf8'), 'a = 1\n');
		t.is(readFileSync(join(directory, 'master.cf'), 'utf8'), 'smtp inet n - y - - smtpd\n');
		const kept = readdirSync(directory).filter(name => name.includes('.before-tlsaudit-'));
		t.is(kept.length, 2);
		t.is(readFileSync(join(directory, kept.find(name => name.startsWith('main.cf')) ?? ''), 'utf8'), 'a = 1');
		t.regex(stdout, /To undo: cp -p /);
		t.is(
			said,
			[
				...['postconf', '-P', 'smtps/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2', `in ${directory}`],
				...['postconf', '-e', 'smtp_tls_loglevel=1', `in ${directory}`, 'postfix', 'check', `in ${directory}`, ''],
			].join('\n'),
		);
	});
});

test('Names, values and advice of a hostile file run nothing', t => {
	inFolder(folder => {
		const bad = `x\n$(touch ${folder}/bad)\`touch ${folder}/bad\`'; touch ${folder}/bad #`;
		writeFileSync(join(folder, 'main.cf'), '');
		const {status, stderr} = played(
			[
				{
					instance: bad,
					directory: folder,
					steps: [{service: bad, findings: ['loglevel-0'], command: "postconf -e 'a=b'"}],
					byHand: [{id: 'blank-in-o', severity: 'error', service: bad, advice: bad}],
				},
			],
			folder,
		);
		t.is(status, 0, stderr);
		t.false(readdirSync(folder).includes('bad'));
	});
});

test('Without a command there are no copies, and what is done by hand is a comment', t => {
	const script = postfixScript({...report, plans: [{...plan, steps: []}]});
	t.notRegex(script, /cp -p "/);
	t.notRegex(script, /postconf|postfix check/);
	t.regex(script, /# There is nothing that a command can mend\.\n\n# By hand/);
	execFileSync('sh', ['-n'], {input: script});
});

test('Each instance has its own directory', t => {
	const other = {...plan, instance: 'postfix-out', directory: '/etc/postfix-out'};
	const script = postfixScript({...report, plans: [plan, other]});
	t.regex(script, /MAIL_CONFIG='\/etc\/postfix'\n[\s\S]*# The instance postfix-out\nMAIL_CONFIG='\/etc\/postfix-out'/);
});

test('Advice of several lines is several comments, so that each line can be taken as it is', t => {
	const advice = '# delete: ssl_dh = </dh.pem\nservice imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}';
	const byHand = [{id: 'dovecot-name-of-another-release', severity: 'error', service: 'dovecot', advice} as const];
	const script = postfixScript({...report, plans: [{...plan, byHand}]});
	t.true(
		script.endsWith(`#   error dovecot-name-of-another-release, dovecot:\n${advice.replaceAll(/^/gm, '#     ')}\n`),
	);
	t.notRegex(script, /\u{fffd}/u);
	t.true(
		planLines({...plan, byHand})
			.join('\n')
			.endsWith(`dovecot):\n${advice.replaceAll(/^/gm, '  ')}`),
	);
});
