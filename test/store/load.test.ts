import test from 'ava';
import {createLoader} from '../../src/store/load.ts';
import {sessionRows} from '../../src/store/rows.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {session, storeOf} from './sample-sessions.ts';

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
	t.is(Object.keys(row ?? {}).length, 34);
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
