import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import {createExplainer} from '../../src/log/explain.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import {ownLines} from '../../src/log/session-lines.ts';
import type {Session} from '../../src/model/session.ts';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};
const names = readdirSync(samples, {recursive: true, encoding: 'utf8'}).filter(
	name => /\.(?:log|jsonl|log\.gz)$/.test(name) && !name.includes('expected'),
);

function linesOf(name: string): Buffer[] {
	const raw = readFileSync(join(samples, name));
	const text = (name.endsWith('.gz') ? gunzipSync(raw) : raw).toString('latin1');
	return text
		.replace(/\n$/, '')
		.split('\n')
		.map(line => Buffer.from(line, 'latin1'));
}

type Joined = {readonly sessions: Map<Readonly<Session>, Set<number>>; readonly pids: ReadonlyArray<number | null>};

/** The sessions of a whole log with the lines that the joiner gave them, and the process that wrote each line. */
function joinedIn(lines: readonly Buffer[]): Joined {
	const explainer = createExplainer(options, {from: 1, to: lines.length});
	explainer.open({name: 'log', modified: null});
	const bytes = Buffer.concat(lines.flatMap(line => [line, Buffer.from('\n')])) as unknown as Bytes;
	explainer.block(bytes, 0, bytes.length);
	const joined = new Map<Readonly<Session>, Set<number>>();
	const explained = explainer.end();
	for (const {line, sessions} of explained)
		for (const {session} of sessions) joined.set(session, (joined.get(session) ?? new Set()).add(line));
	return {sessions: joined, pids: explained.map(({framing}) => framing.pid)};
}

const isSame = (a: Readonly<Session>, b: Readonly<Session>): boolean =>
	a.tag === b.tag && a.pid === b.pid && a.peerIp === b.peerIp && a.peerHost === b.peerHost;

for (const name of names)
	test(`${name}: the lines of a session are those that the joiner gave it when it read the whole log`, t => {
		const lines = linesOf(name);
		const {sessions, pids} = joinedIn(lines);
		const wrong: string[] = [];
		for (const [session, own] of sessions) {
			const {firstLine, lastLine, pid} = session;
			if (firstLine === null) continue;
			const last = lastLine ?? firstLine;
			const before = Math.min(200, firstLine - 1);
			const stretch = lines.slice(firstLine - 1 - before, last + 200);
			const found = ownLines(stretch, {from: before + 1, to: before + 1 + last - firstLine}, session, options);
			const others = [...sessions].filter(([other]) => !isSame(other, session)).map(([, of]) => of);
			for (let line = firstLine; line <= last; line += 1) {
				// Which of several equal handshakes of tlsproxy is whose depends on what was read before.
				if (pids[line - 1] !== pid) continue;
				const isOwn = found?.[line - firstLine + before] === true;
				if (own.has(line) ? !isOwn : isOwn && others.some(of => of.has(line)))
					wrong.push(`${firstLine}-${last}: ${line} ${isOwn}`);
			}
		}
		t.deepEqual(wrong, []);
	});

const handshake = [
	'Oct 12 08:00:00 mx1 postfix/qmgr[7]: 4F1A2B3C4D: from=<a@example.org>, size=1, nrcpt=1 (queue active)',
	'Oct 12 08:00:01 mx1 postfix/tlsproxy[8]: CONNECT to [192.0.2.1]:25',
	'Oct 12 08:00:01 mx1 postfix/tlsproxy[8]: Untrusted TLS connection established to mx.example.net[192.0.2.1]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
	'Oct 12 08:00:01 mx1 postfix/smtpd[5]: connect from other.example[192.0.2.9]',
	'Oct 12 08:00:01 mx1 postfix/smtp[9]: Untrusted TLS connection established to mx.example.net[192.0.2.1]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
	'Oct 12 08:00:02 mx1 postfix/smtp[9]: 4F1A2B3C4D: to=<b@example.net>, relay=mx.example.net[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)',
].map(line => Buffer.from(line));
const signs = {logHost: 'mx1', tag: 'postfix/smtp', pid: 9, peerIp: '192.0.2.1', peerHost: 'mx.example.net'};

test('the lines of tlsproxy are those of the session that smtp logs', t => {
	t.deepEqual(ownLines(handshake, {from: 3, to: 6}, signs, options), [false, true, true, false, true, true]);
});

test('lines of another log in the same place are none of the session', t => {
	t.is(ownLines(handshake, {from: 2, to: 6}, {...signs, pid: 99}, options), null);
	t.is(ownLines(handshake, {from: 2, to: 6}, {...signs, peerIp: '192.0.2.2', peerHost: null, pid: 77}, options), null);
});

test('where no head of a line is read, nothing speaks against its lines', t => {
	const cells = ['"a";"b"', '"c";"d"'].map(line => Buffer.from(line));
	t.deepEqual(ownLines(cells, {from: 1, to: 2}, signs, options), [true, true]);
	const named = ['"a";"smtp[9]"', '"c";"smtp[10]"'].map(line => Buffer.from(line));
	t.deepEqual(ownLines(named, {from: 1, to: 2}, signs, options), [true, false]);
});

test('an example of a line belongs to itself', t => {
	const example = {logHost: null, tag: null, pid: null, peerIp: null, peerHost: null};
	t.deepEqual(ownLines(handshake, {from: 4, to: 4}, example, options), [false, false, false, true, false, false]);
});
