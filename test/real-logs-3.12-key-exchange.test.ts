import {readFileSync} from 'node:fs';
import test from 'ava';
import {keyExchanges} from '../src/store/queries/key-exchange.ts';
import {sessionsOf} from './log/fixture/sessions-of.ts';
import {judgeSessions, storeOf} from './store/sample-sessions.ts';

type Seen = {readonly protocol: string; readonly group?: string | null} | null;
/** A connection as its client saw it. */
type Client = {readonly ip: string; readonly port: number; readonly tls: Seen; readonly version_logged?: boolean};
/** A connection as the receiving server saw it. */
type Server = {readonly instance: string; readonly server: string; readonly port: number; readonly tls: Seen};

const read = (name: string): string[] =>
	readFileSync(new URL(`../samples/real-3.12/${name}`, import.meta.url), 'utf8')
		.trimEnd()
		.split('\n');
const logs = {A: read('a.maillog'), B: read('b.3339.log')};
const instances = ['A', 'B'] as const;
const clients: Client[] = read('truth-inbound.jsonl').map(line => JSON.parse(line));
const servers: Server[] = read('truth-outbound.jsonl').map(line => JSON.parse(line));

const isHybrid = (tls: Seen): boolean => tls?.protocol === 'TLSv1.3' && /mlkem/i.test(tls.group ?? '');

/** What is in one list and not in the other, each as often as it is there. */
function without(all: readonly string[], some: readonly string[]): string[] {
	const rest = [...all];
	for (const one of some) {
		const at = rest.indexOf(one);
		if (at >= 0) rest.splice(at, 1);
	}
	return rest.sort();
}

const ports = new Map(['loud', 'quiet', 'traced', 'modern', 'strict'].map(service => [service, 25]));
const sessions = instances.flatMap(name =>
	sessionsOf(logs[name], {year: 2026, ports: ports.set('quiets', 465)}).sessions.map(session => ({
		instance: name,
		session,
		hybrid: isHybrid({protocol: session.protocol ?? '', group: session.keyExchange}),
	})),
);

/** Hybrid handshakes with clients, by the lines of smtpd and tlsproxy: instance and address. Their tags name the service. */
const hybridLines = instances.flatMap(name =>
	logs[name].flatMap(line => {
		const found =
			/ (\S*)\/(?:smtpd|tlsproxy)\[\d+\]: \w+ TLS connection established from [^ ]*\[([\d.]+)\](?::\d+)?(?: to \S+)?: TLSv1\.3 .* key-exchange \S*MLKEM/i.exec(
				line,
			);
		const isRelay = found !== null && !/submission/.test(found[1] ?? '');
		return isRelay ? [`${name} ${found[2]}`] : [];
	}),
);

/** Those who hand in the mail that the two servers send out, one each; the truth tells of the servers that take it, not of them. */
const senders = ['127.200.0.1', '127.200.0.2'];

test('who hands in the mail that is sent out is a client of his own: none of the two servers sends to the other', t => {
	for (const [at, name] of instances.entries()) {
		const lines = logs[name];
		const queueIds = lines.flatMap(line => / ([0-9A-F]{9,}): client=\S*\[127\.200\.0\.\d\]$/.exec(line)?.[1] ?? []);
		t.true(queueIds.length > 100);
		t.true(lines.every(line => !line.includes('[127.200.') || line.includes(`[${senders[at]}]`)));
		const sentOut = new Set(lines.flatMap(line => / ([0-9A-F]{9,}): to=<.* status=/.exec(line)?.[1] ?? []));
		t.deepEqual(
			queueIds.filter(queueId => !sentOut.has(queueId)),
			[],
		);
		// Their own addresses are 127.0.0.3 to 127.0.0.11; the receiving servers' begin at 127.0.0.20.
		t.false(lines.some(line => /relay=[^,]*\[127\.0\.0\.1?\d\]/.test(line)));
	}
});

