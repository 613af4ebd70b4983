import {mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {programIn} from './program.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-printed-'));

/** Nothing of these may reach a terminal: Unicode's classes of what has no look of its own. Line breaks are looked at apart. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** One of each kind: window title, clearing, C1, direction, zero width, byte order mark, separators, tags, unassigned, fillers. */
const hostile = [
	'\x1b]0;PWN\x07',
	'\x1b[2J',
	'\x9b1m\x85',
	'\u202E\u2066\u061C',
	'\u200B\u200D\u2060',
	'\uFEFF',
	'\u2028\u2029',
	'\u{E0041}\u{E0000}',
	'\u0378',
	'\u00AD\u3164\uFE0F',
	'\x7f\b\t',
].join('x');

const run = programIn(folder);

/** What there is of unsafe characters in a text with line breaks of its own. */
function unsafeIn(text: string): string | null {
	// Tabs indent pages and documents.
	const found = unsafe.exec(text.replaceAll(/(?:^|\r?\n)\t*/g, ''));
	if (found === null) return null;
	return `U+${found[0].codePointAt(0)?.toString(16)} near ${JSON.stringify(text.replaceAll('\n', ' ').slice(Math.max(0, found.index - 40), found.index + 20))}`;
}

/** A hostile word wherever a log has a word of a peer or of an operator. */
function hostileLog(): string {
	const word = `a${hostile}`;
	const lines = [
		`postfix/smtps/smtpd[1]: connect from ${word}.example[192.0.2.1]`,
		`postfix/smtps/smtpd[1]: Anonymous TLS connection established from ${word}.example[192.0.2.1]: TLSv1${word} with cipher ${word} (128/128 bits) key-exchange ${word} server-signature ${word} (2048 bits) server-digest ${word}`,
		`postfix/smtps/smtpd[1]: 4XYZ1: client=${word}.example[192.0.2.1], sasl_method=PLAIN, sasl_username=${word}`,
		`postfix/smtps/smtpd[1]: disconnect from ${word}.example[192.0.2.1] ehlo=1 auth=1 mail=1 quit=1 commands=4`,
		'postfix/smtps/smtpd[2]: connect from b.example[192.0.2.2]',
		'postfix/smtps/smtpd[2]: Anonymous TLS connection established from b.example[192.0.2.2]: TLSv1 with cipher RC4-SHA (128/128 bits)',
		`postfix/smtps/smtpd[2]: 4XYZ2: client=b.example[192.0.2.2], sasl_method=PLAIN, sasl_username=${word}`,
		'postfix/smtps/smtpd[2]: disconnect from b.example[192.0.2.2] ehlo=1 auth=1 mail=1 quit=1 commands=4',
		`postfix/smtpd[3]: SSL_accept error from ${word}.example[192.0.2.3]: -1`,
		`postfix/smtpd[3]: warning: TLS library problem: error:1:SSL routines::${word}:x.c:1:`,
		`postfix/smtp[4]: Untrusted TLS connection established to ${word}.example[198.51.100.1]:25: TLSv1.2${word} with cipher ${word} (128/128 bits)`,
		`postfix/smtp[4]: 6C3B4E0D77: to=<${word}@example.com>, relay=${word}.example[198.51.100.1]:25, delay=2, delays=0/0/1/1, dsn=2.0.0, status=sent (250 ${word})`,
		`postfix/smtp[6]: TLSRPT: status=failure, domain=d${word}.example, receiving_mx=${word}.example[198.51.100.3], failure_type=${word}, failure_reason=${word}`,
		`postfix/smtp[6]: TLSRPT: status=failure, domain=example.com, receiving_mx=${word}.example[198.51.100.3], failure_type=${word}, failure_reason=${word}`,
		`postfix/smtpd[5]: TLS ${word} is what this line speaks of`,
		`dovecot: imap-login: Login: user=<${word}>, method=PLAIN, rip=198.51.100.2, rport=2, lip=192.0.2.2, lport=993, mpid=2, TLS, TLSv1 with cipher RC4-${word} (128/128 bits), local_name=${word}, session=<y>`,
	];
	return lines.map(line => `2026-01-31T08:40:05.000000+00:00 mx${hostile.replaceAll(/[\t ]/g, '')} ${line}\n`).join('');
}

