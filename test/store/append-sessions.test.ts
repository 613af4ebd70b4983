import test from 'ava';
import {createLoader} from '../../src/store/load.ts';
import {prune} from '../../src/store/prune.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {session, storeOf} from './sample-sessions.ts';

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
	await prune(store, 5000);
	t.deepEqual(await store.all('select port, source from sessions'), [{port: 143, source: 'mail.log'}]);
	t.deepEqual([await count(store, 'handshakes'), await count(store, 'origins')], [1, 1]);
	await store.close();
});
