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
