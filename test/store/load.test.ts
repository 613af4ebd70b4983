import {availableParallelism} from 'node:os';
import {DuckDBDataChunk, DuckDBInstance, type DuckDBVector, INTEGER, TIMESTAMP, VARCHAR} from '@duckdb/node-api';
import test from 'ava';
import {calendarOf} from '../../src/cli/calendar.ts';
import type {Session} from '../../src/model/session.ts';
import {createSessionCollector, type SessionBatch} from '../../src/model/session-batch.ts';
import {createBulkLoader} from '../../src/store/bulk-load.ts';
import {createLoader} from '../../src/store/load.ts';
import {prune} from '../../src/store/retention/prune.ts';
import {sessionRows} from '../../src/store/rows.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {setIntegers, setNumbered, setTimes, setWords} from '../../src/store/vectors.ts';
import {session, storeOf} from './sample-sessions.ts';

/** A vector that shows nothing of what it is made of, as those of another version of the package might. */
function opaque(vector: DuckDBVector): DuckDBVector {
	const shown = {
		setItem: (row: number, value: never) => vector.setItem(row, value),
		flush: () => vector.flush(),
	};
	return shown as unknown as DuckDBVector;
}

/** The rows of a table that a chunk was added to. */
async function stored(chunk: DuckDBDataChunk) {
	const connection = await (await DuckDBInstance.create(':memory:')).connect();
	await connection.run('create table t(a integer, b timestamp, c varchar, d integer)');
	const appender = await connection.createAppender('t');
	appender.appendDataChunk(chunk);
	appender.closeSync();
	return (await connection.runAndReadAll('from t')).getRows();
}

test('columns come out the same whether a vector can be written as a whole or not', async t => {
	const rows = 130;
	const made = [(vector: DuckDBVector) => vector, opaque].map(seen => {
		const chunk = DuckDBDataChunk.create([INTEGER, TIMESTAMP, VARCHAR, INTEGER], rows);
		const at = (column: number): DuckDBVector => seen(chunk.getColumnVector(column));
		setIntegers(
			at(0),
			Int32Array.from({length: rows}, (_, row) => (row % 3) - 1),
			-1,
		);
		setTimes(
			at(1),
			Float64Array.from({length: rows}, (_, row) => (row % 5 === 0 ? Number.NaN : 1e12 + row * 1e9)),
		);
		setWords(
			at(2),
			Uint32Array.from({length: rows}, (_, row) => row % 4),
			['', 'größe', '', 'nul \0'],
		);
		setNumbered(
			at(3),
			Int32Array.from({length: rows}, (_, row) => row % 3),
			Int32Array.of(70, 5, 2 ** 31 - 1),
		);
		return stored(chunk);
	});
	const found = await Promise.all(made);
	t.deepEqual(found[0], found[1]);
	t.deepEqual(
		[3, 5, 129].map(row => found[0]?.[row]?.map(String)),
		[
			['null', '2001-10-13 19:06:40', 'nul \0', '70'],
			['1', 'null', 'größe', '2147483647'],
			['null', '2005-10-11 03:06:40', 'größe', '70'],
		],
	);
});

const many: Session[] = Array.from({length: 5000}, (_, index) =>
	session('access', {
		startedAt: index % 7 === 0 ? null : Date.UTC(2026, 0, 1) + index * 1000,
		endedAt: index % 5 === 0 ? null : Date.UTC(2026, 0, 2) + index,
		pid: index % 3 === 0 ? null : index,
		peerHost: index % 4 === 0 ? null : `größe${index % 900}.example`,
		username: index % 11 === 0 ? "'; drop table sessions; --" : null,
		cipher: index % 2 === 0 ? '' : 'AES128-SHA',
		firstLine: index,
	}),
);

function batches(capacity: number): SessionBatch[] {
	const found: SessionBatch[] = [];
	const take = (): void => {
		const batch = collector.take();
		if (batch) found.push(batch);
	};
	const collector = createSessionCollector(capacity, take);
	for (const one of many) collector.add(one);
	take();
	return found;
}

const all = 'select * from sessions order by first_line';

