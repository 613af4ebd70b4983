import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {type Coverage, emptyCoverage} from '../../src/model/coverage.ts';
import {emptySession} from '../../src/model/session.ts';
import {readCoverage, saveCoverage} from '../../src/store/coverage.ts';
import {createLoader} from '../../src/store/load.ts';
import {writeParquet} from '../../src/store/parquet.ts';
import {ask, cell} from '../../src/store/rows.ts';
import {openStore} from '../../src/store/store.ts';
import {session, storeOf} from './sample-sessions.ts';

test('the table sessions has the columns other programs rely on, in order and type', async t => {
	const store = await openStore();
	const columns = await store.all<{name: string; type: string}>(
		`select column_name as name, data_type as type from information_schema.columns
		where table_name = 'sessions' order by ordinal_position`,
	);
	await store.close();
	t.deepEqual(
		columns.map(({name, type}) => `${name} ${type}`),
		[
			...['started_at TIMESTAMP', 'ended_at TIMESTAMP', 'hop VARCHAR', 'direction VARCHAR', 'log_host VARCHAR'],
			...['tag VARCHAR', 'pid INTEGER', 'service VARCHAR', 'port INTEGER', 'port_source VARCHAR', 'tls_mode VARCHAR'],
			...['peer_host VARCHAR', 'peer_ip VARCHAR', 'peer_port INTEGER', 'server_name VARCHAR', 'outcome VARCHAR'],
			...['protocol VARCHAR', 'cipher VARCHAR', 'cipher_bits INTEGER', 'trust VARCHAR', 'key_exchange VARCHAR'],
			...['server_signature VARCHAR', 'server_digest VARCHAR', 'client_signature VARCHAR', 'client_digest VARCHAR'],
			...['tls_level VARCHAR', 'reused INTEGER', 'failure VARCHAR', 'messages INTEGER', 'rejected INTEGER'],
			...['username VARCHAR', 'source VARCHAR', 'first_line INTEGER', 'last_line INTEGER', 'alert VARCHAR'],
		],
	);
});

test('values are as JSON knows them', async t => {
	const store = await storeOf([session('access', {startedAt: 0})]);
	const {columns, rows} = await ask(
		store,
		`select count(*) as n, 9007199254740993::bigint as big, max(started_at) as at, [1, 2] as list, {'a': null} as struct,
			1.5::decimal(4, 2) as price, 'nan'::double as nan, true as yes, null as nothing from sessions`,
	);
	await store.close();
	t.deepEqual(columns, ['n', 'big', 'at', 'list', 'struct', 'price', 'nan', 'yes', 'nothing']);
	t.deepEqual(rows, [[1, '9007199254740993', '1970-01-01T00:00:00.000Z', [1, 2], {a: null}, 1.5, 'NaN', true, null]]);
	t.is(cell(new Date(Number.NaN)), null);
});

test('wrong SQL is one line that says what is wrong', async t => {
	const store = await storeOf([]);
	const error = await t.throwsAsync(ask(store, 'select prt\nfrom sessions'));
	await store.close();
	t.regex(error?.message ?? '', /^sql: Binder Error: .*"prt".*"port"/);
	t.notRegex(error?.message ?? '', /\n|LINE/);
});

const coverage: Coverage = {
	...emptyCoverage(),
	lines: 10,
	understood: 4,
	irrelevant: 3,
	foreign: 2,
	malformed: 1,
	notUnderstood: 1,
	noDialogue: 5,
	examples: [{shape: 'TLS #', count: 1, example: "TLS '1", source: 'a.log', line: 3}],
	notices: ['The log lacks something.'],
};

test('the coverage is stored and read back, and replaced the next time', async t => {
	const store = await openStore();
	t.deepEqual(await readCoverage(store), emptyCoverage());
	await saveCoverage(store, coverage);
	await saveCoverage(store, coverage);
	t.deepEqual(await readCoverage(store), coverage);
	t.deepEqual(
		await store.all('select lines = understood + irrelevant + "foreign" + malformed as whole from coverage'),
		[{whole: true}],
	);
	await store.close();
});

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
