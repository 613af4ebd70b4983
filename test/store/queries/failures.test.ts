import test from 'ava';
import {calendarOf} from '../../../src/cli/calendar.ts';
import type {Session} from '../../../src/model/session.ts';
import {failures} from '../../../src/store/queries/failures.ts';
import {sessionList} from '../../../src/store/queries/session-list.ts';
import {prune} from '../../../src/store/retention/prune.ts';
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
	good('192.0.2.12'),
	// Again and again in one way: set up wrong.
	...[1, 2, 3, 4].map(() => failed('192.0.2.3', 'no-shared-cipher', cipher, {peerHost: 'old.example'})),
	// The library says nothing that tells.
	...[1, 2, 3].map(() => failed('192.0.2.4', 'lost-connection', null)),
	failed('192.0.2.4', 'timeout', null),
	failed('192.0.2.5', 'not-tls', 'http request (156)'),
	// One way in several words: a client that refuses our certificate, and one that comes back with a lower version.
	failed('192.0.2.7', 'peer-rejected-certificate', 'unknown ca (48)'),
	failed('192.0.2.7', 'peer-rejected-certificate', 'unknown ca (48)'),
	failed('192.0.2.7', 'peer-rejected-certificate', 'bad certificate (42)'),
	failed('192.0.2.8', 'unsupported-protocol', 'wrong ssl version (266)'),
	failed('192.0.2.8', 'unsupported-protocol', 'wrong ssl version (266)'),
	failed('192.0.2.8', 'unsupported-protocol', 'inappropriate fallback (373)'),
	// Only the peer itself came to an agreement there, or one other.
	failed('192.0.2.9', 'no-shared-group', null, {port: 2465}),
	{...good('192.0.2.9'), port: 2465},
	failed('192.0.2.10', 'no-shared-group', null, {port: 3465}),
	{...good('192.0.2.2'), port: 3465},
	// Nobody ever comes to an agreement on this port.
	failed('192.0.2.6', 'no-shared-cipher', cipher, {port: 587}),
	// To the address of one that tries doors we may have mail, too.
	session('relay-out', {outcome: 'failed', direction: 'out', port: 25, peerIp: '192.0.2.1', failure: 'dane'}),
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
	t.deepEqual(whoseOf(rows, null).sort(), [
		'2465 unknown 1',
		'25 theirs 1',
		'3465 theirs 1',
		'465 unknown 1',
		'465 unknown 3',
	]);
	t.deepEqual(whoseOf(rows, 'unknown ca (48)'), ['465 ours 2']);
	t.deepEqual(whoseOf(rows, 'bad certificate (42)'), ['465 ours 1']);
	t.deepEqual(whoseOf(rows, 'wrong ssl version (266)'), ['465 theirs 2']);
	t.deepEqual(whoseOf(rows, 'inappropriate fallback (373)'), ['465 theirs 1']);
	t.deepEqual(whoseOf(rows, 'handshake failure (40)'), ['25 unknown 1']);
	const [most] = rows.filter(row => row.alert === cipher && row.whose === 'theirs');
	t.deepEqual(most?.peers, [
		{peer: 'old.example[192.0.2.3]', peer_ip: '192.0.2.3', peer_host: 'old.example', sessions: 4},
		{peer: '192.0.2.2', peer_ip: '192.0.2.2', peer_host: null, sessions: 1},
	]);
	t.is(most?.peer_count, 2);
	// A smaller selection changes what is counted, not whose it is.
	const some = await failures(store, {terms: [{kind: 'same', column: 'peer_ip', value: '192.0.2.1'}]});
	t.true(some.length > 0 && some.every(({whose, hop}) => whose === (hop === 'relay-out' ? 'theirs' : 'scanner')));
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

test('a peer whose good sessions were deleted is called no scanner', async t => {
	const moment = Date.UTC(2026, 5, 1);
	const later = {startedAt: moment, endedAt: moment};
	const tried = ['no shared cipher (193)', 'no shared cipher (193)'];
	const of = (peerIp: string): Session[] => [
		...tried.map(alert => failed(peerIp, 'no-shared-cipher', alert, later)),
		failed(peerIp, 'unsupported-protocol', 'unsupported protocol (258)', later),
	];
	const before = {startedAt: moment - 1e10, endedAt: moment - 1e10};
	const store = await storeOf([{...good('192.0.2.1'), ...before}, ...of('192.0.2.1'), ...of('192.0.2.2')]);
	const scanned = async (): Promise<string[]> =>
		(await failures(store)).filter(row => row.whose === 'scanner').flatMap(row => row.peers.map(({peer}) => peer));
	await judgeSessions(store, () => []);
	t.deepEqual(await scanned(), ['192.0.2.2', '192.0.2.2']);
	await prune(store, moment - 1, calendarOf('UTC'));
	await judgeSessions(store, () => []);
	t.deepEqual(await scanned(), ['192.0.2.2', '192.0.2.2']);
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

test('a session without a peer is no other peer that comes to an agreement', async t => {
	const nameless: Session = {...good(''), peerIp: null};
	const store = await storeOf([failed('192.0.2.9', 'no-shared-group', null), nameless]);
	await judgeSessions(store, () => []);
	t.deepEqual(
		(await failures(store)).map(({whose}) => whose),
		['unknown'],
	);
	await store.close();
});

test('a peer is one, with and without its name, and what has one owner is in its place by its sum', async t => {
	const store = await storeOf([
		failed('192.0.2.9', 'lost-connection', null),
		failed('192.0.2.9', 'lost-connection', null, {peerHost: 'a.example'}),
		...[1, 2, 3].map(() => failed('192.0.2.10', 'timeout', null)),
		good('192.0.2.9'),
		failed('192.0.2.11', 'lost-connection', null),
		failed('192.0.2.11', 'lost-connection', null),
	]);
	await judgeSessions(store, () => []);
	t.deepEqual(
		(await failures(store)).map(({reason, sessions, peer_count: peers}) => [reason, sessions, peers]),
		[
			['lost-connection', 4, 2],
			['timeout', 3, 1],
		],
	);
	await store.close();
});
