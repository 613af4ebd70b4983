import {readFileSync} from 'node:fs';
import test from 'ava';
import {createReader} from '../src/log/reader.ts';
import {readDeliveries} from '../src/model/deliveries.ts';
import type {HeldLine} from '../src/model/outbound.ts';
import type {Session} from '../src/model/session.ts';
import {readLine} from './log/fixture/read-line.ts';

const folder = new URL('../samples/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8').trimEnd();

type Delivery = {
	readonly program: string;
	readonly queueId: string;
	readonly domain: string;
	readonly relay: string;
	readonly status: string;
	readonly text: string;
};

/** The delivery lines of a log, read by an expression that shares nothing with the program. */
function deliveryLines(text: string): Delivery[] {
	const line =
		/postfix[^ ]*\/(smtp|lmtp|error)\[\d+\]: ([0-9A-F]{6,}): to=<[^@>]*@([^>]+)>,(?: orig_to=<[^>]*>,)? relay=([^,]+),.* status=(\w+) \((.*)\)$/gm;
	return Array.from(
		text.matchAll(line),
		([, program = '', queueId = '', domain = '', relay = '', status = '', said = '']) => ({
			...{program, queueId, domain, relay, status, text: said},
		}),
	);
}

function sessionsOf(name: string) {
	const sessions: Session[] = [];
	const held: HeldLine[] = [];
	const reader = createReader(
		session => sessions.push(session),
		{zone: 'UTC', year: 2026, now: Date.parse('2026-11-30T12:00:00Z')},
		undefined,
		undefined,
		line => held.push(line),
	);
	reader.open({name, modified: null});
	for (const line of read(name).split('\n')) readLine(reader, line);
	reader.end();
	return {sessions: sessions.filter(({direction}) => direction === 'out'), held};
}

/** Counts by key, as sorted lines. */
function tally(entries: ReadonlyArray<readonly [key: string, amount: number]>): string[] {
	const sums = new Map<string, number>();
	for (const [key, amount] of entries) sums.set(key, (sums.get(key) ?? 0) + amount);
	return [...sums]
		.filter(([, amount]) => amount > 0)
		.map(([key, amount]) => `${key}: ${amount}`)
		.sort();
}

/**
 * Each delivery to another host or mailbox as `domain trust status`, by an account that shares nothing with the program: a process says
 * how far it trusts a server (smtp(8), smtp_tls_loglevel) in the line before the deliveries of one message. Without such a
 * line the connection had no TLS, or its service does not log it: `tls=` of Postfix 3.11 and later tells these apart.
 */
function trustLines(text: string): Array<{readonly key: string; readonly queueId: string; readonly relay: string}> {
	const line =
		/ ([^ ]*postfix[^ ]*\/(?:smtp|lmtp)\[\d+\]): (?:(\w+) TLS connection (?:established|reused) to ([^ ]+): |([0-9A-F]{6,}): to=<[^@>]*@([^>]+)>,(?: orig_to=<[^>]*>,)? relay=([^,]+),(?:.*? tls=([^,]+),)?.* status=(\w+) |[0-9A-F]{6,}: lost connection with )/gm;
	const last = new Map<string, {address: string; trust: string; queueId: string | null}>();
	// A connection is used again by its address, whatever name led to it.
	const addressOf = (server: string): string => server.slice(server.indexOf('['));
	const found: Array<{key: string; queueId: string; relay: string}> = [];
	for (const [, process = '', trust, server = '', queueId = '', domain, relay = '', tls, status] of text.matchAll(
		line,
	)) {
		if (trust !== undefined) {
			last.set(process, {address: addressOf(server), trust, queueId: null});
			continue;
		}
		// The connection broke before anything was delivered: what is delivered next goes by another one.
		if (status === undefined) last.delete(process);
		if (status === undefined || relay === 'none') continue;
		const said = last.get(process);
		const isOf = said?.address === addressOf(relay) && (said.queueId ?? queueId) === queueId;
		if (isOf) said.queueId = queueId;
		// `may?`: no handshake with this delivery, so that the connection is an earlier one without TLS; one with TLS says "reused".
		const unsaid = tls === undefined || /(?:^|:)none|\?$/.test(tls) ? 'plaintext' : 'unknown';
		found.push({key: `${domain} ${isOf ? said.trust : unsaid} ${status}`, queueId, relay});
	}
	return found;
}

const tlsReason =
	/^(?:delivery temporarily suspended: )?(?:server unavailable or unable|TLS is required|TLSA |no TLSA|non DNSSEC|client TLS|Cannot start TLS|Server certificate |Sender requested REQUIRETLS)/;

