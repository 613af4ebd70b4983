import {readFileSync} from 'node:fs';
import test from 'ava';
import {createReader} from '../src/log/reader.ts';
import {emptyCoverage} from '../src/model/coverage.ts';
import type {Session} from '../src/model/session.ts';
import {readLine} from './log/fixture/read-line.ts';

/** One connection as the client saw it; one address is one connection. */
type Client = {
	readonly ip: string;
	/** Its name in DNS. */
	readonly name: string | null;
	readonly port: number;
	readonly service: string;
	/** null: none came about. */
	readonly tls: {
		readonly protocol: string;
		readonly cipher: string;
		readonly bits: number;
		readonly group: string | null;
	} | null;
	/** Reasons of a handshake that failed that are right. */
	readonly failed?: readonly string[];
	/** Encrypted, and then refused for that reason. */
	readonly refused?: string;
	/** False at loglevel 0. */
	readonly version_logged?: boolean;
	readonly trust?: string;
	/** Messages that were accepted. */
	readonly sent?: number;
	readonly auth?: string | null;
	readonly authed?: boolean;
	/** How many rows are right, where that is not one. */
	readonly rows?: readonly number[];
};

const folder = new URL('../samples/real-3.12/', import.meta.url);
const logs = ['a.maillog', 'b.3339.log', 'a.dovecot.log'];
const ports = new Map([['loud', 25], ['quiet', 25], ['quiets', 465], ['traced', 25], ['modern', 25], ['strict', 25]]); // biome-ignore format: a table reads better in a line

const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8').trimEnd();

function readLog(name: string): Session[] {
	const sessions: Session[] = [];
	const options = {zone: 'UTC', year: 2026, now: Date.parse('2026-11-30T00:00:00Z'), ports};
	const reader = createReader(session => sessions.push(session), options);
	reader.open({name, modified: null});
	for (const line of text(name).split('\n')) readLine(reader, line);
	reader.end();
	coverages.set(name, reader.coverage);
	return sessions;
}

const coverages = new Map(logs.map(name => [name, emptyCoverage()]));
const inbound = logs.flatMap(readLog).filter(({direction}) => direction === 'in');
const clients: Client[] = text('truth-inbound.jsonl')
	.split('\n')
	.map(line => JSON.parse(line));

/** What a row must say of a client that is one row. */
function expected(client: Client) {
	const {tls, failed, port} = client;
	const version = tls && client.version_logged !== false ? tls : null;
	const mailbox = client.service === 'mailbox';
	const sent = client.sent ?? 0;
	// Postfix names a user with a message only.
	const named = client.authed === true && (mailbox || sent > 0);
	return {
		ip: client.ip,
		port,
		outcome: tls ? 'encrypted' : failed ? 'failed' : 'plaintext',
		protocol: version?.protocol ?? null,
		cipher: version?.cipher ?? null,
		bits: version?.bits ?? null,
		group: version?.protocol === 'TLSv1.3' && !mailbox ? (version.group?.toLowerCase() ?? null) : null,
		trust: version && !mailbox ? (client.trust ?? null) : null,
		messages: sent,
		username: named ? (client.auth ?? null) : null,
		loggedIn: client.authed === true,
	};
}

function seen(session: Session) {
	return {
		ip: session.peerIp,
		port: session.port,
		outcome: session.outcome,
		protocol: session.protocol,
		cipher: session.cipher,
		bits: session.cipherBits,
		group: session.keyExchange?.toLowerCase() ?? null,
		trust: session.trust,
		messages: session.messages,
		username: session.username,
		loggedIn: session.loggedIn,
	};
}

test('Postfix 3.12 and Dovecot: every client is the session that the client saw', t => {
	t.is(clients.length, 291);
	for (const client of clients) {
		const rows = inbound.filter(({peerIp}) => peerIp === client.ip);
		const right = client.rows ?? [1];
		t.true(right.includes(rows.length), `${client.ip}: ${rows.length} rows, right are ${right.join(' or ')}`);
		if (client.rows) continue;
		for (const session of rows) {
			t.deepEqual(seen(session), expected(client), client.ip);
			const {failed, refused} = client;
			if (failed) t.true(failed.includes(session.failure ?? ''), `${client.ip}: ${session.failure}`);
			else t.is(session.failure as string | null, refused ?? null, client.ip);
		}
	}
});

test('Postfix 3.12 and Dovecot: other sessions are of the two who hand in the mail that is sent out, alone', t => {
	const known = new Set(clients.map(({ip}) => ip));
	const others = inbound.filter(({peerIp}) => !known.has(peerIp ?? ''));
	t.deepEqual([...new Set(others.map(({peerIp}) => peerIp))].sort(), ['127.200.0.1', '127.200.0.2']);
});

for (const name of logs) {
	test(`${name} of Postfix 3.12: every line is accounted for and no line about TLS is left over`, t => {
		const coverage = coverages.get(name) ?? emptyCoverage();
		const {lines, understood, irrelevant, foreign, malformed, examples, evicted} = coverage;
		t.is(lines, text(name).split('\n').length);
		t.is(understood + irrelevant + foreign + malformed, lines);
		t.is(malformed, 0);
		t.is(evicted, 0);
		t.deepEqual(examples, []);
	});
}
