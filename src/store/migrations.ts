import type {DuckDBConnection} from '@duckdb/node-api';
import {exportTables} from './export/export-tables.ts';
import {fileTables, openSessionsTable, stepTable, unreadBefore, unreadTable} from './ledger/ledger-tables.ts';
import {numberSessions} from './ledger/number-sessions.ts';
import {
	formerOutboundTables,
	formerTables,
	handshakeColumns,
	outboundTables,
	reportView,
	schemaVersion,
	sessionTables,
} from './schema.ts';

const dropped = (views: readonly string[], tables: readonly string[]): string[] => [
	...views.map(name => `drop view if exists ${name}`),
	...tables.map(name => `drop table if exists ${name}`),
];

/** Imports came to be remembered. */
const toSecond: readonly string[] = [
	...dropped(['violations'], ['handshakes', 'handshake_findings']),
	...fileTables,
	'create table open_sessions as select * from sessions limit 0',
];

const judgement = [
	['violations', 'excepted', 'judged', 'findings'],
	['handshake_findings', 'handshake_inconclusive', 'destination_findings', 'exceptions'],
] as const;

/** Sessions came to be kept as numbers; what judging left is made again by the next one. */
const toThird: readonly string[] = [
	...dropped(judgement[0], ['handshakes', ...judgement[1]]),
	'alter table sessions rename to former_sessions',
	'alter table open_sessions rename to former_open_sessions',
	...['former_sessions', 'former_open_sessions'].map(table => `alter table ${table} add column alert text`),
	...sessionTables,
	openSessionsTable,
	...numberSessions('former_sessions'),
	...numberSessions('former_open_sessions', 'open_sessions'),
	'drop table former_sessions',
	'drop table former_open_sessions',
];

/** Judging came to leave nothing in the file, and rows to carry the number of their import step. */
const toFourth: readonly string[] = [
	...dropped(...judgement),
	...['session_rows', 'open_sessions'].map(table => `alter table ${table} add column if not exists step integer`),
	'alter table handshakes add column if not exists start_seen boolean default true',
	...stepTable,
];

/** The views of sessions show a column that tables of any earlier version lack. */
const withDeliveries: readonly string[] = ['session_rows', 'open_sessions'].map(
	table => `alter table ${table} add column if not exists deliveries text`,
);

/** Why a handshake failed came to be kept in words. Rows are written by place, so the new column takes its own. */
const toFifth: readonly string[] = [
	'alter table handshakes add column if not exists alert text',
	'alter table handshakes rename to former_handshakes',
	...dropped(['sessions', 'numbered_sessions'], []),
	...withDeliveries,
	...sessionTables.filter(statement => !/^create table (?:origins|session_rows)/.test(statement)),
	`insert into handshakes select handshake, ${handshakeColumns.map(({name}) => name)}, carried_mail, logged_in, start_seen
		from former_handshakes`,
	'drop table former_handshakes',
];

/** Deliveries came to be kept by the domain of their recipients, and the mail that TLS holds back. */
const toSeventh: readonly string[] = [
	...dropped(['sessions', 'numbered_sessions'], []),
	...withDeliveries,
	...sessionTables.filter(statement => statement.startsWith('create view')),
	...outboundTables,
];

/** What TLSRPT reported of sessions came to be kept. */
const toNinth: readonly string[] = [
	...['session_rows', 'open_sessions'].map(table => `alter table ${table} add column if not exists tls_reports text`),
	reportView,
];

/** Steps from each version to the next, the first from version 1. Sessions and coverage stay what they are. */
const migrations: ReadonlyArray<readonly string[]> = [
	...[toSecond, toThird, toFourth, toFifth, formerTables, toSeventh],
	// Sums came to be kept of mail that went out or was held back, when its sessions and lines are deleted.
	formerOutboundTables,
	toNinth,
	// What was exported came to be remembered.
	exportTables,
	// And what was not read to its end.
	[unreadTable, unreadBefore],
];

/**
 * Brings an older database to this program's schema, step by step, all or nothing. Throws one sentence for a newer one,
 * whose tables might mean something else.
 */
export async function migrate(connection: DuckDBConnection, version: number, path: string | undefined): Promise<void> {
	if (version === schemaVersion) return;
	if (!(version >= 1 && version < schemaVersion))
		throw new Error(
			`${path}: the database has format ${version}, this program knows up to ${schemaVersion}; use a newer tlsaudit, or begin a new database`,
		);
	await connection.run('begin');
	try {
		for (const step of migrations.slice(version - 1)) for (const statement of step) await connection.run(statement);
		await connection.run(`update schema_version set version = ${schemaVersion}`);
		await connection.run('commit');
	} catch (error) {
		await connection.run('rollback');
		throw new Error(
			`${path}: the database could not be brought to format ${schemaVersion}; begin a new one from the logs`,
			{cause: error},
		);
	}
}
