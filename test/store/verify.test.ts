import {mkdtempSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DuckDBInstance} from '@duckdb/node-api';
import test from 'ava';
import {schemaVersion} from '../../src/store/schema.ts';
import {openStore} from '../../src/store/store.ts';
import {verifyDatabase} from '../../src/store/verify.ts';
import {importing} from '../commands/fixture/importing.ts';
import {database, versionTwo} from './fixture/older-databases.ts';

const log = new URL('../../samples/founding-case.log', import.meta.url).pathname;

async function imported(): Promise<string> {
	const path = join(mkdtempSync(join(tmpdir(), 'tlsaudit-verify-')), 'x.db');
	// One step, however slow the machine is.
	await importing(path, '--step-seconds', '3600', log);
	return path;
}

/** Changes a database as another program would. */
async function change(path: string, ...statements: string[]): Promise<void> {
	const instance = await DuckDBInstance.create(path);
	const connection = await instance.connect();
	for (const statement of statements) await connection.run(statement);
	connection.closeSync();
	instance.closeSync();
}

test('a database is whole after an import, and verifying changes nothing in it', async t => {
	const path = await imported();
	const before = readFileSync(path);
	t.deepEqual(await verifyDatabase(path), {
		format: schemaVersion,
		sessions: 15,
		open: 0,
		files: 1,
		lines: 57,
		steps: 1,
		unread: [],
		faults: [],
		unreadable: [],
	});
	t.deepEqual(readFileSync(path), before);
});

test('rows of a step that never ended are found, and removed by the next opening, which says so', async t => {
	const path = await imported();
	await change(path, 'insert into session_rows select * replace (2 as step) from session_rows limit 3');
	t.deepEqual((await verifyDatabase(path)).faults, [
		'3 rows are left of an import that was killed while it wrote; the next command that may write to the database removes them',
	]);
	const store = await openStore({path, readOnly: true});
	t.is(
		store.repaired,
		`${path}: an import was killed while it wrote its last step; the 3 rows that were left of that step are removed, import the same files again`,
	);
	t.deepEqual(await store.all('select count(*)::int as n from sessions'), [{n: 15}]);
	await t.throwsAsync(store.run('delete from session_rows'), {message: /read-only/});
	await store.close();
	t.deepEqual((await verifyDatabase(path)).faults, []);
});

test('what belongs together and is not there is a fault', async t => {
	const cases: ReadonlyArray<readonly [string, RegExp]> = [
		['delete from handshakes where handshake = 1', /^[1-9]\d* sessions lack their handshake$/],
		['delete from origins', /^15 sessions lack their origin$/],
		[
			'insert into handshakes select * from handshakes where handshake = 2',
			/^1 numbers of a handshake are given twice$/,
		],
		['update coverage set lines = lines + 1', /^the coverage of the lines does not sum up$/],
		['insert into coverage select * from coverage', /^the coverage of the lines is there more than once$/],
		['insert into imported_files select * from imported_files', /^1 files are remembered twice$/],
		['update imported_files set text_offset = -1', /^1 files are remembered without a place/],
		[
			"insert into monthly_sums values ('2026-01', 'UTC', 9999, 1, 1, null, null)",
			/^1 sums of deleted sessions lack their handshake$/,
		],
		[
			"insert into monthly_sums select '2026-01', 'UTC', 1, 1, 1, null, null from range(2)",
			/^1 sums of deleted sessions are there twice$/,
		],
		[
			"insert into monthly_deliveries(month, zone) select '2026-01', 'UTC' from range(2)",
			/^1 sums of monthly_deliveries are there twice$/,
		],
		[
			"insert into monthly_held(month, zone) select '2026-01', 'UTC' from range(2)",
			/^1 sums of monthly_held are there twice$/,
		],
		[
			"update session_rows set tls_reports = 'bank.example success'",
			/^15 sessions have TLS reports that cannot be read$/,
		],
		['insert into former_peers select 1, null from range(2)', /^1 peers of deleted sessions are noted twice$/],
		['delete from former_peers_key', /^the key of the peers of deleted sessions is not there once$/],
		['insert into import_step values (7)', /^the number of the last import step is not there once$/],
	];
	const path = await imported();
	const whole = readFileSync(path);
	for (const [statement, sentence] of cases) {
		writeFileSync(path, whole);
		await change(path, statement);
		const {faults} = await verifyDatabase(path);
		t.is(faults.length, 1, statement);
		t.regex(faults[0] ?? '', sentence);
	}
});

test('a block that was damaged on the disk is found', async t => {
	const path = await imported();
	const bytes = readFileSync(path);
	// Blocks of tables are behind the three headers of 4 KiB.
	bytes.fill(0x55, 3 * 4096 + 20_000, statSync(path).size - 20_000);
	writeFileSync(path, bytes);
	const found = await verifyDatabase(path).then(
		({unreadable}) => unreadable.length > 0,
		(error: Error) => error.message.includes('x.db: '),
	);
	t.true(found);
});

test('an older format, an empty database and one of another program are refused with a sentence', async t => {
	const old = await database(versionTwo);
	await t.throwsAsync(verifyDatabase(old), {message: /x\.db: has format 2, .* a report on it brings it there$/});
	await (await openStore({path: old, readOnly: true})).close();
	t.deepEqual((await verifyDatabase(old)).faults, []);
	await t.throwsAsync(verifyDatabase(await database([])), {message: /x\.db: the database is empty; import logs/});
	await t.throwsAsync(verifyDatabase(await database(['create table a(b integer)'])), {
		message: /was not made by tlsaudit/,
	});
});
