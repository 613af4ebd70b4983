import test from 'ava';
import type {Handshake} from '../../src/model/session-parts.ts';
import {judge} from '../../src/policy/judge.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import {findingGroups} from '../../src/store/queries/findings/findings.ts';
import {hops} from '../../src/store/queries/summary.ts';
import {addSessions, judgeSessions, session, storeOf} from './sample-sessions.ts';

const old = {port: 465, tlsMode: 'implicit', outcome: 'encrypted', protocol: 'TLSv1', messages: 1} as const;
const at = (minute: number): number => Date.UTC(2026, 0, 31, 8, minute);

const lines = (firstLine: number) => ({source: 'mail.log', firstLine, lastLine: firstLine + 4});

const sessions = [
	session('submission', {
		...old,
		peerIp: '192.0.2.1',
		username: 'ana',
		loggedIn: true,
		startedAt: at(1),
		endedAt: at(2),
		...lines(10),
	}),
	session('submission', {
		...old,
		peerIp: '192.0.2.1',
		username: 'ana',
		loggedIn: true,
		startedAt: at(5),
		messages: 4,
		...lines(20),
	}),
	session('submission', {...old, peerIp: '192.0.2.2', protocol: 'TLSv1.1', startedAt: at(3), ...lines(40)}),
	session('submission', {...old, peerIp: '192.0.2.3', protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'}),
	session('relay-out', {port: 25, outcome: 'plaintext', messages: 1, peerHost: 'mx.example.net'}),
	session('relay-in', {port: 25}),
];

test('each handshake is judged once, with null as null and booleans for mail and login', async t => {
	const store = await storeOf([...sessions, ...sessions]);
	const seen: Handshake[] = [];
	await judgeSessions(store, handshake => {
		seen.push(handshake);
		return [];
	});
	await store.close();
	t.is(seen.length, 5);
	const relay = seen.find(({hop}) => hop === 'relay-in');
	t.deepEqual(relay, {
		hop: 'relay-in',
		direction: 'in',
		service: null,
		port: 25,
		tlsMode: null,
		outcome: null,
		protocol: null,
		cipher: null,
		cipherBits: null,
		trust: null,
		keyExchange: null,
		serverSignature: null,
		serverDigest: null,
		tlsLevel: null,
		failure: null,
		alert: null,
		carriedMail: false,
		loggedIn: false,
	});
	t.is(seen.filter(({loggedIn, carriedMail}) => loggedIn && carriedMail).length, 1);
});

test('violations are shown with who, how many, what and when', async t => {
	const store = await storeOf(sessions);
	const policy = findPolicy('founding');
	await judgeSessions(store, handshake => judge(handshake, policy));
	const found = await findingGroups(store);
	const [first, second] = found;
	const ana = {peer_host: null, username: null, source: 'mail.log', first_line: 20, last_line: 24};
	t.is(found.length, 2);
	t.like(first, {
		rule: 'min-version',
		severity: 'violation',
		hop: 'submission',
		port: 465,
		sessions: 3,
		messages: 6,
		peer_count: 2,
		observed: {TLSv1: 2, 'TLSv1.1': 1},
		required: 'TLSv1.2 or later',
		first_seen: at(1),
		last_seen: at(5),
	});
	t.deepEqual(first?.peers, [
		{...ana, peer_ip: '192.0.2.1', username: 'ana', sessions: 2, messages: 5, last_seen: at(5)},
		{...ana, peer_ip: '192.0.2.2', first_line: 40, last_line: 44, sessions: 1, messages: 1, last_seen: at(3)},
	]);
	t.like(second, {rule: 'relay-plaintext', hop: 'relay-out', sessions: 1, first_seen: null});
	const table = await hops(store);
	t.deepEqual(
		table.map(row => [row.hop, row.port, row.sessions, row.unknown, row.violations]),
		[
			['submission', 465, 4, 0, 3],
			['relay-in', 25, 1, 1, 0],
			['relay-out', 25, 1, 0, 1],
		],
	);
	await store.close();
});

test('a filter keeps violations of hops and times', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, handshake => judge(handshake, findPolicy('founding')));
	t.deepEqual(
		(await findingGroups(store, {hops: ['relay-out', 'relay-in']})).map(({rule}) => rule),
		['relay-plaintext'],
	);
	t.is((await findingGroups(store, {since: at(3)}))[0]?.sessions, 2);
	t.is((await findingGroups(store, {since: at(3), until: at(5)}))[0]?.sessions, 1);
	t.deepEqual(await findingGroups(store, {until: at(1)}), []);
	await store.close();
});

test('judging again by another policy leaves nothing of the first', async t => {
	const store = await storeOf(sessions);
	const finding = {severity: 'violation', observed: 'o', required: 'r', reference: 'x'} as const;
	await judgeSessions(store, () => [
		{...finding, rule: 'a'},
		{...finding, rule: 'b'},
	]);
	t.is((await store.all('select * from violations')).length, 12);
	// Two rules on one session are one session that violates.
	t.is((await hops(store))[0]?.violations, 4);
	await judgeSessions(store, () => []);
	t.deepEqual(await store.all('select * from violations'), []);
	await store.close();
});

test('the view violations carries every column of the session', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	const names = await store.all<{name: string}>(
		`select column_name as name from information_schema.columns where table_name = 'violations' order by ordinal_position`,
	);
	await store.close();
	t.deepEqual(
		names.slice(0, 7).map(({name}) => name),
		['rule', 'severity', 'observed', 'required', 'reference', 'started_at', 'ended_at'],
	);
	t.is(names.length, 5 + 35);
});

test('a million sessions are judged again in less than two seconds', async t => {
	const store = await storeOf([]);
	await addSessions(
		store,
		`select 'submission' as hop, 'in' as direction, 465 as port, 'encrypted' as outcome,
			['TLSv1', 'TLSv1.2', 'TLSv1.3'][1 + i % 3] as protocol, 'c' || i % 20 as cipher, i % 2 as messages,
			'192.0.2.' || i % 250 as peer_ip from range(1000000) r(i)`,
	);
	const began = performance.now();
	await judgeSessions(store, handshake => judge(handshake, findPolicy('founding')));
	const took = performance.now() - began;
	await store.close();
	t.true(took < 2000, `took ${Math.round(took)} ms`);
});

test('of several texts of a requirement a rule shows the first in order, with its own reference', async t => {
	for (const order of [1, -1]) {
		const store = await storeOf(order === 1 ? sessions : [...sessions].reverse());
		await judgeSessions(store, ({protocol}) => [
			{
				rule: 'both',
				severity: 'violation',
				observed: protocol ?? 'none',
				required: protocol === 'TLSv1' ? 'a' : 'b',
				reference: protocol === 'TLSv1' ? 'source of a' : 'source of b',
			},
		]);
		const [found] = (await findingGroups(store)).filter(({port}) => port === 465);
		await store.close();
		t.deepEqual([found?.required, found?.reference], ['a', 'source of a']);
	}
});
