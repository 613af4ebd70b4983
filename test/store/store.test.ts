import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test from 'ava';
import {findPolicy} from '../../src/policy/policies.ts';
import {judgeByPolicy} from '../../src/store/judgement.ts';
import {createLoader} from '../../src/store/load.ts';
import {askReading} from '../../src/store/rows.ts';
import {openStore} from '../../src/store/store.ts';
import {database, versionTwo} from './fixture/older-databases.ts';
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

/** Another process that has a database open; in this one DuckDB would share the file by itself. */
async function holding(path: string, options: Record<string, string> = {}): Promise<ChildProcess> {
	const script = `import {DuckDBInstance} from '@duckdb/node-api';
		globalThis.kept = await DuckDBInstance.create(${JSON.stringify(path)}, ${JSON.stringify(options)});
		console.log('open'); setInterval(() => undefined, 1000);`;
	// The module is looked for from there.
	const cwd = import.meta.dirname;
	const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
		cwd,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(holder, 'close').then(([status]) => {
		throw new Error(`the process that holds ${path} ended with status ${status}`);
	});
	await Promise.race([once(holder.stdout, 'data'), ended]);
	ended.catch(() => undefined);
	return holder;
}

test('a database in use by another process is refused with its number', async t => {
	const path = join(folder, 'locked.duckdb');
	const holder = await holding(path);
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

/** A database with one session that breaks the default policy. */
async function guilty(name: string): Promise<string> {
	const path = join(mkdtempSync(join(folder, 'guilty-')), name);
	const store = await openStore({path});
	const loader = await createLoader(store);
	loader.add(
		session('access', {port: 993, tlsMode: 'implicit', outcome: 'encrypted', protocol: 'TLSv1', username: 'ana'}),
	);
	loader.end();
	await store.checkpoint();
	await store.close();
	return path;
}

test('a database is judged by several at once that only read it, each by its own policy', async t => {
	const path = await guilty('shared.duckdb');
	const other = await holding(path, {access_mode: 'READ_ONLY'});
	const store = await openStore({path, readOnly: true});
	await judgeByPolicy(store, findPolicy('founding'), 0);
	t.deepEqual(await store.all('select rule from violations'), [{rule: 'min-version'}]);
	await store.close();
	await t.throwsAsync(openStore({path}), {message: new RegExp(`in use by process ${other.pid} `)});
	other.kill();
	await once(other, 'close');
});

/** Does something as a user who owns nothing, where there is the right to be another one. */
async function asStranger(work: () => Promise<void>): Promise<void> {
	const isRoot = process.geteuid?.() === 0;
	if (isRoot) process.seteuid?.(65_534);
	try {
		await work();
	} finally {
		if (isRoot) process.seteuid?.(0);
	}
}

test.serial('a database that may not be written to is judged; one that needs a change to it says so', async t => {
	const made = await guilty('made.duckdb');
	const old = await database(versionTwo);
	const shut = join(folder, 'shut');
	mkdirSync(shut);
	const path = join(shut, 'x.db');
	copyFileSync(made, path);
	copyFileSync(old, join(shut, 'old.db'));
	for (const name of readdirSync(shut)) chmodSync(join(shut, name), 0o444);
	chmodSync(shut, 0o555);
	chmodSync(folder, 0o755);
	await asStranger(async () => {
		const store = await openStore({path, readOnly: true});
		await judgeByPolicy(store, findPolicy('founding'), 0);
		t.deepEqual(await store.all('select rule from violations'), [{rule: 'min-version'}]);
		await store.close();
		await t.throwsAsync(openStore({path: join(shut, 'old.db'), readOnly: true}), {
			message: /old\.db: is of an older format, .* open it once where it may be written to$/,
		});
	});
	chmodSync(path, 0o000);
	await asStranger(async () => {
		await t.throwsAsync(openStore({path, readOnly: true}), {
			message: /x\.db: permission denied; run it as a user who may read the database$/,
		});
	});
	t.deepEqual(readdirSync(shut).sort(), ['old.db', 'x.db']);
	chmodSync(shut, 0o755);
});

// It changes the folder that all of the process works in.
test.serial('a name that DuckDB would take for something else is a file', async t => {
	for (const name of [':memory:', 'md:mail', ':memory:x']) {
		const path = join(folder, name);
		const before = process.cwd();
		process.chdir(folder);
		await (await openStore({path: name})).close();
		process.chdir(before);
		await (await openStore({path, readOnly: true})).close();
	}
	t.pass();
});

const harmful = [
	'delete from session_rows',
	'insert into coverage values (1, 1, 0, 0, 0, 0, 0, 0)',
	'create table mine as select 1',
	'create view mine as select 1',
	'drop view sessions',
	"copy sessions to 'FOLDER/out.csv'",
	// The database's own files are the ones that DuckDB still opens without access to others.
	"copy (select 1) to 'DB.wal'",
	"copy (select 1) to 'DB'",
	"explain analyze copy (select 1) to 'DB.wal'",
	"explain (analyze, format json) copy (select 1) to 'DB.wal'",
	"explain /* /* */ select 1 -- */\n analyze copy (select 1) to 'DB.wal'",
	"explain copy (select 1) to 'DB.wal'",
	"select 1; explain analyze copy (select 1) to 'DB.wal'",
	"select 1; copy (select 1) to 'DB.wal'",
	"prepare p as copy (select 1) to 'DB.wal'; execute p",
	"select * from read_text('/etc/hostname')",
	"select * from read_csv('/etc/hostname')",
	"select * from glob('/*')",
	"attach 'FOLDER/y.db' as y",
	"attach ':memory:' as y",
	"export database 'FOLDER/out'",
	'install httpfs',
	'load httpfs',
	'set enable_external_access = true',
	"set memory_limit = '9GB'",
	'pragma threads = 1',
	'commit; delete from session_rows',
	'checkpoint',
	'call force_checkpoint()',
];

test('SQL that is to read only reads, of a file and of memory', async t => {
	const path = await guilty('asked.duckdb');
	for (const at of [path, undefined])
		for (const sql of harmful) {
			const store = await openStore(at === undefined ? {} : {path: at, readOnly: true});
			const typed = sql.replaceAll('DB', path).replaceAll('FOLDER', dirname(path));
			await t.throwsAsync(
				askReading(store, typed),
				{message: /^sql: [^\n]*; sql only reads, unless it is given --write$/},
				sql,
			);
			await store.close();
		}
	t.deepEqual(readdirSync(dirname(path)), ['asked.duckdb']);
	const store = await openStore({path, readOnly: true});
	await judgeByPolicy(store, findPolicy('founding'), 0);
	const {rows} = await askReading(store, 'create temp table t as select count(*) n from violations; select n from t');
	t.deepEqual(rows, [[1]]);
	await store.close();
});

test('SQL that reads may be anything that DuckDB reads by', async t => {
	const path = await guilty('read.duckdb');
	for (const sql of [
		'from sessions',
		'show tables',
		'describe sessions',
		'summarize sessions',
		'pivot sessions on hop',
		'pragma table_info(sessions)',
		'explain select * from sessions',
		' EXPLAIN\nanalyze from sessions',
		'explain (analyze, format json) select 1;',
		'explain (select 1)',
		'show tables; select 1',
	])
		for (const at of [path, undefined]) {
			const store = await openStore(at === undefined ? {} : {path: at, readOnly: true});
			await t.notThrowsAsync(askReading(store, sql), sql);
			await store.close();
		}
});

test('a query that has no room in memory is one sentence that says what to do', async t => {
	const store = await openStore({memoryLimit: '20MB'});
	const query = 'select list(range::text) as words from range(20_000_000) group by range % 3';
	const error = await t.throwsAsync(store.all(query));
	t.is(
		error.message,
		'memory: the query needs more memory than DuckDB may take (20MB): ask about less with --since, --until or --hop',
	);
	await store.close();
});
