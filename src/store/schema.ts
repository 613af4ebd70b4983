import {deliveryStatuses} from '../model/deliveries.ts';
import type {Session} from '../model/session.ts';
import {handshakeFields, originFields} from '../model/session-parts.ts';
import {INTEGER, TIMESTAMP, VARCHAR} from './duckdb.ts';
import {exportTables} from './export/export-tables.ts';
import {fileTables, openSessionsTable, stepTable, unreadTable} from './ledger/ledger-tables.ts';

export type Column = {
	readonly name: string;
	readonly of: keyof Session;
	readonly type: 'timestamp' | 'integer' | 'text';
};

function column(of: keyof Session, type: Column['type'] = 'text'): Column {
	return {name: of.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), of, type};
}

/** What `sessions` shows, in order. Other programs read these names: add at the end, never rename. */
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
	column('alert'),
];

export const duckType = {timestamp: TIMESTAMP, integer: INTEGER, text: VARCHAR} as const;

const columnsOf = (fields: ReadonlyArray<keyof Session>): readonly Column[] =>
	sessionColumns.filter(({of}) => fields.includes(of));

export const handshakeColumns = columnsOf(handshakeFields);
export const originColumns = columnsOf(originFields);

/** What is left of a session when its handshake and its origin are numbers. */
export const rowColumns: readonly Column[] = sessionColumns.filter(
	column => !handshakeColumns.includes(column) && !originColumns.includes(column),
);

/** Raised when tables change so that an older program would misread them. */
export const schemaVersion = 11;

const columnList = (columns: readonly Column[]): string => columns.map(({name, type}) => `${name} ${type}`).join(', ');

const tableOf = (column: Column): string =>
	handshakeColumns.includes(column) ? 'h' : originColumns.includes(column) ? 'o' : 'r';

/**
 * Sessions as they are kept: fifteen columns of few bytes, the numbers of a handshake and of an origin, of which millions of
 * sessions have some thousands, a text of its deliveries, see `src/model/deliveries.ts`, and one of what TLSRPT reported of it, see
 * `src/model/tls-reports.ts`. `step` is the import step that brought the row; null of a live log. No key, no index: constraints cost the appender its rows, and indexes in the log have
 * broken recovery in DuckDB. A number is never given twice; two may stand for the same handshake.
 */
export const sessionTables: readonly string[] = [
	`create table handshakes(handshake integer, ${columnList(handshakeColumns)}, carried_mail boolean, logged_in boolean,
		start_seen boolean)`,
	`create table origins(origin integer, ${columnList(originColumns)})`,
	`create table session_rows(${columnList(rowColumns)}, handshake integer, origin integer, step integer,
		deliveries text, tls_reports text)`,
	// `session` distinguishes sessions that are alike in every column.
	`create view numbered_sessions as select r.rowid as session, r.handshake,
		${sessionColumns.map(column => `${tableOf(column)}.${column.name}`).join(', ')}, r.deliveries
		from session_rows r join handshakes h on h.handshake = r.handshake join origins o on o.origin = r.origin`,
	'create view sessions as select * exclude (session, handshake, deliveries) from numbered_sessions',
];

/** Messages of a text of deliveries by what became of them, in its order. */
const counts = deliveryStatuses.map((name, index) => `split_part(d.part, ' ', ${index + 2})::integer as ${name}`);

/** The deliveries of the sessions `s` of a table that a condition selects, a row for each domain, with columns of the sessions. */
export const deliveriesOf = (
	sessions: string,
	where: string,
	columns: string,
): string => `select nullif(split_part(d.part, ' ', 1), '') as recipient_domain, ${counts}, d.* exclude (part)
	from (select ${columns}, unnest(string_split(s.deliveries, ',')) as part from ${sessions} s
		where s.deliveries is not null and ${where}) d`;

/** What distinguishes one message from another, as a column of a grouping. */
const message = `{'log_host': l.log_host, 'queue_id': l.queue_id, 'recipient_domain': l.recipient_domain}`;