const logName = `mail-${hostile}.log`;
writeFileSync(join(folder, logName), hostileLog());
const policyName = `site-${hostile}.yaml`;
const quoted = JSON.stringify(`p${hostile}`);
writeFileSync(
	join(folder, policyName),
	`name: ${quoted}
title: ${quoted}
hops:
  submission: {min-version: TLSv1.2, groups: [${quoted}], digests: [${quoted}], suites: [ECDHE-RSA-AES256-GCM-SHA384]}
  relay-in: {min-version: TLSv1.2}
  relay-out: {min-version: TLSv1.2, trust: verified}
exceptions:
  - {user: ${quoted}, reason: ${quoted}, until: 2099-01-01}
  - {user: other, reason: ${quoted}, until: 2020-01-01}
`,
);

const forms: ReadonlyArray<readonly [command: string, formats: readonly string[], more: readonly string[]]> = [
	['report', ['text', 'json', 'csv', 'markdown', 'html', 'cyclonedx', 'tlsrpt'], []],
	['report', ['text', 'json', 'csv', 'markdown', 'html'], ['--by', 'suite']],
	['sessions', ['ndjson', 'csv'], []],
	['check', ['text', 'json', 'csv', 'markdown', 'html', 'junit', 'sarif', 'nagios'], []],
	['whatif', ['text', 'json', 'csv', 'markdown', 'html'], ['--min-version', 'TLSv1.2']],
];

for (const [command, formats, more] of forms)
	for (const format of formats)
		test(`${[command, ...more].join(' ')} as ${format}: no character of a hostile log, file name or policy reaches the terminal`, t => {
			for (const policy of [[], ['--policy', policyName]]) {
				const {status, out, err} = run([
					command,
					logName,
					'--format',
					format,
					...more,
					...(command === 'whatif' || command === 'sessions' ? [] : policy),
				]);
				t.true(status === 0 || status === 1 || status === 2 || status === 3, err);
				t.true(out.length > 40, err);
				t.is(unsafeIn(out), null);
				t.is(unsafeIn(err), null);
			}
		});

