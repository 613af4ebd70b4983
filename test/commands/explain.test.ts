import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings, type Settings} from '../../src/cli/settings.ts';
import {explain} from '../../src/commands/explain.ts';
import {ioWith} from './fixture/io.ts';

const sample = (name: string): string => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));

async function settingsOf(...words: string[]): Promise<Settings> {
	return readSettings(readFlags(['explain', '--timezone', 'UTC', ...words]), Date.UTC(2026, 11, 1));
}

async function explained(target: string, input?: string): Promise<string> {
	let text = '';
	const write = async (more: string): Promise<void> => {
		text += more;
	};
	await explain(
		await settingsOf(target),
		ioWith({write, stdin: Readable.from(input === undefined ? [] : [Buffer.from(input)])}),
	);
	return text;
}

/** The text without the folding of its lines. */
const unfolded = (text: string): string => text.replaceAll(/\n {12,}/g, ' ');

async function has(
	t: {true(value: boolean, message: string): void},
	target: string,
	...words: RegExp[]
): Promise<void> {
	const text = unfolded(await explained(target));
	for (const each of words) t.true(each.test(text), `${each} in\n${text}`);
}

test.serial('a login: framing, program, record, session and rule', async t => {
	await has(
		t,
		`${sample('founding-case.log')}:12`,
		/stamp +Oct 12 08:02:40/,
		/time +2026-10-12T08:02:40\.000Z \(not written: the year/,
		/tag +postfix\/smtps\/smtpd\n +pid +2101/,
		/PROGRAM +smtpd: .*\n +instance +postfix\n +service +smtps/,
		/COUNTED +understood/,
		/RECORD +smtpd summary/,
		/SESSION +submission 465, encrypted, TLSv1 ECDHE-RSA-AES256-SHA, from scanner\.example\.org\[192\.0\.2\.61\]/,
		/lines +lines 11 to 16/,
		/why .*same host, tag and pid, between connect and disconnect \(smtpd\/smtpd\.c\)/,
		/state +complete after line 16/,
	);
});

test.serial('STARTTLS: the disconnect line judges', async t => {
	const text = readFileSync(sample('founding-case.log'), 'utf8').split('\n');
	const line = text.findIndex(each => each.includes('disconnect from') && each.includes('starttls=1')) + 1;
	t.true(line > 0);
	await has(
		t,
		`${sample('founding-case.log')}:${line}`,
		/RECORD +smtpd disconnect/,
		/starttls +1/,
		/why .*its counters judge it/,
	);
});

test.serial('one handshake that tlsproxy and smtp both log is one session', async t => {
	const text = readFileSync(sample('connection-reuse.log'), 'utf8').split('\n');
	const line = text.findIndex(each => each.includes('/smtp[') && each.includes('established to')) + 1;
	await has(t, `${sample('connection-reuse.log')}:${line}`, /why +tlsproxy and smtp write the same summary/);
});

test.serial('a foreign program, a program without sessions, a line that only changes what is known', async t => {
	const input = [
		'Oct 12 08:00:01 mx1 sshd[1]: Connection closed by 192.0.2.1',
		'Oct 12 08:00:02 mx1 postfix/cleanup[2]: 4A1F2C0B61: message-id=<1@example.org>',
		'Oct 12 08:00:03 mx1 postfix/master[3]: reload -- version 3.7.6, configuration /etc/postfix',
		'',
	].join('\n');
	const [foreign = '', other = '', master = ''] = unfolded(await explained('-', input)).split(/^(?=-, line)/m);
	t.regex(foreign, /COUNTED +foreign.*SESSION +none\n +why +A foreign program wrote it/s);
	t.regex(other, /COUNTED +irrelevant.*SESSION +none\n +why +This program writes nothing about TLS sessions/s);
	t.regex(master, /RECORD +restart.*SESSION +none\n +why +Postfix was started or reloaded/s);
});

test.serial('a result of TLSRPT that cannot be read is said to be of no session', async t => {
	const input = ['smtp', 'tlsproxy']
		.map(program => `Oct 12 08:00:01 mx1 postfix/${program}[1]: TLSRPT: status=success, domain=bank.example, rec\n`)
		.join('');
	for (const text of unfolded(await explained('-', input)).split(/^(?=-, line 2)/m)) {
		t.regex(text, /SESSION +none\n +why +A result for the TLSRPT library that could not be read: it is of no session/);
		t.notRegex(text, /it is of the connection/);
	}
});

test.serial('malformed: no head, a date of no calendar, a line that was cut', async t => {
	const input = `nobody knows this\nOct 42 08:00:01 mx1 postfix/smtpd[1]: connect from a[192.0.2.1]\n${'x'.repeat(70_000)}\n`;
	const texts = unfolded(await explained('-', input)).split(/^(?=-, line)/m);
	for (const text of texts) t.regex(text, /COUNTED +malformed.*SESSION +none/s);
	t.regex(texts[0] ?? '', /FRAMING +no head of a syslog line was found/);
	t.regex(texts[2] ?? '', /longer than 64 KiB/);
});

test.serial('a line in layers: what was taken off is named', async t => {
	await has(
		t,
		`${sample('framing-docker-json.jsonl')}:3`,
		/taken off +JSON record: log, stream, time/,
		/stamp +2026-10-05T09:05:08\.123456789Z\n +time +2026-10-05T09:05:08\.123Z\n/,
		/tag +postfix\/smtpd/,
		/queue id +1F2A3B4C5D/,
	);
	await has(t, `${sample('framing-docker-compose.log')}:2`, /taken off +words: /, /SESSION +relay-in 25/);
});

test.serial('a piece of a record is explained with the record', async t => {
	await has(
		t,
		`${sample('framing-journal-export.log')}:2`,
		/a piece of a line or record/,
		/goes on +to line \d+/,
		/SESSION +\S/,
	);
});

test.serial('a session that never ended is said to have been open', async t => {
	const input = [
		'2026-10-12T08:00:00Z mx1 postfix/smtpd[7]: connect from a.example[192.0.2.1]',
		'2026-10-12T08:00:01Z mx1 postfix/smtpd[7]: Anonymous TLS connection established from a.example[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
		'',
	].join('\n');
	const text = unfolded(await explained('-', input));
	t.regex(text, /why +A connect line begins a session/);
	t.regex(text, /state +it was open when the log ended/);
});

test.serial('a delivery whose verdict is deferred, and the evidence that decides it', async t => {
	const input = [
		'2026-10-12T08:00:00Z mx1 postfix/smtp[7]: 4A1F2C0B61: to=<a@example.net>, relay=mx.example.net[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)',
		'',
	].join('\n');
	t.regex(
		unfolded(await explained('-', input)),
		/why +No summary of this process covers the delivery.*it was held until the log ended.*its verdict was deferred/s,
	);
});

test.serial('names with colons, compressed files, spans of lines', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'explain-'));
	try {
		const text = readFileSync(sample('founding-case.log'));
		writeFileSync(join(folder, 'mail:12:30.log'), text);
		writeFileSync(join(folder, 'mail:7'), text);
		writeFileSync(join(folder, 'mail.log.gz'), gzipSync(text));
		await has(t, `${join(folder, 'mail:12:30.log')}:12`, /lines 11 to 16/);
		await has(t, `${join(folder, 'mail:7')}:12`, /lines 11 to 16/);
		await has(t, `${join(folder, 'mail.log.gz')}:11-12`, /line 11\n.*line 12\n/s);
		await t.throwsAsync(explained(join(folder, 'mail:7')), {
			message: /mail:7: which line\? write FILE:LINE, such as .*mail:7:57$/,
		});
	} finally {
		rmSync(folder, {recursive: true});
	}
});

