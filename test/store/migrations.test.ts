import {readFileSync} from 'node:fs';
import {DuckDBInstance} from '@duckdb/node-api';
import test from 'ava';
import {dropOpenSessions} from '../../src/store/ledger/open-sessions.ts';
import {countSessions} from '../../src/store/retention/prune.ts';
import {schemaVersion} from '../../src/store/schema.ts';
import {openStore} from '../../src/store/store.ts';
import {importing} from '../commands/fixture/importing.ts';
import {
	database,
	versionEight,
	versionFour,
	versionNine,
	versionOne,
	versionSeven,
	versionTen,
	versionTwo,
} from './fixture/older-databases.ts';
import {judgeSessions} from './sample-sessions.ts';

test('a database of version 1 is brought to the present one with its sessions, and can be imported into', async t => {
	const path = await database(versionOne);
	const log = new URL('../../samples/founding-case.log', import.meta.url).pathname;
	const store = await openStore({path});
	t.is(await countSessions(store), 1);
	t.deepEqual(await store.all('select version from schema_version'), [{version: schemaVersion}]);
	t.like((await store.all('select * from sessions'))[0], {tag: 'postfix/smtps/smtpd', pid: 7, source: 'old.log'});
	// What judging left in the file is gone; it is made anew, in memory.
	t.deepEqual(await store.all(`select view_name from duckdb_views() where view_name = 'violations'`), []);
	await judgeSessions(store, () => []);
	t.deepEqual(await store.all('select * from violations'), []);
	await store.close();
	await importing(path, log);
	await importing(path, log);
	const again = await openStore({path});
	const fresh = await openStore({path: await database([])});
	const names = `select table_name, column_name, data_type from information_schema.columns
		where table_schema = 'main' order by all`;
	t.deepEqual(await again.all(names), await fresh.all(names));
	t.true((await countSessions(again)) > 1);
	t.is((await again.all<{n: number}>(`select count(*)::int as n from sessions where source = 'old.log'`))[0]?.n, 1);
	await again.close();
	await fresh.close();
});

test('of a database of version 2 every session is what it was, and those that are open are known as such', async t => {
	const path = await database(versionTwo);
	const instance = await DuckDBInstance.create(path);
	const connection = await instance.connect();
	const before = await connection.runAndReadAll('select * from sessions order by all');
	connection.closeSync();
	instance.closeSync();
	const store = await openStore({path});
	t.deepEqual(await store.all('select * exclude (alert) from sessions order by all'), before.getRowObjectsJS());
	t.is(before.currentRowCount, 4);
	t.deepEqual(await store.all('select count(*)::int as n from handshakes'), [{n: 2}]);
	await dropOpenSessions(store);
	t.deepEqual(await store.all('select pid from sessions'), [{pid: 7}]);
	await store.close();
});

test('a database of version 4 keeps its sessions and handshakes, and gets a column for what is not known of them', async t => {
	const path = await database(versionFour);
	const log = new URL('../../samples/founding-case.log', import.meta.url).pathname;
	const store = await openStore({path});
	t.like((await store.all(`select * from sessions order by pid`))[0], {
		...{pid: 7, failure: 'peer-alert', alert: null, port: 25, log_host: 'mx1'},
	});
	t.deepEqual(await store.all('select carried_mail, logged_in, start_seen from handshakes'), [
		{carried_mail: false, logged_in: false, start_seen: true},
	]);
	await store.close();
	await importing(path, log);
	const again = await openStore({path});
	const fresh = await openStore({path: await database([])});
	const names = `select table_name, column_name, ordinal_position, data_type from information_schema.columns
		where table_schema = 'main' order by all`;
	t.deepEqual(await again.all(names), await fresh.all(names));
	t.is((await again.all<{n: number}>(`select count(*)::int as n from sessions where source = 'old.log'`))[0]?.n, 2);
	await again.close();
	await fresh.close();
});

test('a database of version 6 keeps its sessions, and gets what is known of mail that goes out', async t => {
	const path = await database([]);
	await importing(path, new URL('../../samples/founding-case.log', import.meta.url).pathname);
	const sessions = async (): Promise<unknown> => {
		const store = await openStore({path});
		const rows = await store.all('select * from sessions order by all');
		await store.close();
		return rows;
	};
	const before = await sessions();
	const instance = await DuckDBInstance.create(path);
	const connection = await instance.connect();
	const [view] = (
		await connection.runAndReadAll("select sql from duckdb_views() where view_name = 'numbered_sessions'")
	).getRowsJS();
	for (const statement of [
		...['tls_reports', 'deliveries', 'held', 'held_messages', 'sessions', 'numbered_sessions'].map(
			name => `drop view ${name}`,
		),
		...['held_lines', 'monthly_deliveries', 'monthly_held', 'exports', 'exported', 'exported_rows', 'unread_logs'].map(
			name => `drop table ${name}`,
		),
		...['session_rows', 'open_sessions'].flatMap(table =>
			['deliveries', 'tls_reports'].map(column => `alter table ${table} drop column ${column}`),
		),
		String(view?.[0]).replace(', r.deliveries', ''),
		'create view sessions as select * exclude (session, handshake) from numbered_sessions',
		'update schema_version set version = 6',
	])
		await connection.run(statement);
	connection.closeSync();
	instance.closeSync();
	t.deepEqual(await sessions(), before);
	const store = await openStore({path});
	const fresh = await openStore({path: await database([])});
	const names = `select table_name, column_name, ordinal_position, data_type from information_schema.columns
		where table_schema = 'main' order by all`;
	t.deepEqual(await store.all(names), await fresh.all(names));
	t.deepEqual(await store.all('select * from deliveries union all by name select * from held'), []);
	await store.close();
	await fresh.close();
});