test('a batch loads what the loader of single sessions loads, in batches of any size', async t => {
	const slow = await openStore();
	const loader = await createLoader(slow);
	for (const one of many) loader.add(one);
	loader.end();
	const wanted = await slow.all(all);
	for (const capacity of [700, 2048, 2049, 16_384]) {
		const store = await openStore();
		// The limit comes back as DuckDB writes it, rounded to a tenth. So few rows have no work for a second thread.
		const settings = `select current_setting('memory_limit')[:3] as memory`;
		const before = await store.all(settings);
		const bulk = await createBulkLoader(store);
		await store.run('begin');
		for (const batch of batches(capacity)) await bulk.load(batch);
		await store.run('commit');
		await bulk.end();
		t.deepEqual(await store.all(all), wanted);
		t.deepEqual(await store.all(settings), before);
		await store.close();
	}
	await slow.close();
});

test('sessions older than the retention are deleted, by their end or else their beginning; those without a date stay', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	loader.add(session('access', {startedAt: 1000, endedAt: 5000, pid: 1}));
	loader.add(session('access', {startedAt: 1000, endedAt: null, pid: 2}));
	loader.add(session('access', {startedAt: 4000, endedAt: null, pid: 3}));
	loader.add(session('access', {startedAt: null, endedAt: null, pid: 4}));
	loader.end();
	await prune(store, 4000, calendarOf('UTC'));
	t.deepEqual(await store.all('select pid from sessions order by pid'), [{pid: 1}, {pid: 3}, {pid: 4}]);
	await store.close();
});

async function rowsOf(store: Store) {
	const rows = [];
	for await (const batch of sessionRows(store)) rows.push(...batch);
	return rows;
}

test('a session comes back as it was, null as null, times in UTC', async t => {
	const full = session('submission', {
		startedAt: Date.parse('2026-01-31T08:40:05.123Z'),
		endedAt: Date.parse('2026-01-31T08:40:06Z'),
		logHost: 'mx',
		tag: 'postfix/smtps/smtpd',
		pid: 4711,
		port: 465,
		peerHost: 'größe.example',
		serverName: '"; drop table sessions; --',
		cipher: 'nul \0 and 🔒 and \ud800 half',
		cipherBits: 256,
		messages: 3,
		username: "o'neill",
		firstLine: 7,
	});
	const store = await storeOf([full]);
	const [row] = await rowsOf(store);
	await store.close();
	t.like(row, {
		started_at: '2026-01-31T08:40:05.123Z',
		ended_at: '2026-01-31T08:40:06.000Z',
		hop: 'submission',
		direction: 'in',
		log_host: 'mx',
		pid: 4711,
		port: 465,
		peer_host: 'größe.example',
		server_name: '"; drop table sessions; --',
		cipher: 'nul \0 and 🔒 and \ufffd half',
		cipher_bits: 256,
		reused: 0,
		messages: 3,
		username: "o'neill",
		first_line: 7,
		last_line: null,
		outcome: null,
	});
	t.is(Object.keys(row ?? {}).length, 35);
});

test('more sessions than a chunk holds are all loaded, in the order of time', async t => {
	const many = Array.from({length: 5000}, (_, index) =>
		session('access', {startedAt: (5000 - index) * 1000, pid: index}),
	);
	const store = await storeOf(many);
	const rows = await rowsOf(store);
	await store.close();
	t.is(rows.length, 5000);
	t.deepEqual(
		rows.map(row => row.pid),
		many.map(({pid}) => pid).reverse(),
	);
});

test('a flush makes sessions visible while loading goes on', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	loader.add(session('access'));
	const count = async (): Promise<unknown> => (await store.all('select count(*)::double as n from sessions'))[0]?.n;
	t.is(await count(), 0);
	loader.flush();
	t.is(await count(), 1);
	loader.add(session('access'));
	loader.end();
	t.is(await count(), 2);
	await store.close();
});

const count = async (store: Store, table: string): Promise<unknown> =>
	(await store.all(`select count(*)::int as n from ${table}`))[0]?.n;

test('moments are kept to the millisecond, before 1970 and after 2255 too', async t => {
	const moments = [
		-1,
		-62_135_596_800_000,
		0,
		4_294_967_295,
		4_294_967_296,
		Date.UTC(2026, 0, 31, 8, 40, 5, 123),
		Date.UTC(9999, 11, 31, 23, 59, 59, 999),
	];
	const store = await storeOf(moments.map((startedAt, firstLine) => session('access', {startedAt, firstLine})));
	const rows = await store.all(`select epoch_ms(started_at)::double as ms from sessions order by first_line`);
	t.deepEqual(
		rows.map(({ms}) => ms),
		moments,
	);
	await store.close();
});

