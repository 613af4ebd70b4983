import {readFileSync} from 'node:fs';
import test from 'ava';
import {createReader} from '../src/log/reader.ts';
import type {Session} from '../src/model/session.ts';
import {readLine} from './log/fixture/read-line.ts';

type Tls = {readonly protocol: string; readonly cipher: string; readonly bits: number} | null;
/** One connection as the client saw it; `svc` is absent for Dovecot. */
type Inbound = {
	readonly ip: string;
	readonly svc?: string;
	readonly port: number;
	readonly auth?: string | null;
	readonly authed?: boolean;
	readonly failed?: boolean;
	readonly sent?: number;
	readonly tls: Tls;
};
/** One connection as the receiving server saw it. */
type Outbound = {
	readonly server: string;
	readonly port: number;
	readonly tls: Tls;
	readonly msgs: number;
	readonly failed?: boolean;
	readonly err?: string;
};

const folder = new URL('../samples/real/', import.meta.url);

function text(name: string): string {
	return readFileSync(new URL(name, folder), 'utf8').trimEnd();
}

function truth<T>(name: string): T[] {
	return text(name)
		.split('\n')
		.map(line => JSON.parse(line));
}

function readLog(name: string) {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {
		zone: 'UTC',
		year: 2026,
		now: Date.parse('2026-11-24T12:00:00Z'),
	});
	reader.open({name, modified: null});
	for (const line of text(name).split('\n')) {
		readLine(reader, line);
	}

	reader.end();
	return {sessions, coverage: reader.coverage};
}

/** Counts by key, as sorted text lines, so that a difference reads well. */
function tally(entries: ReadonlyArray<readonly [key: string, amount: number]>): string[] {
	const sums = new Map<string, number>();
	for (const [key, amount] of entries) {
		sums.set(key, (sums.get(key) ?? 0) + amount);
	}

	return [...sums]
		.filter(([, amount]) => amount > 0)
		.map(([key, amount]) => `${key}: ${amount}`)
		.sort();
}

for (const name of ['rfc3164.log', 'rfc3339.log', 'rfc5424.log']) {
	const {sessions, coverage} = readLog(name);

	test(`${name}: every client's session is the one that the client saw`, t => {
		const inbound = truth<Inbound>('truth-inbound.jsonl');
		const want = inbound.map(client => {
			const loginLine = client.svc === undefined;
			const known = client.authed === true && (loginLine || (client.sent ?? 0) > 0);
			return {
				ip: client.ip,
				// In rfc5424.log rsyslog cut the tag at the slash: there the port follows from what each process did.
				port: client.port,
				outcome: client.failed ? 'failed' : client.tls ? 'encrypted' : 'plaintext',
				protocol: client.tls?.protocol ?? null,
				cipher: client.tls?.cipher ?? null,
				bits: client.tls?.bits ?? null,
				messages: client.sent ?? 0,
				user: known ? (client.auth ?? null) : null,
			};
		});
		const clients = new Set(inbound.map(client => client.ip));
		const got = sessions
			.filter(({direction, peerIp}) => direction === 'in' && peerIp !== null && clients.has(peerIp))
			.map(session => ({
				ip: session.peerIp ?? '',
				port: session.port,
				outcome: session.outcome,
				protocol: session.protocol,
				cipher: session.cipher,
				bits: session.cipherBits,
				messages: session.messages,
				user: session.username,
			}));
		const byIp = (a: {ip: string}, b: {ip: string}) => a.ip.localeCompare(b.ip, 'en', {numeric: true});
		t.deepEqual(got.sort(byIp), want.sort(byIp));
	});

	test(`${name}: sessions and messages of every receiving server are those that the server saw`, t => {
		const outbound = truth<Outbound>('truth-outbound.jsonl');
		const isFailed = (seen: Outbound) => seen.failed === true || seen.err !== undefined;
		const target = ({server, port}: {server: string; port: number}) => `${server}:${port}`;
		const want = {
			encrypted: tally(outbound.filter(seen => seen.tls).map(seen => [`${target(seen)} ${seen.tls?.protocol}`, 1])),
			failed: tally(outbound.filter(isFailed).map(seen => [target(seen), 1])),
			messages: tally(outbound.map(seen => [`${target(seen)} ${seen.tls?.protocol ?? 'plaintext'}`, seen.msgs])),
		};
		const ours = sessions
			.filter(
				({direction, peerIp, port}) =>
					direction === 'out' && peerIp !== null && peerIp !== '127.0.0.1' && port !== null,
			)
			.map(session => ({...session, at: `${session.peerIp}:${session.port}`}));
		const got = {
			encrypted: tally(
				ours.filter(({outcome}) => outcome === 'encrypted').map(({at, protocol}) => [`${at} ${protocol}`, 1]),
			),
			failed: tally(ours.filter(({outcome}) => outcome === 'failed').map(({at}) => [at, 1])),
			messages: tally(
				ours.map(({at, outcome, protocol, messages}) => [
					`${at} ${outcome === 'plaintext' ? 'plaintext' : protocol}`,
					messages,
				]),
			),
		};
		t.deepEqual(got, want);
	});

	test(`${name}: every line is accounted for and no line about TLS is left over`, t => {
		const {lines, understood, irrelevant, foreign, malformed, notUnderstood, examples} = coverage;
		t.is(lines, text(name).split('\n').length);
		t.is(understood + irrelevant + foreign + malformed, lines);
		t.is(malformed, 0);
		t.deepEqual(examples, []);
		t.is(notUnderstood, 0);
	});
}