for (const name of ['real/rfc3164.log', 'real/rfc3339.log', 'real-3.12/a.maillog', 'real-3.12/b.3339.log']) {
	const {sessions, held} = sessionsOf(name);
	const lines = deliveryLines(read(name));
	const connected = lines.filter(({program, relay}) => program !== 'error' && relay !== 'none');

	test(`${name}: messages by domain and status are those of the delivery lines`, t => {
		// A message that was put off has a line for each attempt, in a connection of its own.
		const want = new Set(
			connected.filter(({status}) => status === 'sent').map(each => `${each.domain} ${each.queueId} ${each.relay}`),
		);
		t.deepEqual(
			tally(sessions.flatMap(each => readDeliveries(each.deliveries)).map(({domain, sent}) => [`${domain}`, sent])),
			tally([...want].map(key => [key.split(' ')[0] ?? '', 1])),
		);
		for (const each of sessions) {
			const sent = readDeliveries(each.deliveries).map(row => row.sent);
			// A message to two domains counts in both.
			t.true(Math.max(0, ...sent) <= each.messages, `${each.source}:${each.firstLine}`);
			t.true(sent.reduce((sum, n) => sum + n, 0) >= each.messages, `${each.source}:${each.firstLine}`);
		}
	});

	test(`${name}: messages by domain and trust are those of the lines of each process`, t => {
		const want = new Set(
			trustLines(read(name))
				.filter(({key}) => key.endsWith(' sent'))
				.map(({key, queueId, relay}) => `${key} ${queueId} ${relay}`),
		);
		t.deepEqual(
			tally(
				sessions.flatMap(each =>
					readDeliveries(each.deliveries).map(
						row =>
							[
								`${row.domain} ${each.outcome === 'encrypted' ? (each.trust ?? 'unknown') : each.outcome}`,
								row.sent,
							] as const,
					),
				),
			),
			tally([...want].map(key => [key.split(' ').slice(0, 2).join(' '), 1])),
		);
	});

	test(`${name}: every delivery that was put off after a handshake is in its session`, t => {
		// A connection that broke before TLS is of no session; one that broke behind its handshake is.
		const broken = /^(?:lost connection|conversation)/;
		for (const status of ['deferred', 'bounced'] as const) {
			const those = connected.filter(each => each.status === status && !each.text.startsWith('connect to'));
			const found = sessions.flatMap(each =>
				readDeliveries(each.deliveries).map(row => [row.domain ?? '', row[status]] as const),
			);
			for (const domain of new Set([...those.map(each => each.domain), ...found.map(([name]) => name)])) {
				const lines = those.filter(each => each.domain === domain);
				const sum = found.filter(([name]) => name === domain).reduce((total, [, count]) => total + count, 0);
				t.true(sum <= lines.length && sum >= lines.filter(({text}) => !broken.test(text)).length, `${domain} ${sum}`);
			}
		}
	});

	test(`${name}: mail that TLS held back is all there, with its reason`, t => {
		const want = lines.filter(each => each.status !== 'sent' && tlsReason.test(each.text));
		t.is(held.filter(({reason}) => reason !== null).length, want.length);
		t.deepEqual(
			tally(held.filter(({reason}) => reason !== null).map(each => [`${each.domain} ${each.connected}`, 1])),
			tally(want.map(each => [`${each.domain} ${each.relay !== 'none'}`, 1])),
		);
		const out = held.filter(({reason}) => reason === null).map(each => `${each.queueId} ${each.domain}`);
		const sentLater = want.filter(one =>
			lines
				.slice(lines.indexOf(one))
				.some(each => each.queueId === one.queueId && each.domain === one.domain && each.status === 'sent'),
		);
		t.deepEqual(out.sort(), [...new Set(sentLater.map(each => `${each.queueId} ${each.domain}`))].sort());
	});
}

for (const name of ['rfc3164.log', 'rfc3339.log', 'rfc5424.log'])
	test(`real/${name}: messages by server and version are those that the servers took`, t => {
		const truth = read('real/truth-outbound.jsonl')
			.split('\n')
			.map(line => JSON.parse(line) as {server: string; msgs: number; tls: {protocol: string} | null});
		const {sessions} = sessionsOf(`real/${name}`);
		const taken = sessions.map(({peerIp, outcome, protocol, messages, deliveries}) => {
			const rows = readDeliveries(deliveries);
			// A message to two domains is one to its server.
			const sent = rows.length === 1 ? (rows[0]?.sent ?? 0) : messages;
			return [`${peerIp} ${outcome === 'encrypted' ? protocol : outcome}`, sent] as const;
		});
		t.deepEqual(
			tally(taken.filter(([server]) => !server.startsWith('127.0.0.1 '))),
			tally(truth.map(({server, msgs, tls}) => [`${server} ${tls?.protocol ?? 'plaintext'}`, msgs])),
		);
	});
