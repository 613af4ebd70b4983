import test from 'ava';
import type {Session} from '../../../src/model/session.ts';
import {failures} from '../../../src/store/queries/failures.ts';
import {sessionList} from '../../../src/store/queries/session-list.ts';
import {remedyOfSession} from '../../../src/store/whose.ts';
import {judgeSessions, session, storeOf} from '../sample-sessions.ts';

const failed = (
	peerIp: string,
	failure: Session['failure'],
	alert: string | null,
	more: Partial<Session> = {},
): Session => session('submission', {outcome: 'failed', direction: 'in', port: 465, peerIp, failure, alert, ...more});

const good = (peerIp: string): Session =>
	session('submission', {outcome: 'encrypted', direction: 'in', port: 465, peerIp, protocol: 'TLSv1.3'});

const cipher = 'no shared cipher (193)';
const sessions = [
	// Three attempts in two ways, and nothing else ever.
	failed('192.0.2.1', 'no-shared-cipher', cipher),
	failed('192.0.2.1', 'unsupported-protocol', 'unsupported protocol (258)'),
	failed('192.0.2.1', 'unsupported-protocol', 'version too low (396)'),
	failed('192.0.2.1', 'not-tls', 'http request (156)'),
	// The same, and a session that was good.
	failed('192.0.2.2', 'no-shared-cipher', cipher),
	failed('192.0.2.2', 'unsupported-protocol', 'unsupported protocol (258)'),
	failed('192.0.2.2', 'not-tls', 'wrong version number (267)'),
	good('192.0.2.2'),
	// Again and again in one way: set up wrong.
	...[1, 2, 3, 4].map(() => failed('192.0.2.3', 'no-shared-cipher', cipher, {peerHost: 'old.example'})),
	// The library says nothing that tells.
	...[1, 2, 3].map(() => failed('192.0.2.4', 'lost-connection', null)),
	failed('192.0.2.4', 'timeout', null),
	failed('192.0.2.5', 'not-tls', 'http request (156)'),
	// Nobody ever comes to an agreement on this port.
	failed('192.0.2.6', 'no-shared-cipher', cipher, {port: 587}),
	session('relay-out', {
		outcome: 'failed',
		direction: 'out',
		port: 25,
		failure: 'peer-alert',
		alert: 'handshake failure (40)',
	}),
];

const whoseOf = (rows: Awaited<ReturnType<typeof failures>>, alert: string | null): string[] =>
	rows.filter(row => row.alert === alert).map(({port, whose, sessions: count}) => `${port} ${whose} ${count}`);

test('whose a failure is rests on what its peer and others did', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	const rows = await failures(store);
	t.deepEqual(whoseOf(rows, cipher), ['465 theirs 5', '465 scanner 1', '587 unknown 1']);
	t.deepEqual(whoseOf(rows, 'unsupported protocol (258)').sort(), ['465 scanner 1', '465 theirs 1']);
	t.deepEqual(whoseOf(rows, 'http request (156)'), ['465 scanner 2']);
	t.deepEqual(whoseOf(rows, 'wrong version number (267)'), ['465 theirs 1']);
	t.deepEqual(whoseOf(rows, null).sort(), ['465 unknown 1', '465 unknown 3']);
	t.deepEqual(whoseOf(rows, 'handshake failure (40)'), ['25 unknown 1']);
	const [most] = rows.filter(row => row.alert === cipher && row.whose === 'theirs');
	t.deepEqual(most?.peers, [
		{peer: 'old.example[192.0.2.3]', sessions: 4},
		{peer: '192.0.2.2', sessions: 1},
	]);
	t.is(most?.peer_count, 2);
	// A smaller selection changes what is counted, not whose it is.
	const some = await failures(store, {terms: [{kind: 'same', column: 'peer_ip', value: '192.0.2.1'}]});
	t.true(some.length > 0 && some.every(({whose}) => whose === 'scanner'));
	await store.close();
});

test('the filter by whose selects exactly the sessions that are counted so, and a session has the owner of its row', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	const rows = await failures(store);
	const page = {order: 'started', descending: false, offset: 0, limit: 1000};
	for (const whose of ['ours', 'theirs', 'scanner', 'unknown'] as const) {
		const counted = rows.filter(row => row.whose === whose).reduce((sum, row) => sum + row.sessions, 0);
		const terms = [{kind: 'whose', values: [whose]}] as const;
		const {rows: listed, total} = await sessionList(store, {terms}, page);
		t.is(total, counted, whose);
		for (const each of listed) t.is((await remedyOfSession(store, each))?.whose, whose);
		const others = await sessionList(store, {terms: [{...terms[0], not: true}]}, page);
		t.is(others.total, sessions.length - counted);
	}
	const {rows: fine} = await sessionList(store, {terms: [{kind: 'outcome', values: ['encrypted']}]}, page);
	t.is(await remedyOfSession(store, fine[0] ?? {}), null);
	await store.close();
});

test('what a row of the failures opens is as many sessions as it counts', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	const page = {order: 'started', descending: false, offset: 0, limit: 1000};
	for (const {reason, alert, hop, port, outcome, whose, sessions: count} of await failures(store)) {
		const same = (column: 'failure' | 'alert' | 'hop' | 'port' | 'outcome', value: string | number | null) =>
			({kind: 'same', column, value}) as const;
		const terms = [
			...[
				same('failure', reason),
				same('alert', alert),
				same('hop', hop),
				same('port', port),
				same('outcome', outcome),
			],
			{kind: 'whose', values: [whose]} as const,
		];
		t.is((await sessionList(store, {terms}, page)).total, count, `${reason} ${alert} ${whose}`);
	}
	await store.close();
});
