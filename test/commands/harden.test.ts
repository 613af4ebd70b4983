import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {programIn} from '../program.ts';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const program = programIn(samples);
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-harden-'));
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

const all = ['--min-sessions', '1', '--min-days', '1'];
const run = (...words: readonly string[]) => program(['harden', ...words]);
const file = (name: string, text: string): string => {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
};

/** The lines of a table that are no comments: key and value. */
const rowsOf = (text: string): string[][] =>
	text
		.split('\n')
		.filter(line => line !== '' && !line.startsWith('#'))
		.map(line => line.split(' '));

const postmap = ['/usr/sbin/postmap', '/usr/bin/postmap'].find(existsSync);
const real = [
	'real/rfc3164.log',
	'real/rfc3339.log',
	'real/rfc5424.log',
	'real-3.12/a.maillog',
	'real-3.12/b.3339.log',
];

for (const log of real)
	test(`${log}: postmap takes the table, and answers each next hop with its level`, t => {
		const path = join(folder, log.replaceAll('/', '-'));
		t.like(run(log, ...all, '-o', path), {status: 0, out: '', err: ''});
		const rows = rowsOf(readFileSync(path, 'utf8'));
		t.true(rows.length > 5);
		for (const row of rows) t.is(row.length, 2, row.join(' '));
		if (postmap === undefined) return t.log('postmap is not installed: the table is not built');
		writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
		const postfix = (...words: readonly string[]) =>
			spawnSync(postmap, ['-c', folder, ...words], {encoding: 'utf8', input: rows.map(([key]) => `${key}\n`).join('')});
		const built = postfix(`hash:${path}`);
		t.deepEqual([built.status, built.stderr], [0, '']);
		for (const type of ['hash', 'texthash']) {
			const {stdout} = postfix('-q', '-', `${type}:${path}`);
			t.deepEqual(stdout, rows.map(([key, value]) => `${key}\t${value}\n`).join(''), type);
		}
	});

/** The delivery lines of a log that hold some words, read by expressions that share nothing with the program. */
function deliveriesTo(log: string, words: string): string[] {
	return readFileSync(join(samples, log), 'utf8')
		.split('\n')
		.filter(line => /postfix[^ ]*\/(?:smtp|error)\[/.test(line) && line.includes(words) && line.includes(' status='));
}

type Seen = {readonly server: string; readonly port: number; readonly tls: {readonly protocol: string} | null};

for (const log of real)
	test(`${log}: no next hop gets a line whose mail TLS held back, or went out in plaintext`, t => {
		const truth: Seen[] = readFileSync(join(samples, log, '../truth-outbound.jsonl'), 'utf8')
			.trim()
			.split('\n')
			.map(line => JSON.parse(line));
		for (const [key = ''] of rowsOf(run(log, ...all).out)) {
			const [, server, port = '25'] = /^\[([^\]]+)\](?::(\d+))?$/.exec(key) ?? [];
			// There each server has one name; in the other logs many.
			if (server !== undefined && log.startsWith('real/')) {
				const those = truth.filter(each => each.server === server && each.port === Number(port));
				t.true(those.length > 0, key);
				t.true(
					those.every(({tls}) => /^TLSv1\.[23]$/.test(tls?.protocol ?? '')),
					key,
				);
				continue;
			}
			const by = server === undefined ? `@${key}>` : `relay=${server}[${server}]:${port},`;
			const lines = deliveriesTo(log, by);
			t.true(lines.length > 0, key);
			for (const line of lines)
				t.notRegex(line, /tls=(?:may:)?none|TLS is required|Cannot start TLS|not verified|no TLSA|non DNSSEC/, key);
		}
	});

test('real-3.12: dane-only is for those alone whose every delivery says dane', t => {
	const log = 'real-3.12/a.maillog';
	const rows = rowsOf(run(log, ...all).out);
	const strict = rows.filter(([, level]) => level === 'dane-only').map(([key = '']) => key);
	t.true(strict.length > 0);
	for (const domain of strict)
		for (const line of deliveriesTo(log, `@${domain}>`)) t.regex(line, /, tls=dane(?:-only)?,/);
	for (const [domain = '', level] of rows)
		if (level === 'encrypt' && !domain.startsWith('['))
			for (const line of deliveriesTo(log, `@${domain}>`))
				t.notRegex(line, /, tls=(?:dane|dane-only|verify|secure),/, line);
});

/** Ten days of mail to a domain, one message a day; `tail` is what the delivery line has of TLS. */
const daily = (domain: string, relay: string, days = 10, tls = true): string =>
	Array.from({length: days}, (_, index) => {
		const head = `2026-01-${String(index + 1).padStart(2, '0')}T10:00:00+00:00 mx postfix/smtp[${100 + index}]:`;
		const suite = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)';
		const id = `${index + 1}A${domain.length.toString(16).toUpperCase()}F00${domain.charCodeAt(0).toString(16).toUpperCase()}`;
		const summary = tls ? [`${head} Trusted TLS connection established to ${relay}: ${suite}`] : [];
		return [
			...summary,
			`${head} ${id}: to=<u@${domain}>, relay=${relay}, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)`,
		].join('\n');
	}).join('\n');

