import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {emptySession} from '../../src/model/session.ts';
import {createLoader} from '../../src/store/load.ts';
import {writeParquet} from '../../src/store/parquet.ts';
import {openStore} from '../../src/store/store.ts';

test('sessions are written as Parquet with the columns of the table, filtered and in order', async t => {
	const folder = await mkdtemp(join(tmpdir(), "tlsaudit it's-"));
	const store = await openStore();
	try {
		const loader = await createLoader(store);
		for (const startedAt of [3000, 1000, 2000])
			loader.add({...emptySession('relay-in', 'in'), startedAt, peerIp: `192.0.2.${startedAt / 1000}`});
		loader.end();
		const path = join(folder, 'sessions.parquet');
		await writeParquet(store, {since: 1500}, path);
		const rows = await store.all(`select peer_ip, hop from read_parquet('${path.replaceAll("'", "''")}')`);
		t.deepEqual(rows, [
			{peer_ip: '192.0.2.2', hop: 'relay-in'},
			{peer_ip: '192.0.2.3', hop: 'relay-in'},
		]);
		const message = await t.throwsAsync(writeParquet(store, {}, join(folder, 'missing', 'x.parquet')));
		t.regex(message.message, /x\.parquet: cannot be written/);
	} finally {
		await store.close();
		await rm(folder, {recursive: true});
	}
});