test.serial('what means nothing is one sentence', async t => {
	const log = sample('founding-case.log');
	const cases: ReadonlyArray<readonly [string, RegExp]> = [
		[`${log}:9999`, /no such line: 9999; it has 57 lines$/],
		[`${log}:0`, /lines are counted from 1$/],
		[`${log}:9-3`, /the last line is before the first/],
		[`${log}:1-90000`, /at most 10000 lines/],
		[log, /which line\?/],
		['/nonexistent/mail.log:3', /no such file; check the name$/],
		[`${sample('')}:3`, /is a directory/],
		['-', /standard input has no line/],
	];
	for (const [target, message] of cases) await t.throwsAsync(explained(target), {message}, target);
	await t.throwsAsync(explain(await settingsOf('-'), ioWith({inputIsDevice: true})), {
		message: /^nothing to explain; name a line/,
	});
});

test.serial('text from outside is safe, and JSON has all of it', async t => {
	const line = '2026-10-12T08:00:00Z mx1 postfix/smtpd[7]: connect from \u001b[31mevil\u202e.example[192.0.2.1]\n';
	t.notRegex(await explained('-', line), /\u001b|\u202e/);
	let text = '';
	const io = ioWith({
		stdin: Readable.from([Buffer.from(line)]),
		write: async more => {
			text += more;
		},
	});
	await explain(await settingsOf('--format', 'json', '-'), io);
	t.notRegex(text, /\u001b|\u202e/);
	const {lines} = JSON.parse(text);
	t.is(lines[0].framing.time, '2026-10-12T08:00:00.000Z');
	t.is(lines[0].counted_as, 'understood');
	t.is(lines[0].records[0].kind, 'smtpd connect');
	t.is(lines[0].sessions[0].first_line, 1);
});
