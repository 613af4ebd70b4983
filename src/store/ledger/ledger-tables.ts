/**
 * Tables of the import: none of them is part of the contract. A file is known by its first text bytes and by those before
 * the offset up to which it was read, which are kept as they are, so that a copy cut at any byte is still known.
 */
export const fileTables: readonly string[] = [
	`create table imported_files(id integer, name text, head blob, tail blob, text_offset bigint, lines bigint,
		stored_hash text)`,
	'create table import_states(share integer, format integer, state blob)',
];

/** Sessions that were open when an import ended, as they are among the others. */
export const openSessionsTable = 'create table open_sessions as select * from session_rows limit 0';

/** The number of the last import step that ended; a row of a higher one is left of a step that never did. */
export const stepTable: readonly string[] = [
	'create table import_step(step integer not null)',
	'insert into import_step values (0)',
];

/** Logs that were not read to their end; see `src/store/ledger/unread-logs.ts`. */
export const unreadTable = `create table unread_logs(file integer, name text, stored_hash text, problem text, since timestamp,
	accepted timestamp)`;

/**
 * What older databases know of such logs: archives that were corrupt, and those that have no hash as one that was read to its end
 * has. When that was nobody has noted.
 */
export const unreadBefore = `insert into unread_logs select id, name, null, name || case
		when stored_hash is null then ': the file ends too early, or reading it was interrupted'
		else ': the file is corrupt' end, current_timestamp at time zone 'UTC', null
	from imported_files where stored_hash like 'corrupt %'
		or (stored_hash is null and regexp_matches(name, '\\.(gz|xz|zst|bz2)$'))`;