test('a database of version 9 gets tables for what is exported', async t => {
	const store = await openStore({path: await versionNine()});
	const fresh = await openStore({path: await database([])});
	const names = `select table_name, column_name, ordinal_position, data_type from information_schema.columns
		where table_schema = 'main' order by all`;
	t.deepEqual(await store.all(names), await fresh.all(names));
	t.deepEqual(await store.all('select version from schema_version'), [{version: schemaVersion}]);
	await store.close();
	await fresh.close();
});

test('a database of version 10 says which of its archives were not read to their end', async t => {
	const store = await openStore({path: await versionTen()});
	const fresh = await openStore({path: await database([])});
	const names = `select table_name, column_name, data_type from information_schema.columns
		where table_schema = 'main' order by all`;
	t.deepEqual(await store.all(names), await fresh.all(names));
	t.deepEqual(await store.all('select file, name, problem, accepted from unread_logs order by file'), [
		...[
			{
				file: 4,
				name: 'mail.log.3.gz',
				problem: 'mail.log.3.gz: the file ends too early, or reading it was interrupted',
			},
			{file: 5, name: 'old.zst', problem: 'old.zst: the file is corrupt'},
		].map(row => ({...row, accepted: null})),
	]);
	t.regex(
		store.lacking ?? '',
		/x\.db: 2 logs were not read to their end, the first on \d{4}-\d\d-\d\d: mail\.log\.3\.gz: the/,
	);
	await store.close();
	await fresh.close();
});

test('a database of version 7 keeps its deliveries and its mail held back, and gets tables for their sums', async t => {
	const path = await versionSeven(3);
	const store = await openStore({path});
	const fresh = await openStore({path: await database([])});
	const names = `select table_name, column_name, ordinal_position, data_type from information_schema.columns
		where table_schema = 'main' order by all`;
	t.deepEqual(await store.all(names), await fresh.all(names));
	t.deepEqual(await store.all('select sum(sent)::int as sent from deliveries'), [{sent: 3}]);
	t.deepEqual(await store.all('select sum(messages)::int as held from held'), [{held: 3}]);
	t.deepEqual(await store.all('select * from monthly_deliveries union all by name select * from monthly_held'), []);
	await store.close();
	await fresh.close();
});

test('a database of version 8 keeps its mail and the sums of deleted mail, and gets what TLSRPT reports', async t => {
	const path = await versionEight(3);
	const store = await openStore({path});
	const fresh = await openStore({path: await database([])});
	const names = `select table_name, column_name, ordinal_position, data_type from information_schema.columns
		where table_schema = 'main' order by all`;
	t.deepEqual(await store.all(names), await fresh.all(names));
	t.deepEqual(await store.all('select sum(sent)::int as sent from deliveries'), [{sent: 3}]);
	t.deepEqual(await store.all('select sum(messages)::int as held from held'), [{held: 3}]);
	t.deepEqual(await store.all('select recipient_domain, sent::int as sent from monthly_deliveries'), [
		{recipient_domain: 'bank.example', sent: 5},
	]);
	t.deepEqual(await store.all('select * from tls_reports'), []);
	await store.close();
	await fresh.close();
	const log = new URL('../../samples/real-3.12/a.maillog', import.meta.url).pathname;
	await importing(path, log);
	const again = await openStore({path, readOnly: true});
	const reported = await again.all<{n: number}>('select sum(reported)::int as n from tls_reports');
	t.is(reported[0]?.n, readFileSync(log, 'utf8').split(': TLSRPT: ').length - 1);
	await again.close();
});

test('a newer version is refused with one sentence', async t => {
	const path = await database(versionOne);
	const instance = await DuckDBInstance.create(path);
	const connection = await instance.connect();
	await connection.run('update schema_version set version = 99');
	connection.closeSync();
	instance.closeSync();
	await t.throwsAsync(openStore({path}), {
		message: /x\.db: the database has format 99, this program knows up to \d+; use a newer tlsaudit, or begin a new/,
	});
});

test('a migration that fails leaves the database as it was', async t => {
	const path = await database([...versionOne, 'create table imported_files(other integer)']);
	await t.throwsAsync(openStore({path}), {message: /x\.db: the database could not be brought to format \d+;/});
	const instance = await DuckDBInstance.create(path);
	const connection = await instance.connect();
	const rows = await connection.runAndReadAll(
		'select version, (select count(*)::int from sessions) from schema_version',
	);
	t.deepEqual(rows.getRowsJS(), [[1, 1]]);
	connection.closeSync();
	instance.closeSync();
});
