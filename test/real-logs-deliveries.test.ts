import {readFileSync} from 'node:fs';
import test from 'ava';
import {createReader} from '../src/log/reader.ts';
import {readDeliveries} from '../src/model/deliveries.ts';
import type {HeldLine} from '../src/model/outbound.ts';
import type {Session} from '../src/model/session.ts';
import {deliveryLines, entries, reasonOf, tlsReason, trustLines} from './log/fixture/delivery-lines.ts';
import {readLine} from './log/fixture/read-line.ts';
import {tally} from './tally.ts';

const folder = new URL('../samples/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8').trimEnd();

function everything(name: string) {
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
	return {sessions, held};
}

function sessionsOf(name: string) {
	const {sessions, held} = everything(name);
	return {sessions: sessions.filter(({direction}) => direction === 'out'), held};
}

const framings37 = ['real/rfc3164.log', 'real/rfc3339.log', 'real/rfc5424.log'];

for (const name of [...framings37, 'real-3.12/a.maillog', 'real-3.12/b.3339.log']) {
	const {sessions, held} = sessionsOf(name);
	const lines = deliveryLines(read(name));
	const connected = lines.filter(each => each.connected);

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

	test(`${name}: deliveries that a server or its certificate put off or ended count under the trust of their process`, t => {
		for (const status of ['deferred', 'bounced'] as const) {
			const want = trustLines(read(name)).filter(({key}) => key.endsWith(` ${status}`));
			t.deepEqual(
				tally(
					sessions
						.filter(each => each.outcome === 'encrypted')
						.flatMap(each =>
							readDeliveries(each.deliveries).map(row => [`${row.domain} ${each.trust}`, row[status]] as const),
						),
				),
				tally(
					want
						.filter(({key}) => !/ (?:plaintext|unknown) /.test(key))
						.map(({key}) => [key.split(' ').slice(0, 2).join(' '), 1]),
				),
				status,
			);
		}
	});

	test(`${name}: every delivery that was put off after a handshake is in its session`, t => {
		// A connection that broke before TLS is of no session; one that broke behind its handshake is.
		const broken = /^(?:lost connection|conversation)/;
		for (const status of ['deferred', 'bounced'] as const) {
			const those = connected.filter(each => each.status === status && !each.said.startsWith('connect to'));
			const found = sessions.flatMap(each =>
				readDeliveries(each.deliveries).map(row => [row.domain ?? '', row[status]] as const),
			);
			for (const domain of new Set([...those.map(each => each.domain), ...found.map(([name]) => name)])) {
				const lines = those.filter(each => each.domain === domain);
				const sum = found.filter(([name]) => name === domain).reduce((total, [, count]) => total + count, 0);
				t.true(sum <= lines.length && sum >= lines.filter(({said}) => !broken.test(said)).length, `${domain} ${sum}`);
			}
		}
	});

	test(`${name}: mail that TLS held back is all there, with its reason`, t => {
		const want = lines.filter(each => each.status !== 'sent' && tlsReason.test(each.said));
		t.is(held.filter(({reason}) => reason !== null).length, want.length);
		t.deepEqual(
			tally(
				held.filter(({reason}) => reason !== null).map(each => [`${each.domain} ${each.reason} ${each.connected}`, 1]),
			),
			tally(want.map(each => [`${each.domain} ${reasonOf(each.said)} ${each.connected}`, 1])),
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

/** One connection as the receiving server saw it: the messages that it took. */
type Taken = {
	readonly server: string;
	readonly port: number;
	readonly msgs: number;
	readonly tls: {readonly protocol: string; readonly cipher: string} | null;
};

const truthOf = <Row>(name: string): Row[] =>
	read(name)
		.split('\n')
		.map(line => JSON.parse(line));

/** Messages by server and transport, as the deliveries of the sessions have them. */
function takenBy(
	sessions: readonly Session[],
	transport: (tls: Taken['tls']) => string,
): Array<readonly [string, number]> {
	return sessions.map(({peerIp, port, outcome, protocol, cipher, messages, deliveries}) => {
		const rows = readDeliveries(deliveries);
		// A message to two domains is one to its server.
		const sent = rows.length === 1 ? (rows[0]?.sent ?? 0) : messages;
		const tls = outcome === 'encrypted' ? {protocol: `${protocol}`, cipher: `${cipher}`} : null;
		return [`${peerIp}:${port} ${transport(tls)}`, sent] as const;
	});
}

for (const name of framings37)
	test(`${name}: messages by server, version and suite are those that the servers took`, t => {
		const how = (tls: Taken['tls']): string => (tls ? `${tls.protocol} ${tls.cipher}` : 'plaintext');
		// Mail to our own port 25 has no receiving server in the truth.
		const others = sessionsOf(name).sessions.filter(({peerIp}) => peerIp !== '127.0.0.1');
		t.deepEqual(
			tally(takenBy(others, how)),
			tally(
				truthOf<Taken>('real/truth-outbound.jsonl').map(each => [
					`${each.server}:${each.port} ${how(each.tls)}`,
					each.msgs,
				]),
			),
		);
	});

test('real-3.12: messages by server, version and suite are those that the servers took', t => {
	const truth = truthOf<Taken & {readonly instance: string}>('real-3.12/truth-outbound.jsonl');
	const how = (tls: Taken['tls']): string => (tls ? `${tls.protocol} ${tls.cipher}` : 'plaintext');
	// Port 24 is one LMTP server for both.
	const place = (instance: string, key: string) => `${/:24 /.test(key) ? '-' : instance} ${key}`;
	const ours = (['A', 'B'] as const).flatMap(instance =>
		takenBy(sessionsOf(instance === 'A' ? 'real-3.12/a.maillog' : 'real-3.12/b.3339.log').sessions, how).map(
			([key, sent]) => [place(instance, key), sent] as const,
		),
	);
	const theirs = truth.map(
		({instance, server, port, tls, msgs}) => [place(instance, `${server}:${port} ${how(tls)}`), msgs] as const,
	);
	// Two sessions of the service at loglevel 0: that there was TLS is logged, and nothing else about it.
	const unnamed: Readonly<Record<string, string>> = {
		'A 127.0.0.20:25 null null': 'A 127.0.0.20:25 TLSv1.3 TLS_AES_256_GCM_SHA384',
		'A 127.0.0.21:25 null null': 'A 127.0.0.21:25 TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384',
	};
	t.deepEqual(
		tally(ours.filter(([key]) => key.endsWith(' null null'))),
		tally(Object.keys(unnamed).map(key => [key, 1])),
	);
	t.deepEqual(tally(ours.map(([key, sent]) => [unnamed[key] ?? key, sent])), tally(theirs));
});

for (const name of framings37)
	test(`${name}: a message that was queued elsewhere is in the log of the server that queued it, in one session of both`, t => {
		const text = read(name);
		const all = entries(text);
		const queued = deliveryLines(text).flatMap(({status, said}) => {
			const id = /^250 .* queued as ([0-9A-F]{6,})$/.exec(said)?.[1];
			return status === 'sent' && id !== undefined ? [id] : [];
		});
		t.is(queued.length, 3);
		const sessions = everything(name).sessions;
		const from = sessions.filter(({direction, peerIp}) => direction === 'in' && peerIp === '127.0.0.1');
		const to = sessions.filter(({direction, peerIp}) => direction === 'out' && peerIp === '127.0.0.1');
		for (const id of queued) {
			const taken = all.findIndex(each => each.text.startsWith(`${id}: client=`));
			const given = all.findIndex(each => each.text.endsWith(` queued as ${id})`));
			t.true(taken >= 0 && given > taken, id);
			t.true(
				all.some(each => each.text.startsWith(`${id}: message-id=`)),
				id,
			);
			const at = (some: readonly Session[], line: number) =>
				some.filter(
					({pid, firstLine, lastLine}) =>
						`${all[line]?.process}`.endsWith(`[${pid}]`) &&
						(firstLine ?? line + 2) <= line + 1 &&
						(lastLine ?? 0) > line,
				);
			const [receiver, ...otherReceivers] = at(from, taken);
			const [sender, ...otherSenders] = at(to, given);
			t.deepEqual([otherReceivers, otherSenders], [[], []], id);
			const {outcome, protocol, cipher, messages} = receiver ?? {};
			t.true(outcome === 'encrypted' && messages !== undefined && messages > 0, id);
			t.like(sender, {outcome, protocol, cipher} as Partial<Session>, id);
		}
		t.is(
			to.reduce((sum, {messages}) => sum + messages, 0),
			queued.length,
		);
	});
