import test from 'ava';
import {failures} from '../../../src/store/queries/failures.ts';
import {findingGroups} from '../../../src/store/queries/findings/findings.ts';
import {hops, hostEnds, logHosts, period, suites} from '../../../src/store/queries/summary.ts';
import {judgeSessions, session, storeOf} from '../sample-sessions.ts';

const encrypted = {outcome: 'encrypted', protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'} as const;

const sessions = [
	session('access', {...encrypted, port: 993, startedAt: 3000, source: 'a.log'}),
	session('access', {...encrypted, port: 993, startedAt: 1000, endedAt: 9000, messages: 2}),
	session('access', {outcome: 'encrypted', port: 993}),
	session('access', {outcome: 'plaintext', port: null}),
	session('submission', {outcome: 'failed', failure: 'not-tls', port: 465}),
	session('submission', {outcome: 'failed', port: 465}),
	session('relay-out', {...encrypted, failure: 'certificate-not-verified', port: 25}),
	session('relay-in', {port: 25}),
];

test('the hop table counts outcomes by hop and port, hops in their order, unlogged ports last', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	const rows = await hops(store);
	await store.close();
	t.deepEqual(
		rows.map(row => [
			row.hop,
			row.port,
			row.sessions,
			row.encrypted,
			row.plaintext,
			row.failed,
			row.unknown,
			row.messages,
		]),
		[
			['submission', 465, 2, 0, 0, 2, 0, 0],
			['relay-in', 25, 1, 0, 0, 0, 1, 0],
			['relay-out', 25, 1, 1, 0, 0, 0, 0],
			['access', 993, 3, 3, 0, 0, 0, 2],
			['access', null, 1, 0, 1, 0, 0, 0],
		],
	);
});

test('suites are those of encrypted sessions', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	const rows = await suites(store, {hops: ['access']});
	await store.close();
	const same = {hop: 'access', port: 993, violations: 0, weaknesses: 0, judged: 0, undecided: 0} as const;
	t.deepEqual(rows, [
		{
			...same,
			...{protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', sessions: 2, messages: 2},
			...{first_seen: 1000, last_seen: 9000},
		},
		{...same, protocol: null, cipher: null, sessions: 1, messages: 0, first_seen: null, last_seen: null},
	]);
});

test('a failure without a reason counts as other, and one beside an encrypted session counts too', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	const rows = await failures(store);
	await store.close();
	const once = {alert: null, sessions: 1, peer_count: 0, first_seen: null, last_seen: null} as const;
	const shown = rows.map(({whose: _whose, remedy: _remedy, peers: _peers, ...row}) => row);
	t.deepEqual(shown, [
		{...once, reason: 'not-tls', hop: 'submission', port: 465, outcome: 'failed'},
		{...once, reason: 'other', hop: 'submission', port: 465, outcome: 'failed'},
		{...once, reason: 'certificate-not-verified', hop: 'relay-out', port: 25, outcome: 'encrypted'},
	]);
});

test('the period runs from the first start to the last end, and is null when nothing is there', async t => {
	const store = await storeOf(sessions);
	await judgeSessions(store, () => []);
	t.deepEqual(await period(store), {from: 1000, to: 9000});
	t.deepEqual(await period(store, {since: 2000}), {from: 3000, to: 3000});
	t.deepEqual(await period(store, {since: 1e12}), {from: null, to: null});
	await store.close();
});

test('hosts that the log is of are named by their sessions, the first hundred of them', async t => {
	const store = await storeOf([
		...Array.from({length: 120}, (_, index) => session('access', {logHost: `mx${index}`, startedAt: 1000})),
		session('access', {logHost: 'mx7', startedAt: 5000, source: 'b.log'}),
		session('access', {startedAt: 6000}),
	]);
	await judgeSessions(store, () => []);
	const all = await logHosts(store);
	t.deepEqual([all.host_count, all.hosts.length, all.hosts[0]], [121, 100, {log_host: 'mx7', sessions: 2}]);
	t.deepEqual(await logHosts(store, {since: 6000}), {host_count: 1, hosts: [{log_host: null, sessions: 1}]});
	t.deepEqual(await logHosts(store, {since: 7000}), {host_count: 0, hosts: []});
	await store.close();
});

test('the end of each host is that of its last session; a host without a date has none', async t => {
	const store = await storeOf([
		session('access', {logHost: 'mx1', startedAt: 5000, endedAt: 9000}),
		session('relay-in', {logHost: 'mx1', startedAt: 6000}),
		session('access', {logHost: 'mx2', startedAt: 7000}),
		session('access', {logHost: 'mx3'}),
		session('access', {startedAt: 20_000}),
	]);
	await judgeSessions(store, () => []);
	t.deepEqual(await hostEnds(store), [
		{log_host: 'mx2', last_seen: 7000},
		{log_host: 'mx1', last_seen: 9000},
	]);
	await store.close();
});

test('names that peers make up are bounded: the most frequent ones are shown, the others are one row that says how many', async t => {
	const made = Array.from({length: 130}, (_, index) =>
		session('access', {outcome: 'encrypted', port: 993, protocol: `TLSv9.${index}`, cipher: `X-${index % 70}`}),
	);
	const store = await storeOf([
		...made,
		...Array.from({length: 3}, () => session('access', {...encrypted, port: 993})),
	]);
	await judgeSessions(store, ({protocol}) =>
		protocol === null || protocol === 'TLSv1.3'
			? []
			: [{rule: 'version', severity: 'violation', observed: protocol, required: 'TLSv1.3', reference: 'none'}],
	);
	const rows = await suites(store);
	const broken = await findingGroups(store);
	await store.close();
	t.is(
		rows.reduce((sum, row) => sum + row.sessions, 0),
		133,
	);
	const sums = new Map<string | null, number>();
	for (const {protocol, sessions} of rows) sums.set(protocol, (sums.get(protocol) ?? 0) + sessions);
	t.is(sums.size, 51);
	t.is(sums.get('TLSv1.3'), 3);
	t.is(sums.get('81 others'), 81);
	t.is(new Set(rows.map(({cipher}) => cipher)).size, 51);
	t.true(rows.some(({cipher}) => cipher === '21 others'));
	const observed = Object.entries(broken[0]?.observed ?? {});
	t.is(observed.length, 101);
	t.deepEqual(observed.at(-1), ['30 others', 30]);
	t.is(broken[0]?.sessions, 130);
});