test('what sessions have in common is kept once, by whatever loader and in whatever run', async t => {
	const store = await openStore();
	const loaders = [await createLoader(store), await createLoader(store)];
	for (const port of [25, 465, 25])
		for (const loader of loaders) {
			loader.add(session('submission', {port, source: 'mail.log'}));
			loader.add(session('submission', {port, source: 'mail.log', username: 'ana'}));
			loader.flush();
		}
	for (const loader of loaders) loader.end();
	const numbers = await store.all<{n: number; rows: number}>(
		'select count(distinct handshake)::int as n, count(*)::int as rows from handshakes',
	);
	// Two loaders at once do not know each other's rows, but never give the same number.
	t.is(numbers[0]?.n, numbers[0]?.rows);
	const rows = [await count(store, 'handshakes'), await count(store, 'origins')];
	const next = await createLoader(store);
	next.add(session('submission', {port: 465, source: 'mail.log', username: 'eve'}));
	next.end();
	t.deepEqual([await count(store, 'handshakes'), await count(store, 'origins')], rows);
	t.deepEqual(await store.all('select port, count(*)::int as n from sessions group by all order by port'), [
		{port: 25, n: 8},
		{port: 465, n: 5},
	]);
	await store.close();
});

test('sessions that differ in one thing only are never taken for each other', async t => {
	const store = await storeOf([
		session('access', {cipher: null}),
		session('access', {cipher: ''}),
		session('access', {cipher: 'null'}),
		session('access', {cipher: 'a', trust: 'Trusted'}),
		session('access', {cipher: 'a","Trusted', trust: null}),
		session('access', {messages: 1}),
		session('access', {port: 0}),
		session('access', {tag: 'a', source: null}),
		session('access', {tag: null, source: 'a'}),
	]);
	const rows = await store.all('select distinct cipher, trust, port, tag, source, messages from sessions');
	t.is(rows.length, 9);
	await store.close();
});

test('more kinds than are remembered all stay distinct', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	for (let round = 0; round < 2; round++)
		for (let index = 0; index < 60_000; index++) loader.add(session('access', {cipher: `c${index}`, firstLine: index}));
	loader.end();
	t.deepEqual(
		await store.all(`select count(*)::int as n, count(distinct cipher)::int as ciphers,
			bool_and(cipher = 'c' || first_line) as right from sessions`),
		[{n: 120_000, ciphers: 60_000, right: true}],
	);
	await store.close();
});

test('what no session has any more goes when old sessions go', async t => {
	const store = await storeOf([
		session('access', {startedAt: 1000, port: 993, source: 'old.log'}),
		session('access', {startedAt: 9000, port: 143, source: 'mail.log'}),
	]);
	await prune(store, 5000, calendarOf('UTC'));
	t.deepEqual(await store.all('select port, source from sessions'), [{port: 143, source: 'mail.log'}]);
	// The sum of the month names the handshake of the session that went.
	t.deepEqual([await count(store, 'handshakes'), await count(store, 'origins')], [2, 1]);
	await store.close();
});

// Here DuckDB counts the processors itself, see `test/ava.config.js`.
delete process.env.SLURM_CPUS_ON_NODE;

test('a store has its threads back after loading, but for a new one with rows for one thread', async t => {
	const threads = async (rows: number, store: Store): Promise<number> => {
		const bulk = await createBulkLoader(store);
		for (let loaded = 0; loaded < rows; loaded += many.length)
			for (const batch of batches(2048)) await bulk.load(batch);
		await bulk.end();
		const [set] = await store.all<{threads: number}>(`select current_setting('threads')::double as threads`);
		return set?.threads ?? 0;
	};
	const store = await openStore();
	t.is(await threads(1, store), 1);
	t.is(await threads(122_881, store), availableParallelism());
	await store.close();
});

test('lines about held mail count when they are visible, without a session, too', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	const line = {
		time: 0,
		logHost: 'mx',
		tag: 'postfix/smtp',
		queueId: 'A',
		domain: 'a.example',
		connected: false,
	} as const;
	loader.addHeld({...line, reason: 'no-dnssec'});
	t.is(loader.heldLines, 0);
	loader.flush();
	t.is(loader.heldLines, 1);
	t.deepEqual(await store.all('select messages from held'), [{messages: 1}]);
	loader.end();
	await store.close();
});
