/** Tables of the import: none of them is part of the contract. */
export const ledgerTables: readonly string[] = [
	`create table imported_files(name text, head_length integer, head_hash text, text_offset bigint, lines bigint,
		tail_hash text, stored_hash text)`,
	'create table import_states(share integer, state blob)',
	'create table open_sessions as select * from sessions limit 0',
];
