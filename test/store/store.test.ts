import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {createLoader} from '../../src/store/load.ts';
import {openStore} from '../../src/store/store.ts';
import {session} from './sample-sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-store-'));

test('a database file keeps its sessions', async t => {
	const path = join(folder, 'kept.duckdb');
	const first = await openStore({path});
	const loader = await createLoader(first);
	loader.add(session('access', {port: 993}));
	loader.end();
	await first.checkpoint();
	await first.close();
	const second = await openStore({path});
	t.deepEqual(await second.all('select port from sessions'), [{port: 993}]);
	await second.close();
});

test('a file that is no database is refused in one sentence', async t => {
	const path = join(folder, 'text.duckdb');
	writeFileSync(path, 'a text that is long enough to be no header of any database at all\n'.repeat(100));
	await t.throwsAsync(openStore({path}), {message: `${path}: is no DuckDB database; name another file with --db`});
});

test('a database of another format, or of another program, is refused', async t => {
	const path = join(folder, 'newer.duckdb');
	const store = await openStore({path});
	await store.run('update schema_version set version = 999');
	await store.checkpoint();
	await store.close();
	await t.throwsAsync(openStore({path}), {message: /has format 999, this program knows up to \d+/});

	const foreign = join(folder, 'foreign.duckdb');
	const {DuckDBInstance} = await import('@duckdb/node-api');
	const instance = await DuckDBInstance.create(foreign);
	const connection = await instance.connect();
	await connection.run('create table mine(a integer)');
	connection.closeSync();
	instance.closeSync();
	await t.throwsAsync(openStore({path: foreign}), {message: /was not made by tlsaudit/});
});

test('a database in use by another process is refused with its number', async t => {
	const path = join(folder, 'locked.duckdb');
	const script = `import {DuckDBInstance} from '@duckdb/node-api';
		globalThis.kept = await DuckDBInstance.create(${JSON.stringify(path)});
		console.log('open'); setInterval(() => undefined, 1000);`;
	const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(holder.stdout, 'data');
	await t.throwsAsync(openStore({path}), {message: new RegExp(`in use by process ${holder.pid} `)});
	holder.kill();
	await once(holder, 'close');
});

test('a database in a folder that does not exist is refused', async t => {
	await t.throwsAsync(openStore({path: join(folder, 'no', 'x.duckdb')}), {message: /folder for the database/});
});

test('closing while a query runs stops the query and does not hang', async t => {
	const store = await openStore();
	const query = store.all('select count(*) from range(100000000000) a, range(1000) b where a.range % 7 = b.range');
	query.catch(() => undefined);
	await new Promise(resolve => setTimeout(resolve, 50));
	await store.close();
	await t.throwsAsync(query, {message: /interrupt/i});
	await store.close();
});

test('extensions are never fetched from the network', async t => {
	const store = await openStore();
	await t.throwsAsync(store.all(`select * from st_read('x')`));
	const rows = await store.all(
		`select name, value from duckdb_settings() where name like 'auto%extensions' order by name`,
	);
	await store.close();
	t.deepEqual(rows, [
		{name: 'autoinstall_known_extensions', value: 'false'},
		{name: 'autoload_known_extensions', value: 'false'},
	]);
});
