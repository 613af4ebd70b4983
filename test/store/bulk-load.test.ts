import test from 'ava';
import type {Session} from '../../src/model/session.ts';
import {createSessionCollector, type SessionBatch} from '../../src/model/session-batch.ts';
import {createBulkLoader} from '../../src/store/bulk-load.ts';
import {createLoader} from '../../src/store/load.ts';
import {prune} from '../../src/store/prune.ts';
import {openStore} from '../../src/store/store.ts';
import {session} from './sample-sessions.ts';

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
		// The limit comes back as DuckDB writes it, rounded to a tenth.
		const settings = `select current_setting('threads') as threads, current_setting('memory_limit')[:3] as memory`;
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
	await prune(store, 4000);
	t.deepEqual(await store.all('select pid from sessions order by pid'), [{pid: 1}, {pid: 3}, {pid: 4}]);
	await store.close();
});
