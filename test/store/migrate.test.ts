import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DuckDBInstance} from '@duckdb/node-api';
import test from 'ava';
import {dropOpenSessions} from '../../src/store/open-sessions.ts';
import {countSessions} from '../../src/store/prune.ts';
import {schemaVersion} from '../../src/store/schema.ts';
import {openStore} from '../../src/store/store.ts';
import {importing} from '../commands/fixture/importing.ts';

const text = (names: string): string =>
	names
		.split(' ')
		.map(name => `${name} text`)
		.join(', ');

const sessionTable = `started_at timestamp, ended_at timestamp, ${text('hop direction log_host tag')}, pid integer,
	service text, port integer, ${text('port_source tls_mode peer_host peer_ip')}, peer_port integer,
	${text('server_name outcome protocol cipher')}, cipher_bits integer, ${text('trust key_exchange')},
	${text('server_signature server_digest client_signature client_digest tls_level')}, reused integer, failure text,
	messages integer, rejected integer, ${text('username source')}, first_line integer, last_line integer`;

const handshakeTable = `handshake integer, ${text('hop direction service')}, port integer,
	${text('tls_mode outcome protocol cipher')}, cipher_bits integer,
	${text('trust key_exchange server_signature server_digest tls_level failure')}, carried_mail boolean, logged_in boolean`;

/** The tables of version 1, as the first release made them. */
const versionOne = [
	'create table schema_version(version integer not null)',
	'insert into schema_version values (1)',
	`create table sessions(${sessionTable})`,
	`create table coverage(lines bigint, understood bigint, irrelevant bigint, "foreign" bigint, malformed bigint,
		not_understood bigint, no_dialogue bigint, evicted bigint)`,
	'create table coverage_examples(shape text, count bigint, example text, source text, line bigint)',
	'create table coverage_notices(notice text)',
	`create table handshakes(${handshakeTable})`,
	`create table handshake_findings(handshake integer, rule text, severity text, observed text, required text,
		reference text)`,
	`create view violations as
		select f.rule, f.severity, f.observed, f.required, f.reference, s.*
		from sessions s join handshakes h on s.hop is not distinct from h.hop
			join handshake_findings f on f.handshake = h.handshake`,
	`insert into sessions(started_at, hop, direction, tag, pid, outcome, protocol, source, first_line, last_line, reused,
		messages, rejected) values ('2025-01-31 08:40:05', 'submission', 'in', 'postfix/smtps/smtpd', 7, 'encrypted',
		'TLSv1', 'old.log', 1, 4, 0, 1, 0)`,
	'insert into coverage values (12, 10, 2, 0, 0, 0, 0, 0)',
];

const inserted = `insert into sessions(started_at, hop, direction, tag, pid, outcome, protocol, source, first_line, reused,
	messages, rejected, peer_ip)`;

/** The tables of version 2 that are not those of version 1, with two sessions that are open, one of them twice. */
const versionTwo = [
	...versionOne.filter(statement => !/handshake/.test(statement)),
	'update schema_version set version = 2',
	`create table handshakes(${handshakeTable})`,
	`create table handshake_findings(handshake integer, rule text, severity text, observed text, required text,
		reference text)`,
	'create table handshake_undecided(handshake integer, rule text)',
	`create table destination_findings(handshake integer, ${text('peer_host rule severity observed required reference')})`,
	`create table exceptions(${text('peer_ip peer_host username rule reason until')})`,
	`create view findings as select f.rule, f.severity, s.rowid as session, s.*
		from sessions s join handshakes h on s.hop is not distinct from h.hop join handshake_findings f using (handshake)`,
	'create view judged as select *, null::text as excepted_reason, null::text as excepted_until from findings',
	'create view violations as select * exclude (session) from judged where excepted_until is null',
	'create view excepted as select * exclude (session) from judged where excepted_until is not null',
	`create table imported_files(id integer, name text, head blob, tail blob, text_offset bigint, lines bigint,
		stored_hash text)`,
	'create table import_states(share integer, format integer, state blob)',
	'create table open_sessions as select * from sessions limit 0',
	...[1, 1, 2].map(
		pid => `${inserted} values ('2025-01-31 08:50:00', 'relay-in', 'in', 'postfix/smtpd', ${pid}, null, null,
			'old.log', 9, 0, 0, 0, '192.0.2.1')`,
	),
	'insert into open_sessions select * from sessions where pid in (1, 2)',
];

async function database(statements: readonly string[]): Promise<string> {
	const path = join(mkdtempSync(join(tmpdir(), 'tlsaudit-migrate-')), 'x.db');
	const instance = await DuckDBInstance.create(path);
	const connection = await instance.connect();
	for (const statement of statements) await connection.run(statement);
	connection.closeSync();
	instance.closeSync();
	return path;
}

test('a database of version 1 is brought to the present one with its sessions, and can be imported into', async t => {
	const path = await database(versionOne);
	const log = new URL('../../samples/founding-case.log', import.meta.url).pathname;
	const store = await openStore({path});
	t.is(await countSessions(store), 1);
	t.deepEqual(await store.all('select version from schema_version'), [{version: schemaVersion}]);
	t.like((await store.all('select * from sessions'))[0], {tag: 'postfix/smtps/smtpd', pid: 7, source: 'old.log'});
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
	t.deepEqual(await store.all('select * from sessions order by all'), before.getRowObjectsJS());
	t.is(before.currentRowCount, 4);
	t.deepEqual(await store.all('select count(*)::int as n from handshakes'), [{n: 2}]);
	await dropOpenSessions(store);
	t.deepEqual(await store.all('select pid from sessions'), [{pid: 7}]);
	await store.close();
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
