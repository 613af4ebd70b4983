import {readFileSync} from 'node:fs';
import test from 'ava';
import type {Session} from '../src/model/session.ts';
import {sessionsOf} from './log/fixture/sessions-of.ts';
import {tally} from './tally.ts';

/** One connection as the receiving server saw it; port 24 is the LMTP server of both instances. */
type Seen = {
	readonly instance: 'A' | 'B' | '-';
	readonly server: string;
	readonly port: number;
	readonly tls: {
		readonly protocol: string;
		readonly cipher: string;
		readonly bits: number;
		readonly group?: string;
	} | null;
	readonly msgs: number;
	readonly failed?: boolean;
};

const folder = new URL('../samples/real-3.12/', import.meta.url);
const lmtp = 24;
/** Deliveries to this host's own port 25 have no receiving server in the truth. */
const ourselves = '127.0.0.1';

function lines(name: string): string[] {
	return readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n');
}

function readLog(name: string) {
	const ports = new Map(['loud', 'quiet', 'traced', 'modern', 'strict'].map(service => [service, 25]));
	return sessionsOf(lines(name), {year: 2026, ports: ports.set('quiets', 465)});
}

const logs = {A: readLog('a.maillog'), B: readLog('b.3339.log')};
const truth: Seen[] = lines('truth-outbound.jsonl').map(line => JSON.parse(line));

function outbound(instance: 'A' | 'B'): Session[] {
	return logs[instance].sessions.filter(({direction, peerIp}) => direction === 'out' && peerIp !== ourselves);
}

const both = (['A', 'B'] as const).flatMap(instance => outbound(instance).map(session => ({instance, session})));

const place = (instance: string, server: string | null, port: number | null) =>
	`${port === lmtp ? '-' : instance} ${server}:${port}`;
const seenAt = ({instance, server, port}: Seen) => place(instance, server, port);
const ourAt = ({instance, session}: (typeof both)[number]) => place(instance, session.peerIp, session.port);

/** Protocol, cipher and bits, and the group of TLS 1.3, which is all that its summary names. */
function handshake(protocol: string | null, cipher: string | null, bits: number | null, group: string | null): string {
	return [protocol, cipher, bits, protocol === 'TLSv1.3' ? (group ?? '').split(' ')[0]?.toLowerCase() : ''].join(' ');
}

const seenEncrypted = truth.flatMap(seen =>
	seen.tls
		? [
				{
					at: seenAt(seen),
					how: handshake(seen.tls.protocol, seen.tls.cipher, seen.tls.bits, seen.tls.group ?? null),
					messages: seen.msgs,
				},
			]
		: [],
);
const ourEncrypted = both
	.filter(({session}) => session.outcome === 'encrypted')
	.map(({instance, session}) => ({
		at: ourAt({instance, session}),
		how: handshake(session.protocol, session.cipher, session.cipherBits, session.keyExchange),
		messages: session.messages,
		session,
	}));
const unnamed = ourEncrypted.filter(({session}) => session.protocol === null);

test('Postfix 3.12: every receiving server has the TLS sessions and messages that it saw', t => {
	t.deepEqual(tally(ourEncrypted.map(({at}) => [at, 1])), tally(seenEncrypted.map(({at}) => [at, 1])));
	t.deepEqual(
		tally(ourEncrypted.map(({at, messages}) => [at, messages])),
		tally(seenEncrypted.map(({at, messages}) => [at, messages])),
	);
});

test('Postfix 3.12: protocol, cipher, bits and group are those that the servers saw', t => {
	// Two sessions of the service with log level 0, whose TLS `tls=` proves: these two the servers saw.
	t.deepEqual(unnamed.map(({at, session}) => [at, session.tag, session.messages]).sort(), [
		['A 127.0.0.20:25', 'postfix/quiet/smtp', 1],
		['A 127.0.0.21:25', 'postfix/quiet/smtp', 1],
	]);
	const known = [
		{at: 'A 127.0.0.20:25', how: 'TLSv1.3 TLS_AES_256_GCM_SHA384 256 x25519mlkem768', messages: 1},
		{at: 'A 127.0.0.21:25', how: 'TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384 256 ', messages: 1},
	];
	const named = [...ourEncrypted.filter(({session}) => session.protocol !== null), ...known];
	t.deepEqual(
		tally(named.map(({at, how}) => [`${at} ${how}`, 1])),
		tally(seenEncrypted.map(({at, how}) => [`${at} ${how}`, 1])),
	);
	// Each connection with its own messages: which connection was taken up again is not a matter of sums.
	t.deepEqual(
		tally(named.map(({at, how, messages}) => [`${at} ${how}, messages ${messages}`, 1])),
		tally(seenEncrypted.map(({at, how, messages}) => [`${at} ${how}, messages ${messages}`, 1])),
	);
});

test('Postfix 3.12: failed handshakes and messages in plaintext are those that the servers saw', t => {
	const failed = both.filter(({session}) => session.outcome === 'failed');
	t.deepEqual(
		tally(failed.map(one => [ourAt(one), 1])),
		tally(truth.filter(seen => seen.failed).map(seen => [seenAt(seen), 1])),
	);
	const plain = both.filter(({session}) => session.outcome === 'plaintext');
	t.deepEqual(
		tally(plain.map(one => [ourAt(one), one.session.messages])),
		tally(truth.filter(seen => !seen.tls && !seen.failed).map(seen => [seenAt(seen), seen.msgs])),
	);
	t.deepEqual(
		both.filter(({session}) => session.outcome === null && session.messages > 0).map(({session}) => session.firstLine),
		[],
	);
});

for (const [instance, {coverage}] of Object.entries(logs)) {
	test(`Postfix 3.12, instance ${instance}: no line about TLS is left over`, t => {
		t.deepEqual(coverage.examples, []);
		t.is(coverage.notUnderstood, 0);
		t.is(coverage.malformed, 0);
	});
}
