import {INTEGER, TIMESTAMP, VARCHAR} from '@duckdb/node-api';
import type {Session} from '../tls/session.ts';
import {ledgerTables} from './ledger-tables.ts';

export type Column = {
	readonly name: string;
	readonly of: keyof Session;
	readonly type: 'timestamp' | 'integer' | 'text';
};

function column(of: keyof Session, type: Column['type'] = 'text'): Column {
	return {name: of.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), of, type};
}

/** The table `sessions`, in order. Other programs read these names: add at the end, never rename. */
export const sessionColumns: readonly Column[] = [
	column('startedAt', 'timestamp'),
	column('endedAt', 'timestamp'),
	column('hop'),
	column('direction'),
	column('logHost'),
	column('tag'),
	column('pid', 'integer'),
	column('service'),
	column('port', 'integer'),
	column('portSource'),
	column('tlsMode'),
	column('peerHost'),
	column('peerIp'),
	column('peerPort', 'integer'),
	column('serverName'),
	column('outcome'),
	column('protocol'),
	column('cipher'),
	column('cipherBits', 'integer'),
	column('trust'),
	column('keyExchange'),
	column('serverSignature'),
	column('serverDigest'),
	column('clientSignature'),
	column('clientDigest'),
	column('tlsLevel'),
	column('reused', 'integer'),
	column('failure'),
	column('messages', 'integer'),
	column('rejected', 'integer'),
	column('username'),
	column('source'),
	column('firstLine', 'integer'),
	column('lastLine', 'integer'),
];

export const duckType = {timestamp: TIMESTAMP, integer: INTEGER, text: VARCHAR} as const;

/** What judging looks at, as columns of `sessions`; see `Handshake`. */
const handshakeKeys = [
	'hop',
	'direction',
	'service',
	'port',
	'tlsMode',
	'outcome',
	'protocol',
	'cipher',
	'cipherBits',
	'trust',
	'keyExchange',
	'serverSignature',
	'serverDigest',
	'tlsLevel',
	'failure',
] as const satisfies ReadonlyArray<keyof Session>;

export const handshakeColumns: readonly Column[] = sessionColumns.filter(({of}) =>
	(handshakeKeys as ReadonlyArray<keyof Session>).includes(of),
);

/** Raised when tables change so that an older program would misread them. */
export const schemaVersion = 2;

const columnList = (columns: readonly Column[]): string => columns.map(({name, type}) => `${name} ${type}`).join(', ');

/** Joins a session `s` to its handshake `h`; exact, and a hash join in DuckDB (checked: 0.6 s for 5 million rows). */
export const sameHandshake = [
	...handshakeColumns.map(({name}) => `s.${name} is not distinct from h.${name}`),
	'(s.messages > 0) = h.carried_mail',
	'(s.username is not null) = h.logged_in',
].join(' and ');

/** Joins a finding `f` to what excepts it, `x`. */
const samePeer = [
	'f.rule = x.rule',
	...['peer_ip', 'peer_host', 'username'].map(name => `f.${name} is not distinct from x.${name}`),
].join(' and ');

/** No key, no index: constraints cost the appender its rows, and indexes in the log have broken recovery in DuckDB. */
const kept: readonly string[] = [
	`create table schema_version(version integer not null)`,
	`insert into schema_version values (${schemaVersion})`,
	`create table sessions(${columnList(sessionColumns)})`,
	`create table coverage(lines bigint, understood bigint, irrelevant bigint, "foreign" bigint, malformed bigint,
		not_understood bigint, no_dialogue bigint, evicted bigint)`,
	`create table coverage_examples(shape text, count bigint, example text, source text, line bigint)`,
	`create table coverage_notices(notice text)`,
];

/** What judging makes of the sessions: can be made anew at any time. */
const judgement: readonly string[] = [
	`create table handshakes(handshake integer, ${columnList(handshakeColumns)}, carried_mail boolean, logged_in boolean)`,
	`create table handshake_findings(handshake integer, rule text, severity text, observed text, required text,
		reference text)`,
	`create table handshake_undecided(handshake integer, rule text)`,
	`create table destination_findings(handshake integer, peer_host text, rule text, severity text, observed text,
		required text, reference text)`,
	`create table exceptions(peer_ip text, peer_host text, username text, rule text, reason text, until text)`,
	// One row per session and finding; `session` tells sessions apart that are alike in every column.
	`create view findings as
		select f.rule, f.severity, f.observed, f.required, f.reference, s.rowid as session, s.*
		from sessions s join handshakes h on ${sameHandshake} join handshake_findings f on f.handshake = h.handshake
		union all
		select f.rule, f.severity, f.observed, f.required, f.reference, s.rowid as session, s.*
		from sessions s join handshakes h on ${sameHandshake}
			join destination_findings f on f.handshake = h.handshake and f.peer_host = s.peer_host`,
	`create view judged as
		select f.*, x.reason as excepted_reason, x.until as excepted_until
		from findings f left join exceptions x on ${samePeer}`,
	`create view violations as
		select * exclude (session, excepted_reason, excepted_until) from judged where excepted_until is null`,
	`create view excepted as
		select excepted_reason as reason, excepted_until as until, * exclude (session, excepted_reason, excepted_until)
		from judged where excepted_until is not null`,
];

export const schema: readonly string[] = [...kept, ...judgement, ...ledgerTables];

const dropped: readonly string[] = [
	...['violations', 'excepted', 'judged', 'findings'].map(name => `drop view if exists ${name}`),
	...['handshakes', 'handshake_findings'].map(name => `drop table if exists ${name}`),
];

/** Steps from each version to the next, the first from version 1. Sessions and coverage are never touched. */
export const migrations: ReadonlyArray<readonly string[]> = [[...dropped, ...judgement, ...ledgerTables]];
