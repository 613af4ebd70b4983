import {copyFileSync, mkdtempSync, rmSync, statSync, truncateSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {calendarOf} from '../../../src/cli/calendar.ts';
import type {PeriodRow} from '../../../src/model/periods.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {judgeByPolicy} from '../../../src/store/judgement.ts';
import {createLoader} from '../../../src/store/load.ts';
import {periods} from '../../../src/store/queries/periods.ts';
import {prune} from '../../../src/store/retention/prune.ts';
import {openStore, type Store} from '../../../src/store/store.ts';
import {verifyDatabase} from '../../../src/store/verify.ts';
import {addSessions, session, storeOf} from '../sample-sessions.ts';

const berlin = calendarOf('Europe/Berlin');
const day = 86_400_000;
const begin = Date.UTC(2026, 0, 1);
const versions = ['TLSv1', 'TLSv1.2', 'TLSv1.3', null];

/** Sessions every eleven hours of a year: of two hops, three outcomes and some versions. */
const year = Array.from({length: 796}, (_, index) => {
	const startedAt = begin + index * 11 * 3_600_000;
	const encrypted = index % 5 !== 0;
	return session(index % 3 === 0 ? 'submission' : 'relay-out', {
		startedAt,
		endedAt: startedAt + 1000,
		port: index % 3 === 0 ? 465 : 25,
		outcome: encrypted ? 'encrypted' : index % 2 === 0 ? 'plaintext' : 'failed',
		protocol: encrypted ? (versions[index % 4] ?? null) : null,
		cipher: encrypted ? `cipher-${index % 7}` : null,
		peerIp: `192.0.2.${index % 100}`,
		peerHost: `mx${index % 9}.example.org`,
		messages: index % 4,
	});
});

async function months(store: Store, filter = {}): Promise<PeriodRow[]> {
	await judgeByPolicy(store, findPolicy('founding'), Date.UTC(2027, 0, 1));
	return (await periods(store, filter, 'month', berlin, false)).rows;
}

const withoutDeleted = (rows: readonly PeriodRow[]) => rows.map(({deleted: _, ...row}) => row);

test('sums by month are the same before and after sessions are deleted, however often, each session once', async t => {
	const store = await storeOf(year);
	const before = await months(store);
	t.is(before.length, 12);
	t.true(before.every(({violations}) => (violations ?? 0) > 0));
	for (const moment of [0.2, 40, 41.7, 45, 200, 200, 301]) {
		await prune(store, begin + moment * day, berlin);
		const after = await months(store);
		t.deepEqual(withoutDeleted(after), withoutDeleted(before), `${moment} days`);
		const [left] = await store.all<{n: number}>('select count(*)::int as n from session_rows');
		t.is(
			after.reduce((sum, row) => sum + row.deleted, 0),
			year.length - (left?.n ?? 0),
		);
	}
	t.deepEqual(
		withoutDeleted(await months(store, {hops: ['submission']})),
		withoutDeleted(await months(await storeOf(year.filter(({hop}) => hop === 'submission')))),
	);
	await store.close();
});

test('a month that the filter cuts counts what is there, and says what is left out', async t => {
	const store = await storeOf(year);
	await prune(store, begin + 100 * day, berlin);
	await judgeByPolicy(store, findPolicy('founding'), 0);
	const since = begin + 40 * day;
	const {rows, leftOut} = await periods(store, {since}, 'month', berlin, false);
	const whole = await periods(store, {}, 'month', berlin, false);
	t.is(rows[0]?.period, '2026-03');
	t.is(leftOut, whole.rows.find(({period}) => period === '2026-02')?.deleted ?? 0);
	t.is(leftOut > 0, true);
	const weeks = await periods(store, {}, 'week', berlin, false);
	t.is(weeks.leftOut + weeks.rows.reduce((sum, row) => sum + row.sessions, 0), year.length);
	t.deepEqual((await periods(store, {}, 'month', calendarOf('UTC'), true)).otherZones, ['Europe/Berlin']);
	t.is((await periods(store, {}, 'month', berlin, true)).rows[0]?.violations, null);
	await store.close();
});

test('of more handshakes than have room the sums lose their suites, and no session', async t => {
	const store = await storeOf(year);
	const before = await months(store);
	await prune(store, begin + 300 * day, berlin, {handshakes: 3});
	await prune(store, begin + 310 * day, berlin, {handshakes: 3});
	const after = await months(store);
	const counts = (rows: readonly PeriodRow[]) => rows.map(({deleted: _, violations: _violations, ...row}) => row);
	t.deepEqual(counts(after), counts(before));
	const [most] = await store.all<{n: number}>(
		'select max(n)::int as n from (select count(*) as n from monthly_sums group by month)',
	);
	t.true((most?.n ?? 99) < 20);
	await store.close();
});

test('a session that is open when an import ends is not deleted: the next import gives it anew', async t => {
	const store = await storeOf([
		session('access', {startedAt: begin, endedAt: null, firstLine: 7, port: 993}),
		session('access', {startedAt: begin, endedAt: null, firstLine: 8, port: 993}),
	]);
	await store.run('insert into open_sessions select * from session_rows where first_line = 7');
	await prune(store, begin + day, berlin);
	t.deepEqual(await store.all('select first_line from sessions'), [{first_line: 7}]);
	t.is((await months(store))[0]?.sessions, 2);
	await store.close();
});

test('of more peers than have room those that were last seen are noted, and from when they are all there', async t => {
	const store = await storeOf(year);
	await prune(store, begin + 300 * day, berlin, {peers: 10});
	const [noted] = await store.all(
		`select count(*)::int as n, (select complete_from > $begin::timestamp from former_peers_key) as limited from former_peers`,
		{begin: '2026-08-01'},
	);
	t.deepEqual(noted, {n: 10, limited: true});
	await store.close();
});

test('a deletion that dies in its commit is whole or did not begin, wherever the write-ahead log ends', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-prune-'));
	const at = (name: string): string => join(folder, name);
	const counted = async (db: string) => {
		const store = await openStore({path: db});
		const [row = {}] = await store.all<Record<string, number>>(
			`select (select count(*) from session_rows)::double as rows, (select count(*) from former_peers)::double as peers,
				coalesce((select sum(sessions) from monthly_sums), 0)::double as sums,
				coalesce((select sum(sent) from deliveries), 0)::double as mail,
				coalesce((select sum(sent) from monthly_deliveries), 0)::double as sent,
				coalesce((select sum(messages) from held), 0)::double as held,
				coalesce((select sum(messages) from monthly_held), 0)::double as formerly_held`,
		);
		await store.close();
		return row;
	};
	// More than a row group goes, and more peers than one has rows.
	const sessions = 150_000;
	const store = await openStore({path: at('mail.db')});
	await addSessions(
		store,
		`select timestamp '2026-01-01' + to_seconds(i * 60) as started_at, timestamp '2026-01-01' + to_seconds(i * 60) as ended_at,
			'relay-in' as hop, 'in' as direction, 25 as port, 'encrypted' as outcome, 'TLSv1.3' as protocol,
			'cipher' || (i % 50)::text as cipher, 'ip' || i::text as peer_ip, 1 as messages
		from range(${sessions}) r(i)`,
	);
	await store.run(`update session_rows set deliveries = 'd' || rowid % 30000 || '.example 1 0 0'`);
	await store.run(`update handshakes set hop = 'relay-out'`);
	await store.run(
		`insert into held_lines select timestamp '2026-01-01' + to_seconds(i * 60), 'mx', 'postfix/smtp', 'Q' || i // 2,
			'd' || i % 9 || '.example', 'no-dnssec', false, null from range(${sessions}) r(i)`,
	);
	await store.checkpoint();
	await prune(store, Date.UTC(2026, 3, 1), berlin);
	copyFileSync(at('mail.db'), at('copy.db'));
	copyFileSync(at('mail.db.wal'), at('copy.db.wal'));
	await store.close();
	const whole = await counted(at('mail.db'));
	const {rows = 0, sums = 0, mail = 0, sent = 0, held = 0, formerly_held = 0} = whole;
	t.deepEqual([rows + sums, mail + sent, held + formerly_held], [sessions, sessions, sessions]);
	t.true(sums > 122_880 && sent > 122_880 && formerly_held > 122_880 && whole.peers === 100_000);
	const before = {rows: sessions, sums: 0, peers: 0, mail: sessions, sent: 0, held: sessions, formerly_held: 0};
	const {size} = statSync(at('copy.db.wal'));
	const cuts = [0, 1, 20, 21, 200, Math.floor(size / 2)];
	for (const cut of cuts) {
		copyFileSync(at('copy.db'), at('torn.db'));
		copyFileSync(at('copy.db.wal'), at('torn.db.wal'));
		truncateSync(at('torn.db.wal'), size - cut);
		t.deepEqual(await counted(at('torn.db')), cut === 0 ? whole : before, `cut of ${cut}`);
		t.deepEqual((await verifyDatabase(at('torn.db'))).faults, []);
		rmSync(at('torn.db'));
	}
	copyFileSync(at('copy.db'), at('torn.db'));
	const again = await openStore({path: at('torn.db')});
	await prune(again, Date.UTC(2026, 3, 1), berlin);
	await again.close();
	t.deepEqual(await counted(at('torn.db')), whole);
	rmSync(folder, {recursive: true, force: true});
});

