import {sessionColumn} from '../filter.ts';
import {type Column, handshakeColumns, originColumns, rowColumns, sessionColumns} from '../schema.ts';

export const names = (columns: readonly Column[]): string[] => columns.map(({name}) => name);

/** What judging looks at besides the columns of a session. */
export const handshakeFlags = ['carried_mail', 'logged_in', 'start_seen'] as const;

/** All that makes a handshake what it is, in an order that never changes. */
export const handshakeNames: readonly string[] = [...names(handshakeColumns), ...handshakeFlags];
/** All that makes an origin what it is. */
export const originNames: readonly string[] = names(originColumns);

/** What a row keeps of its mail as texts. */
export const textNames = ['deliveries', 'tls_reports'] as const;

/** The columns of a row that are its own. */
export const ownNames: readonly string[] = [...names(rowColumns), ...textNames];

/** The names of the columns of a segment; the first are those of `sessions`. */
export const segmentNames: readonly string[] = [
	...names(sessionColumns),
	...textNames,
	...handshakeFlags,
	'handshake_id',
	'origin_id',
];

/**
 * The 64 bits that stand for a tuple in every database and lake: the lower half of the MD5 of its values as a JSON array, as a number
 * that Spark and Trino know, too. DuckDB's own hash may be another one in its next release.
 */
const idOf = (table: string, columns: readonly string[]): string =>
	`(md5_number_lower(json_array(${columns.map(name => `${table}.${name}`)})::text)::hugeint - 9223372036854775808)::bigint`;

/** Temporary tables with the id of each number. */
export const idTables: readonly string[] = [
	`create or replace temp table handshake_ids as select h.handshake, ${idOf('h', handshakeNames)} as handshake_id from handshakes h`,
	`create or replace temp table origin_ids as select o.origin, ${idOf('o', originNames)} as origin_id from origins o`,
];

/** Counts the ids, of those tables, that two different tuples have. */
export const sharedIds: readonly string[] = [
	`select count(*)::double as shared from (select i.handshake_id from handshake_ids i join handshakes h using (handshake)
		group by all having count(distinct row(${handshakeNames.map(name => `h.${name}`)})) > 1)`,
	`select count(*)::double as shared from (select i.origin_id from origin_ids i join origins o using (origin)
		group by all having count(distinct row(${originNames.map(name => `o.${name}`)})) > 1)`,
];

/** Texts of a tuple that are few among all sessions: those of a handshake, and of an origin what does not name a host or a file. */
export const textColumns = {
	handshakes: names(handshakeColumns.filter(({type}) => type === 'text')),
	origins: names(originColumns.filter(({name, type}) => type === 'text' && name !== 'log_host' && name !== 'source')),
} as const;
export type TextColumns = typeof textColumns;

/** Statements that make a temporary table of tuples with their ids, in which some columns are enumerations. Needs the tables of ids. */
export function tupleTables(table: keyof TextColumns, enumerated: readonly string[]): string[] {
	const [key, columns] = table === 'handshakes' ? ['handshake', handshakeNames] : ['origin', originNames];
	const place = (name: string): string =>
		enumerated.includes(name) ? `t.${name}::words_of_${name} as ${name}` : `t.${name}`;
	return [
		`drop table if exists temp.segment_${table}`,
		...enumerated.flatMap(name => [
			`drop type if exists temp.words_of_${name}`,
			`create temp type words_of_${name} as enum (select distinct ${name} from ${table} where ${name} is not null order by all)`,
		]),
		`create temp table segment_${table} as select t.${key}, ${columns.map(place)}, i.${key}_id
			from ${table} t join ${key}_ids i using (${key})`,
	];
}

const placeOf = (name: string): string => {
	if (name === 'handshake_id') return 'h.handshake_id';
	if (name === 'origin_id') return 'o.origin_id';
	if (textNames.some(text => text === name)) return `s.${name}`;
	return handshakeFlags.some(flag => flag === name) ? `h.${name}` : sessionColumn(name);
};

/** Rows of a table of sessions as a segment has them, or some columns of it. Needs the tables of tuples. */
export const segmentRows = (sessions: string, columns = segmentNames): string => `select ${columns.map(placeOf)}
	from ${sessions} s join temp.segment_handshakes h using (handshake) join temp.segment_origins o using (origin)`;

/** The order within a segment: start and line, then all that can differ. */
export const segmentOrder = [
	...new Set([...['started_at', 'first_line', 'last_line', 'handshake_id', 'origin_id'], ...ownNames]),
]
	.map(name => `${name} nulls last`)
	.join(', ');