/**
 * Mail that goes out, by the domain of its recipients: `deliveries` has one row per outbound session and domain, `held` what TLS
 * reasons put off before there was a connection. `held_lines` has a row for each line that says so, and one without a reason when
 * the message goes out later.
 */
export const outboundTables: readonly string[] = [
	`create view deliveries as select nullif(split_part(d.part, ' ', 1), '') as recipient_domain, ${counts},
		d.* exclude (session, handshake, deliveries, part)
		from (select *, unnest(string_split(deliveries, ',')) as part from numbered_sessions where deliveries is not null) d`,
	`create table held_lines(seen_at timestamp, log_host text, tag text, queue_id text, recipient_domain text, reason text,
		connected boolean, step integer)`,
	`create view held_messages as select l.*, o.queue_id is not null as delivered_later,
		${message} as message
		from held_lines l left join (select distinct log_host, queue_id, recipient_domain from held_lines where reason is null) o
			on o.queue_id = l.queue_id and o.log_host is not distinct from l.log_host
			and o.recipient_domain is not distinct from l.recipient_domain
		where l.reason is not null`,
	`create view held as select recipient_domain, reason, count(distinct message)::integer as messages,
		min(seen_at) as first_seen, max(seen_at) as last_seen,
		(count(distinct message) filter (delivered_later))::integer as delivered_later
		from held_messages where not connected group by all`,
];

/** What Postfix reported by TLSRPT: one row per outbound session, policy domain and result; `result_type` is null for a success. */
export const reportView = `create view tls_reports as select nullif(split_part(p.part, ' ', 1), '') as policy_domain,
		nullif(split_part(p.part, ' ', 2), 'success') as result_type, nullif(split_part(p.part, ' ', 3), '-') as failure_reason,
		split_part(p.part, ' ', 4)::integer as reported, s.* exclude (session, handshake, deliveries)
		from (select rowid as session, unnest(string_split(tls_reports, ',')) as part from session_rows
			where tls_reports is not null) p join numbered_sessions s using (session)`;

/**
 * What is left of deleted sessions; see `src/store/retention/monthly-sums.ts` and `src/store/retention/former-peers.ts`. `complete_from`: peers last
 * seen before it may be forgotten; null: none is.
 */
export const formerTables: readonly string[] = [
	`create table monthly_sums(month text, zone text, handshake integer, sessions bigint, messages bigint,
		first_seen timestamp, last_seen timestamp)`,
	'create table former_peers(peer ubigint, last_seen timestamp)',
	'create table former_peers_key(salt text not null, complete_from timestamp)',
	'insert into former_peers_key values (uuid()::text, null)',
];

/**
 * What is left of deleted sessions that took mail out, and of deleted lines about mail held back, in messages; see
 * `src/store/retention/outbound-sums.ts`. `others`: a row of all domains that have none of their own.
 */
export const formerOutboundTables: readonly string[] = [
	`create table monthly_deliveries(month text, zone text, recipient_domain text, others boolean, outcome text, protocol text,
		trust text, sent bigint, deferred bigint, bounced bigint, first_seen timestamp, last_seen timestamp)`,
	`create table monthly_held(month text, zone text, recipient_domain text, others boolean, reason text, held bigint,
		messages bigint, before_connection bigint, delivered_later bigint, first_seen timestamp, last_seen timestamp)`,
];

const kept: readonly string[] = [
	`create table schema_version(version integer not null)`,
	`insert into schema_version values (${schemaVersion})`,
	...sessionTables,
	`create table coverage(lines bigint, understood bigint, irrelevant bigint, "foreign" bigint, malformed bigint,
		not_understood bigint, no_dialogue bigint, evicted bigint)`,
	`create table coverage_examples(shape text, count bigint, example text, source text, line bigint)`,
	`create table coverage_notices(notice text)`,
];

export const schema: readonly string[] = [
	...kept,
	...fileTables,
	openSessionsTable,
	...stepTable,
	...formerTables,
	...outboundTables,
	...formerOutboundTables,
	reportView,
	...exportTables,
	unreadTable,
];