test('with its sessions go their deliveries, and lines about mail held back when all of their message are old', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const [index, startedAt] of [begin, begin + 2 * day].entries()) {
		loader.add(session('relay-out', {startedAt, endedAt: startedAt + 1, deliveries: `d${index}.example 1 0 0`}));
		loader.addHeld({
			...{time: startedAt, logHost: 'mx', tag: 'postfix/smtp', queueId: `Q${index}`, domain: `d${index}.example`},
			...{reason: 'no-dnssec', connected: false},
		});
	}
	loader.end();
	await prune(store, begin + day, berlin);
	t.deepEqual(await store.all('select recipient_domain from deliveries'), [{recipient_domain: 'd1.example'}]);
	t.deepEqual(await store.all('select recipient_domain from held'), [{recipient_domain: 'd1.example'}]);
	// Lines without a session to go with go, too.
	await prune(store, begin + day, berlin);
	await store.run('delete from session_rows');
	await prune(store, begin + 3 * day, berlin);
	t.deepEqual(await store.all('select count(*)::int as n from held_lines'), [{n: 0}]);
	t.deepEqual(await store.all('select recipient_domain, messages::int as messages from monthly_held order by 1'), [
		{recipient_domain: 'd0.example', messages: 1},
		{recipient_domain: 'd1.example', messages: 1},
	]);
	await store.close();
});
