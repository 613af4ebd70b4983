import {handshakeColumns, originColumns, rowColumns} from '../schema.ts';

const carriedMail = 'coalesce(s.messages > 0, false)';
const loggedIn = '(s.username is not null)';

const handshakeOf = [
	...handshakeColumns.map(({name}) => [`s.${name}`, name] as const),
	[carriedMail, 'carried_mail'] as const,
	[loggedIn, 'logged_in'] as const,
	// Older tables do not say.
	['true', 'start_seen'] as const,
];
const originOf = originColumns.map(({name}) => [`s.${name}`, name] as const);

type Parts = ReadonlyArray<readonly [string, string]>;
/** Joins what is said of a session `s` to the row of a lookup table; exact, and a hash join in DuckDB. */
const same = (parts: Parts, table: string): string =>
	parts.map(([said, name]) => `${said} is not distinct from ${table}.${name}`).join(' and ');

/** Adds the rows of a lookup table that sessions need and it does not have. */
const addMissing = (table: string, key: string, parts: Parts, sessions: string): string =>
	`insert into ${table} select (select coalesce(max(${key}), 0) from ${table}) + row_number() over (), *
		from (select distinct ${parts.map(([said, name]) => `${said} as ${name}`)} from ${sessions} s
			anti join ${table} t on ${same(parts, 't')})`;

/** Rows of a lookup table, of those that are alike only one. */
const once = (table: string, parts: Parts): string =>
	`(select * from ${table} qualify row_number() over (partition by ${parts.map(([, name]) => name)}) = 1)`;

/**
 * Statements that add sessions, given as a table with the columns of the view `sessions`, to `session_rows` or a table like
 * it, in their order: what an older schema or another program has. Measured with 5 million sessions: six seconds.
 */
export function numberSessions(sessions: string, into = 'session_rows'): string[] {
	return [
		addMissing('handshakes', 'handshake', handshakeOf, sessions),
		addMissing('origins', 'origin', originOf, sessions),
		`insert into ${into}(${rowColumns.map(({name}) => name)}, handshake, origin)
			select ${rowColumns.map(({name}) => `s.${name}`)}, h.handshake, o.origin from ${sessions} s
			join ${once('handshakes', handshakeOf)} h on ${same(handshakeOf, 'h')}
			join ${once('origins', originOf)} o on ${same(originOf, 'o')}`,
	];
}