const log = file(
	'mail.log',
	`${[
		daily('bank.example', 'mx.bank.example[192.0.2.1]:25'),
		daily('shop.example', 'mx.shop.example[192.0.2.2]:25'),
		daily('plain.example', 'mx.plain.example[192.0.2.3]:25', 10, false),
		daily('few.example', 'mx.few.example[192.0.2.4]:25', 4),
		daily('late.example', 'mx.late.example[192.0.2.5]:25', 6),
		daily('gate.example', 'gate.example.net[192.0.2.6]:587'),
	].join('\n')}\n`,
);

test('what is written stands below what it rests on, and the rest is said with its reason', t => {
	const {status, out, err} = run(log);
	t.deepEqual([status, err], [0, '']);
	t.deepEqual(rowsOf(out), [
		['[gate.example.net]:587', 'encrypt'],
		['bank.example', 'encrypt'],
		['shop.example', 'encrypt'],
	]);
	t.true(
		out.includes(
			'# bank.example: always encrypted, TLSv1.3 or later; 10 sessions, 10 messages, 2026-01-01 to 2026-01-10, by mx.bank.example\nbank.example encrypt\n',
		),
		out,
	);
	t.regex(out, /plaintext, or TLS was not offered:\n# {3}plain\.example: 10 of 10 sessions/);
	t.regex(out, /fewer than 5 sessions:\n# {3}few\.example: 4 sessions/);
	t.regex(out, /over fewer than 7 days, from the first session to the last:\n# {3}late\.example: 6 sessions/);
});

test('a handshake that failed before its recipient was known keeps every domain of its server from a line, and it is said', t => {
	const at = (second: number, text: string) => `Nov 29 11:00:0${second} mail postfix/smtp[7]: ${text}`;
	const shared = 'mx.shared.example[192.0.2.7]:25';
	const sent = (second: number, domain: string) => [
		at(
			second,
			`Trusted TLS connection established to ${shared}: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)`,
		),
		at(
			second,
			`4F8C328AB0${second}: to=<a@${domain}>, relay=${shared}, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 Ok)`,
		),
	];
	const calm = [...sent(1, 'one.example'), ...sent(2, 'two.example')];
	const keys = (lines: readonly string[]) => {
		const {out} = run(file('shared.log', lines.join('\n')), ...all, '--year', '2026');
		return {rows: rowsOf(out).map(([key]) => key), out};
	};
	t.deepEqual(keys(calm).rows, ['one.example', 'two.example']);
	const {rows, out} = keys([...calm, at(3, `SSL_connect error to ${shared}: -1`)]);
	t.deepEqual(rows, []);
	t.regex(
		out,
		/a failure before the recipient is known counts for every domain of its server:\n# {3}one\.example: 1 .*\n# {3}two\.example: 1 /,
	);
});

test('the table in use: stricter lines stay, weaker ones are named beside the new one, contradictions are said', t => {
	const table = file(
		'in-use',
		'# ours\nbank.example may ciphers=high\nshop.example secure\nplain.example encrypt\nfew.example encrypt\n',
	);
	const {out} = run(log, '--table', `hash:${table}`);
	t.deepEqual(rowsOf(out), [
		['[gate.example.net]:587', 'encrypt'],
		['bank.example', 'encrypt', 'ciphers=high'],
	]);
	t.true(
		out.includes(`#   in use: "bank.example may ciphers=high" (${table} line 2)\nbank.example encrypt ciphers=high\n`),
	);
	t.true(out.includes(`# few.example: "few.example encrypt" (${table} line 5)\n`));
	t.regex(
		out,
		/Contradicted[^#]*\n# plain\.example: "plain\.example encrypt" \(.*\); 10 sessions went out in plaintext/,
	);
	t.regex(out, /# shop\.example: "shop\.example secure" \(.*\); 10 sessions of 10 went out unverified/);
});

test('the configuration in use gives tables, level and next hops', t => {
	const where = mkdtempSync(join(folder, 'postfix-'));
	writeFileSync(
		join(where, 'main.cf'),
		`smtp_tls_security_level = may\nsmtp_tls_policy_maps = inline:{shop.example=encrypt}\ntransport_maps = inline:{gate.example=smtp:[gate.example.net]:submission}\n`,
	);
	writeFileSync(join(where, 'master.cf'), 'smtp unix - - y - - smtp\n');
	const {out} = run(log, '--postfix', where);
	t.deepEqual(rowsOf(out), [
		['[gate.example.net]:submission', 'encrypt'],
		['bank.example', 'encrypt'],
	]);
	t.true(out.includes('# shop.example: "shop.example encrypt" (main.cf line 2)\n'));
	t.notRegex(out, /it counts only/);
});

test('a file that is there is not overwritten unasked, and what is written is the user’s alone', t => {
	const path = join(folder, 'table');
	t.is(run(log, '-o', path).status, 0);
	t.is(statSync(path).mode & 0o777, 0o600);
	const {status, out, err} = run(log, '-o', path, '--min-days', '1');
	t.deepEqual([status, out], [2, '']);
	t.regex(err, /table: is there already, and may be in use; name another file, or give --overwrite\n$/);
	chmodSync(path, 0o644);
	t.is(run(log, '-o', path, '--overwrite', '--since', '2026-01-05').status, 0);
	t.is(statSync(path).mode & 0o777, 0o600, 'what was there does not lend its mode');
	t.deepEqual(rowsOf(readFileSync(path, 'utf8')), []);
	t.regex(run(log, '-o', join(folder, 'none', 'table')).err, /cannot be written: there is no such directory/);
});

test('without mail to other servers it says so, and how to use no line at all is not told', t => {
	const {status, out} = run(resolve('samples/dovecot-2.3.log'));
	t.is(status, 0);
	t.regex(out, /0 of 0 next hops/);
	t.regex(out, /What was read names no domain to which mail to other servers went: nothing is known/);
	t.notRegex(out, /postmap|may be weaker/);
});

test('connections to other servers whose recipients are not logged are not said to be none', t => {
	const summaries = daily('bank.example', 'mx.bank.example[192.0.2.1]:25')
		.split('\n')
		.filter(line => line.includes('established'));
	const {status, out} = run(file('summaries.log', `${summaries.join('\n')}\n`));
	t.is(status, 0);
	t.notRegex(out, /No mail to other servers/);
	t.regex(out, /What was read names no domain to which mail to other servers went/);
});

test('of a file that was cut off it is said that the rest may contradict a line', t => {
	const cut = join(folder, 'cut.log.gz');
	const whole = gzipSync(readFileSync(log));
	writeFileSync(cut, whole.subarray(0, whole.length - 60));
	const {status, out} = run(cut);
	t.is(status, 2);
	t.true(out.includes('# Not all of the logs could be read: what was not read may contradict a line.\n'), out);
});

test('sessions that were deleted may contradict a line, and it is said', t => {
	const db = join(folder, 'kept.db');
	const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
	const dated = (text: string, from: number): string =>
		text.replaceAll(/2026-01-(\d\d)/g, (_, day: string) => ago(from - Number(day)));
	const text = [
		dated(daily('gone.example', 'mx.gone.example[192.0.2.1]:25', 9, false), 60),
		dated(daily('gone.example', 'mx.gone.example[192.0.2.1]:25', 10), 12),
	].join('\n');
	const grown = file('grown.log', `${text}\n`);
	t.is(program(['import', '--db', db, grown]).status, 0);
	const before = run('--db', db);
	t.deepEqual(rowsOf(before.out), []);
	t.notRegex(before.out, /deleted/);
	t.is(program(['import', '--db', db, '--keep', '30d', grown]).status, 0);
	const after = run('--db', db);
	t.deepEqual(rowsOf(after.out), [['gone.example', 'encrypt']]);
	t.true(
		after.out.includes(
			'# 9 messages of deleted sessions are not looked at: what is known of them may contradict a line.\n',
		),
		after.out,
	);
	t.notRegex(run('--db', db, '--since', `${ago(11)}T00:00:00Z`).out, /deleted/);
});

test('a table in use without a row is said, as it may be the wrong one', t => {
	const empty = file('empty', '# nothing yet\n');
	const {status, out, err} = run(log, '--table', empty);
	t.deepEqual([status, err], [0, `tlsaudit: ${empty}: has no row; check that it is the table in use\n`]);
	t.regex(out, /bank\.example/);
});

test('what cannot be done is one sentence', t => {
	const refused = (words: readonly string[], sentence: RegExp) => {
		const {status, out, err} = run(...words);
		t.deepEqual([status, out], [2, ''], words.join(' '));
		t.regex(err, sentence);
		t.is(err.split('\n').length, 2, err);
	};
	refused([log, '--table', join(folder, 'missing')], /missing: no such table; name its source/);
	const built = file('built.db', 'bank.example\0secure\0');
	refused([log, '--table', built], /built\.db: is no text; name its source, not what postmap made/);
	refused([log, '--table', log, '--postfix', folder], /--table and --postfix both say what is in use/);
	refused([log, '--min-days', '0'], /--min-days/);
	refused([log, '--min-sessions', 'x'], /expected a number of sessions from 1 on/);
	refused([log, '--since', '2027-01-01'], /no session/);
	refused([log, '--postfix', join(folder, 'nowhere')], /nowhere/);
});

test('names from a log are no lines of a table', t => {
	const hostile = [
		'x.example encrypt',
		'#.example',
		'a,b.example',
		'=evil',
		'"q".example',
		'bücher.example',
		'\u001b[31m.example',
	];
	const text = hostile.map(name => daily(name, 'mx.evil.example[192.0.2.66]:25')).join('\n');
	const {out} = run(file('hostile.log', `${text}\n`), ...all);
	t.deepEqual(rowsOf(out), []);
	t.false(out.includes('\u001b'));
	for (const line of out.split('\n')) t.regex(line, /^(?:#|$)/);
});
