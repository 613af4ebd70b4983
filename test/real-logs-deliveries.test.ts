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
