import {judgementTables} from './judgement-tables.ts';
import {fileTables, openSessionsTable} from './ledger-tables.ts';
import {numberSessions} from './number-sessions.ts';
import {sessionTables} from './schema.ts';

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

/** Sessions came to be kept as numbers; what judging left is made anew by the next one. */
const toThird: readonly string[] = [
	...dropped(
		['violations', 'excepted', 'judged', 'findings'],
		['handshakes', 'handshake_findings', 'handshake_undecided', 'destination_findings', 'exceptions'],
	),
	'alter table sessions rename to former_sessions',
	'alter table open_sessions rename to former_open_sessions',
	...sessionTables,
	openSessionsTable,
	...judgementTables,
	...numberSessions('former_sessions'),
	...numberSessions('former_open_sessions', 'open_sessions'),
	'drop table former_sessions',
	'drop table former_open_sessions',
];

/** Steps from each version to the next, the first from version 1. Sessions and coverage stay what they are. */
export const migrations: ReadonlyArray<readonly string[]> = [toSecond, toThird];