test('colours are the only escapes of a coloured report', t => {
	const {out} = run(['report', logName], '', {NO_COLOR: undefined, FORCE_COLOR: '1'});
	t.regex(out, /\x1b\[1m/);
	t.is(unsafeIn(out.replaceAll(/\x1b\[\d+m/g, '')), null);
});

test('results of SQL: names of columns and values are safe in every form', t => {
	const query = `select username as "u${hostile.replaceAll('\t', '')}", [cipher] as list, {'k${hostile}': tag} as "struct", 170141183460469231731687303715884105727::hugeint as large, 9223372036854775807 as wide from sessions`;
	for (const format of ['text', 'json', 'csv']) {
		const {status, out, err} = run(['sql', query, logName, '--format', format]);
		t.is(status, 0, err);
		t.is(unsafeIn(out), null, format);
		t.regex(out, /170141183460469231731687303715884105727/);
	}
});

test('policies: names, titles and keys', t => {
	for (const words of [
		['policy', 'show', policyName],
		['policy', 'show', policyName, '--format', 'json'],
		['policy', 'validate', policyName],
	]) {
		const {status, out, err} = run(words);
		t.is(status, 0, err);
		t.is(unsafeIn(out), null);
	}
});

/** Command lines that fail, each with hostile words in what it complains of. */
function failing(): string[][] {
	const broken = `broken-${hostile}.yaml`;
	writeFileSync(
		join(folder, broken),
		`name: x\n${JSON.stringify(hostile)}: 1\nhops: {${JSON.stringify(`h${hostile}`)}: {ban: [${quoted}]}}\n`,
	);
	const program = `elf-${hostile}`;
	writeFileSync(join(folder, program), '\x7fELF\x02\x01\x01\0\0');
	const folderName = `folder-${hostile}`;
	mkdirSync(join(folder, folderName), {recursive: true});
	const foreign = `foreign-${hostile}.db`;
	writeFileSync(join(folder, foreign), 'no database');
	return [
		['report', `gone-${hostile}.log`],
		['report', `gone\ntlsaudit: all is well.log`],
		['report', program, folderName, `*${hostile}nothing`],
		['report', logName, '--policy', broken],
		['policy', 'validate', broken],
		['policy', 'show', `x${hostile}`],
		['report', logName, `--${hostile}`],
		['report', logName, '--hop', hostile],
		['report', logName, '--since', hostile],
		['report', logName, '--timezone', hostile],
		['report', logName, '--db', foreign],
		['report', logName, '--db', `gone-${hostile}/x.db`],
		['import', '--db', foreign, logName],
		['sql', `select "${hostile}" from sessions`, logName],
		['sql', `select '${hostile}'::integer`, logName],
		['sql', `select error('${hostile}')`, logName],
		['sessions', logName, '-o', `gone-${hostile}/x.csv`],
		['check', logName, '--baseline', `gone-${hostile}`],
		['check', logName, '--baseline', logName],
		['whatif', logName, '--ban', `x${hostile}`],
		['postfix', `gone-${hostile}`],
		['probe', `${hostile}:x`],
		[`reprot${hostile}`],
	];
}

for (const [index, words] of failing().entries())
	test(`error ${index + 1}, ${words[0]?.replace(unsafe, '…').slice(0, 8)} ${(words[2] ?? words[1] ?? '').replaceAll(/[^\w-]/g, '').slice(0, 12)}: lines on standard error are safe, with --verbose too`, t => {
		for (const verbose of [[], ['--verbose']]) {
			const {status, out, err} = run([...words, ...verbose]);
			t.not(status, 0);
			t.not(status, 1);
			t.is(unsafeIn(err), null);
			t.is(unsafeIn(out), null);
			t.regex(err, /^tlsaudit: /);
			// A name with a line break in it cannot forge a line.
			if (verbose.length === 0) t.notRegex(err, /\n(?!tlsaudit: |$)|^tlsaudit: all is well/m);
		}
	});

test('what Postfix is configured with is safe: parameters, values, services and files', t => {
	const config = join(folder, 'config');
	mkdirSync(config, {recursive: true});
	const word = hostile.replaceAll(/[\t\n\u2028\u2029\x85]/g, '');
	const main = readFileSync(at('samples/founding-postfix/main.cf'), 'utf8');
	writeFileSync(
		join(config, 'main.cf'),
		`${main}\nsmtpd_tls_protocols = >=TLSv1${word}\nsmtpd_tls_${word}x = ${word}\nsmtpd_tls_ciphers = ${word}\nsyslog_name = ${word}\n`,
	);
	const master = readFileSync(at('samples/founding-postfix/master.cf'), 'utf8');
	writeFileSync(
		join(config, 'master.cf'),
		`${master}\n587${word} inet n - y - - smtpd -o smtpd_tls_security_level=${word} -o ${word}=x\n`,
	);
	for (const format of ['text', 'json']) {
		const {out, err} = run(['postfix', config, '--format', format, '--log', logName]);
		t.true(out.length > 40, err);
		t.is(unsafeIn(out), null);
		t.is(unsafeIn(err), null);
	}
});

test('nothing is written but by the ways that make it safe', t => {
	const src = at('src');
	/** Files that write to the process's streams, and what they write: error lines, output of commands, painted rows. */
	const writers = new Set(['main.ts', 'cli/io.ts', 'ui/terminal.ts', 'ui/exit-signals.ts']);
	const names = readdirSync(src, {recursive: true, encoding: 'utf8'}).filter(name => /\.tsx?$/.test(name));
	t.true(names.length > 300);
	const found = names.filter(name =>
		/\b(?:stdout|stderr)\.write\(|\bwriteSync\(|\bconsole\./.test(readFileSync(join(src, name), 'utf8')),
	);
	t.deepEqual(
		found.filter(name => !writers.has(name)),
		[],
	);
});

test('versions that peers make up are counted, and do not widen the table without end', t => {
	const lines = Array.from({length: 50}, (_, index) => {
		const head = `2026-01-31T08:40:05.000000+00:00 mx postfix/smtpd[${index}]:`;
		const peer = `a.example[192.0.2.${index}]`;
		return `${head} connect from ${peer}\n${head} Anonymous TLS connection established from ${peer}: TLSv9.${index} with cipher X (128/128 bits)\n${head} disconnect from ${peer} ehlo=1 mail=1 commands=2\n`;
	});
	const {status, out, err} = run(['report'], lines.join(''));
	t.is(status, 0, err);
	t.regex(out, /HOP +PORT +TLSv9\.0 +TLSv9\.1 +TLSv9\.10 +47 more\n\S+ +\d+ +1 +1 +1 +47\n/);
});