test('on port 25 the program counts as hybrid 59 sessions: 57 that clients saw, and one of each who hands in what is sent out', async t => {
	const inbound = sessions.filter(({session}) => session.hop === 'relay-in' && session.port === 25);
	const store = await storeOf(inbound.map(({session}) => session));
	await judgeSessions(store, () => []);
	t.like(await keyExchanges(store), [{hop: 'relay-in', port: 25, hybrid: 59}]);
	await store.close();

	const seen = clients.filter(({port, tls}) => port === 25 && isHybrid(tls));
	const silent = seen.filter(({version_logged}) => version_logged === false);
	const logged = seen.filter(client => !silent.includes(client)).map(({ip}) => ip);
	t.is(logged.length, 57);

	const lines = hybridLines.map(line => line.slice(2));
	t.is(lines.length, 59);
	t.deepEqual(without(lines, logged), senders);
	t.deepEqual(without(logged, lines), []);
	t.false(clients.some(({ip}) => senders.includes(ip)));
	t.deepEqual(
		inbound
			.filter(({hybrid}) => hybrid)
			.map(({instance, session}) => `${instance} ${session.peerIp}`)
			.sort(),
		[...hybridLines].sort(),
	);
	// The client of the service at loglevel 0 saw a hybrid; of its handshake there is no line.
	t.is(silent.length, 1);
	t.false(lines.includes(silent[0]?.ip ?? ''));
});

test('on port 25 the program counts as hybrid 116 sessions of 117 that servers saw: the other one was sent at loglevel 0', async t => {
	const outbound = sessions.filter(({session}) => session.hop === 'relay-out' && session.port === 25);
	const store = await storeOf(outbound.map(({session}) => session));
	await judgeSessions(store, () => []);
	t.like(await keyExchanges(store), [{hop: 'relay-out', port: 25, hybrid: 116}]);
	await store.close();

	const place = (instance: string, server: string | null, group: string) =>
		`${instance} ${server} ${group}`.toLowerCase();
	const seen = servers
		.filter(({port, tls}) => port === 25 && isHybrid(tls))
		.map(({instance, server, tls}) => place(instance, server, tls?.group ?? ''));
	t.is(seen.length, 117);
	const counted = outbound
		.filter(({hybrid}) => hybrid)
		.map(({instance, session}) => place(instance, session.peerIp, session.keyExchange ?? ''));
	const lacking = place('A', '127.0.0.20', 'X25519MLKEM768');
	t.deepEqual(without(seen, counted), [lacking]);
	t.deepEqual(without(counted, seen), []);

	// The service «quiet» writes no line about a handshake that came about, and delivered one message to that server over TLS.
	const quiet = logs.A.filter(line => line.includes(' postfix/quiet/smtp['));
	t.false(quiet.some(line => line.includes('TLS connection')));
	const delivered = quiet.filter(line => /relay=[^ ]*\[127\.0\.0\.20\]:25,.* tls=may, .*status=sent/.test(line));
	t.is(delivered.length, 1);
	const at = logs.A.indexOf(delivered[0] ?? '') + 1;
	const [row, ...others] = outbound.filter(
		({instance, session}) =>
			instance === 'A' &&
			(session.firstLine ?? at + 1) <= at &&
			(session.lastLine ?? 0) >= at &&
			session.tag === 'postfix/quiet/smtp' &&
			session.peerIp === '127.0.0.20',
	);
	t.deepEqual(others, []);
	t.like(row?.session, {outcome: 'encrypted', protocol: null, keyExchange: null, messages: 1});
	// A handshake line of any other process at that server is of a session that is counted.
	const others20 = logs.A.filter(line =>
		/: \w+ TLS connection established to [^ ]*\[127\.0\.0\.20\]:25: TLSv1\.3 .* key-exchange X25519MLKEM768/.test(line),
	);
	t.is(others20.length, counted.filter(each => each === lacking).length);
});
