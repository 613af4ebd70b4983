import {readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {createReader} from '../../src/log/reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import type {Session} from '../../src/model/session.ts';
import {runs} from '../runs.ts';
import {readLine} from './fixture/read-line.ts';
import {inOrder, sessionsOf} from './fixture/sessions-of.ts';

const realLines = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8')
	.trimEnd()
	.split('\n');

type Line = {tag: string; pid: number; text: string};

const tls12 = 'TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)';
const tls13 =
	'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256';

/** One kind of session each, as the lines of its process; `n` makes peers and queue ids its own. */
const kinds: ReadonlyArray<(n: number, pid: number) => Line[]> = [
	(n, pid) => {
		const peer = `mx${n}.example.net[203.0.113.${n % 250}]`;
		const tag = 'postfix/smtpd';
		return [
			`connect from ${peer}`,
			`Anonymous TLS connection established from ${peer}: ${tls13}`,
			`4F${n}A0: client=${peer}`,
			`disconnect from ${peer} ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`,
		].map(text => ({tag, pid, text}));
	},
	(n, pid) => {
		const peer = `plain${n}.example.com[198.51.100.${n % 250}]`;
		return [
			`connect from ${peer}`,
			`5F${n}A0: client=${peer}`,
			`disconnect from ${peer} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5`,
		].map(text => ({tag: 'postfix/smtpd', pid, text}));
	},
	(n, pid) => {
		const peer = `old${n}.example.org[192.0.2.${n % 250}]`;
		return [
			`connect from ${peer}`,
			`SSL_accept error from ${peer}: -1`,
			'warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_srvr.c:1657:',
			`lost connection after STARTTLS from ${peer}`,
			`disconnect from ${peer} ehlo=1 starttls=0/1 commands=1/2`,
		].map(text => ({tag: 'postfix/smtpd', pid, text}));
	},
	(n, pid) => {
		const peer = `desk${n}.example.org[192.0.2.${n % 250}]`;
		return [
			`connect from ${peer}`,
			`Anonymous TLS connection established from ${peer}: TLSv1 with cipher AES256-SHA (256/256 bits)`,
			`6F${n}A0: client=${peer}, sasl_method=PLAIN, sasl_username=user${n}`,
			`disconnect from ${peer} ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6`,
		].map(text => ({tag: 'postfix/smtps/smtpd', pid, text}));
	},
	(n, pid) => {
		const peer = `bot${n}.example.com[198.51.100.${n % 250}]`;
		return [
			`connect from ${peer}`,
			`lost connection after CONNECT from ${peer}`,
			`disconnect from ${peer} commands=0/0`,
		].map(text => ({tag: 'postfix/smtpd', pid, text}));
	},
	(n, pid) => {
		const relay = `in${n}.example.net[203.0.113.${n % 250}]:25`;
		return [
			`Trusted TLS connection established to ${relay}: ${tls12}`,
			`7F${n}A0: to=<a@example.net>, relay=${relay}, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 Ok)`,
			`7F${n}A0: to=<b@example.net>, relay=${relay}, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 Ok)`,
		].map(text => ({tag: 'postfix/smtp', pid, text}));
	},
	(n, pid) => {
		const relay = `bare${n}.example.com[198.51.100.${n % 250}]:25`;
		return [
			`8F${n}A0: to=<a@example.com>, relay=${relay}, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Ok)`,
		].map(text => ({tag: 'postfix/smtp', pid, text}));
	},
	(n, pid) => {
		const relay = `weak${n}.example.com[198.51.100.${n % 250}]:25`;
		return [
			`SSL_connect error to ${relay}: -1`,
			'warning: TLS library problem: error:0A000410:SSL routines::sslv3 alert handshake failure:../ssl/record/rec_layer_s3.c:1586:SSL alert number 40:',
			`9F${n}A0: Cannot start TLS: handshake failure`,
			`9F${n}A0: to=<a@example.com>, relay=${relay}, delay=400, delays=399/0/0.5/0.5, dsn=2.0.0, status=sent (250 Ok)`,
		].map(text => ({tag: 'postfix/smtp', pid, text}));
	},
	(n, pid) => {
		const relay = `reuse${n}.example.org[192.0.2.${n % 250}]:25`;
		const end = `[192.0.2.${n % 250}]:25`;
		const proxy = 'postfix/tlsproxy';
		return [
			{tag: proxy, pid: 9, text: `CONNECT to ${end}`},
			{tag: proxy, pid: 9, text: `Trusted TLS connection established to ${relay}: ${tls13}`},
			{tag: 'postfix/smtp', pid, text: `Trusted TLS connection established to ${relay}: ${tls13}`},
			{
				tag: 'postfix/smtp',
				pid,
				text: `AF${n}A0: to=<a@example.org>, relay=${relay}, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 Ok)`,
			},
			{tag: 'postfix/smtp', pid: pid + 1, text: `Trusted TLS connection reused to ${relay}: ${tls13}`},
			{
				tag: 'postfix/smtp',
				pid: pid + 1,
				text: `AF${n}B0: to=<a@example.org>, relay=${relay}, conn_use=2, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 Ok)`,
			},
			{tag: proxy, pid: 9, text: `DISCONNECT ${end}`},
		];
	},
	(n, pid) => {
		// Two connections to one server, the first taken up again while the second is busy, and under another name.
		const relay = `busy${n}.example.org[192.0.2.${n % 250}]:26`;
		const other = `other${n}.example.org[192.0.2.${n % 250}]:26`;
		const delivered = (id: string, to: string, use: string) =>
			`BF${n}${id}0: to=<a@example.org>, relay=${to}${use}, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 Ok)`;
		return (
			[
				[0, `Trusted TLS connection established to ${relay}: ${tls13}`],
				[1, `Trusted TLS connection established to ${relay}: ${tls13}`],
				[0, delivered('A', relay, '')],
				[2, `Trusted TLS connection reused to ${relay}: ${tls13}`],
				[2, delivered('B', other, ', conn_use=2')],
				[1, delivered('C', relay, '')],
				[3, `Trusted TLS connection reused to ${relay}: ${tls13}`],
				[3, delivered('D', relay, ', conn_use=3')],
			] as const
		).map(([process, text]) => ({tag: 'postfix/smtp', pid: pid + process, text}));
	},
	(n, pid) => {
		const host = `torn${n}.example.net[203.0.113.${n % 250}]`;
		return [
			`Untrusted TLS connection established to ${host}:25: ${tls12}`,
			`CF${n}A0: lost connection with ${host} while performing the EHLO handshake`,
			`CF${n}A0: to=<a@example.net>, relay=${host}:25, delay=400, delays=399/0/0.5/0.5, dsn=2.0.0, status=sent (250 Ok)`,
			`SSL_connect error to ${host}:25: lost connection`,
			`CF${n}B0: to=<a@example.net>, relay=${host}:25, delay=0.3, delays=0.1/0/0.1/0.1, tls=may?, dsn=4.7.5, status=deferred (Cannot start TLS: handshake failure)`,
			`CF${n}B0: to=<b@example.net>, relay=${host}:25, delay=0.3, delays=0.1/0/0.1/0.1, tls=may?, dsn=4.7.5, status=deferred (Cannot start TLS: handshake failure)`,
		].map(text => ({tag: 'postfix/smtp', pid, text}));
	},
	(n, pid) => {
		const relay = `seen${n}.example.com[198.51.100.${n % 250}]:25`;
		return [
			`certificate verification failed for ${relay}: self-signed certificate`,
			`DF${n}A0: to=<a@example.com>, relay=${relay}, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Ok)`,
		].map(text => ({tag: 'postfix/smtp', pid, text}));
	},
];

function stamped(lines: readonly Line[]): string[] {
	const start = Date.UTC(2026, 9, 12, 8);
	return lines.map(
		({tag, pid, text}, index) => `${new Date(start + index * 3).toISOString()} mx1 ${tag}[${pid}]: ${text}`,
	);
}

/** Merges the queues in the order that `picks` says; each keeps its own order. */
function merged(queues: ReadonlyArray<readonly Line[]>, picks: readonly number[]): Line[] {
	const rest = queues.map(queue => [...queue]);
	const lines: Line[] = [];
	let turn = 0;
	while (rest.some(queue => queue.length > 0)) {
		const full = rest.filter(queue => queue.length > 0);
		const pick = picks.length === 0 ? 0 : (picks[turn++ % picks.length] ?? 0);
		const line = full[pick % full.length]?.shift();
		if (line) lines.push(line);
	}
	return lines;
}

// The connection of another queue must have shown the tag's log level before anything is judged by a missing summary.
const opening: Line[] = [
	{tag: 'postfix/qmgr', pid: 2, text: 'AA0011: from=<a@example.org>, size=300, nrcpt=1 (queue active)'},
];

test('any interleaving of processes gives the same sessions', t => {
	fc.assert(
		fc.property(
			fc.array(fc.nat(kinds.length - 1), {minLength: 1, maxLength: 12}),
			fc.array(fc.nat(1000), {minLength: 1, maxLength: 60}),
			(chosen, picks) => {
				const queues = chosen.map((kind, index) => kinds[kind]?.(index + 1, 100 + index * 10) ?? []);
				const inTurn = [...opening, ...queues.flat()];
				const mixed = [...opening, ...merged(queues, picks)];
				t.deepEqual(inOrder(sessionsOf(stamped(mixed)).sessions), inOrder(sessionsOf(stamped(inTurn)).sessions));
			},
		),
		{numRuns: runs(100)},
	);
});

test('no line throws, and each is counted once', t => {
	const piece = fc.oneof(
		fc.string({unit: 'binary', maxLength: 200}),
		fc.string({maxLength: 200}),
		fc.constantFrom(...realLines.slice(0, 400)),
		fc.constantFrom(
			'\u0000'.repeat(50),
			'\ufeff',
			'-- Boot 0 --',
			'{"MESSAGE":null}',
			'{"log":"x","time":"y"}',
			'<22>1 - - - - - -',
		),
	);
	const line = fc.array(piece, {minLength: 1, maxLength: 3}).map(pieces => pieces.join('').replaceAll('\n', ' '));
	const mutated = fc
		.tuple(fc.constantFrom(...realLines), fc.nat(250), fc.nat(30), fc.string({maxLength: 12}))
		.map(([text, at, length, insert]) => text.slice(0, at) + insert + text.slice(at + length));
	fc.assert(
		fc.property(fc.array(fc.oneof(line, mutated), {maxLength: 80}), lines => {
			const {coverage} = sessionsOf(lines);
			t.is(coverage.lines, lines.length);
			t.is(coverage.understood + coverage.irrelevant + coverage.foreign + coverage.malformed, lines.length);
			t.true(coverage.notUnderstood <= coverage.lines - coverage.understood);
		}),
		{numRuns: runs(130)},
	);
});

test('a log cut into two sources at any line gives the same sessions', t => {
	const whole = inOrder(sessionsOf(realLines).sessions);
	fc.assert(
		fc.property(fc.nat(realLines.length), cut => {
			const sessions: Session[] = [];
			const reader = createReader(session => sessions.push(session), {zone: 'UTC', now: Date.UTC(2026, 11, 1)});
			reader.open({name: 'mail.log.1', modified: null});
			for (const line of realLines.slice(0, cut)) readLine(reader, line);
			reader.open({name: 'mail.log', modified: null});
			for (const line of realLines.slice(cut)) readLine(reader, line);
			reader.end();
			t.deepEqual(inOrder(sessions), whole);
		}),
		{numRuns: runs(30)},
	);
});

test('words that are not ASCII are read as UTF-8, from text and from bytes', t => {
	const text = readFileSync(new URL('../../samples/hostile-text.log', import.meta.url));
	const user = 'Anonymous TLS connection established from müller.example[192.0.2.1]';
	const line = `2026-10-12T08:00:00Z mx1 postfix/smtpd[1]: ${user}: ${tls12}\n`;
	const bytes = Buffer.concat([text, Buffer.from(`${line}${line.replace('[1]', '[2]')}`)]);
	const asBytes: Session[] = [];
	const reader = createReader(session => asBytes.push(session), {zone: 'UTC', now: Date.UTC(2026, 11, 1)});
	reader.open({name: 'test.log', modified: null});
	reader.block(bytes as Bytes, 0, bytes.length);
	reader.end();
	const lines = bytes.toString('utf8').trimEnd().split('\n');
	t.deepEqual(inOrder(asBytes), inOrder(sessionsOf(lines).sessions));
	t.is(asBytes.filter(({peerHost}) => peerHost === 'müller.example').length, 2);
});
