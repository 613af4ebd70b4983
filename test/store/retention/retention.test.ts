import test from 'ava';
import {createRetention} from '../../../src/store/retention/retention.ts';
import {liveStore, session} from '../live-store.ts';

const start = Date.UTC(2026, 9, 12, 8);
const rowsOf = async (store: {all: (sql: string) => Promise<Array<Record<string, unknown>>>}): Promise<number> =>
	Number((await store.all('select count(*)::double as n from session_rows'))[0]?.n);

test('what was held back becomes visible a part at a time, and the loop turns in between', async t => {
	const {store, loader, end} = await liveStore([]);
	loader.hold();
	for (let each = 0; each < 10_000; each += 1) loader.add(session({firstLine: each}));
	t.is(loader.waiting, 10_000);
	loader.flush();
	t.is(loader.waiting, 10_000, 'held');
	loader.release();
	const waiting: number[] = [];
	for (let turn = 0; turn < 6; turn += 1) {
		await new Promise(resolve => setImmediate(resolve));
		waiting.push(loader.waiting);
	}
	t.deepEqual([...new Set(waiting)].slice(0, 3), [9744, 7696, 5648]);
	loader.flush();
	t.is(await rowsOf(store), 10_000);
	await end();
});

test('no more sessions are kept than asked, and the newest stay', async t => {
	const {store, loader, end} = await liveStore([]);
	const retention = createRetention(store, loader, {ms: null, sessions: 50_000});
	for (let round = 0; round < 4; round += 1) {
		for (let each = 0; each < 41_000; each += 1)
			loader.add(session({startedAt: start + round * 1000, firstLine: round}));
		retention.step();
		await retention.idle();
	}
	loader.flush();
	const rows = await rowsOf(store);
	t.true(rows <= 91_000 && rows >= 50_000, `${rows}`);
	const [least] = await store.all<{line: number}>('select min(first_line) as line from session_rows');
	t.true((least?.line ?? 0) >= 1);
	await end();
});

test('what is older than the retention is deleted by the log’s own clock, and a stamp from the future deletes nothing', async t => {
	const {store, loader, end} = await liveStore([]);
	const retention = createRetention(store, loader, {ms: 3_600_000, sessions: null});
	for (let each = 0; each < 1000; each += 1) loader.add(session({startedAt: start - 7_200_000}));
	for (let each = 0; each < 41_000; each += 1) loader.add(session({startedAt: start}));
	loader.add(session({startedAt: start + 400 * 86_400_000}));
	retention.step();
	await retention.idle();
	t.is(await rowsOf(store), 41_001);
	await end();
});

test('while it tidies up, sessions are held back and none is lost', async t => {
	const {store, loader, end} = await liveStore([]);
	const retention = createRetention(store, loader, {ms: null, sessions: null});
	for (let each = 0; each < 41_000; each += 1) loader.add(session({}));
	retention.step();
	for (let each = 0; each < 5000; each += 1) loader.add(session({}));
	loader.flush();
	t.true(loader.waiting >= 5000);
	await retention.idle();
	loader.flush();
	t.is(await rowsOf(store), 46_000);
	await end();
});

test('handshakes that peers make up do not pile up', async t => {
	const {store, loader, end} = await liveStore([]);
	const retention = createRetention(store, loader, {ms: null, sessions: 100});
	for (let each = 0; each < 41_000; each += 1) loader.add(session({cipher: `MADE-UP-${each % 8000}`}));
	retention.step();
	loader.add(session({cipher: 'MADE-UP-1'}));
	await retention.idle();
	loader.flush();
	const [handshakes] = await store.all<{n: number}>('select count(*)::double as n from handshakes');
	t.true((handshakes?.n ?? 9e9) <= 200, `${handshakes?.n}`);
	const [lost] = await store.all<{n: number}>(
		'select count(*)::double as n from session_rows where handshake not in (select handshake from handshakes)',
	);
	t.is(lost?.n, 0);
	await end();
});
