import type {DuckDBConnection} from '@duckdb/node-api';

/*
 * A transaction that puts a whole row group (122,880 rows) or more into one table writes these rows to the database file
 * before its commit, and DuckDB 1.5 keeps them when the process dies between the record that refers to them and the commit
 * record: the rows of that table stay, everything else of the transaction is gone. Each row carries the number of the step
 * that brought it, and the number of the last step that ended is written by the step itself, so such rows are known by a
 * number that is too high. A live log brings its rows without a number, and fewer than a row group at once.
 *
 * Tables in which rows may be left: those with a step. Handshakes and origins may be, too, but a row that no session
 * refers to has no effect. The files of a step are fewer than a row group; its states, coverage and findings are some rows.
 */
const tables = ['session_rows', 'open_sessions', 'held_lines'] as const;

const unfinished = 'step > (select coalesce(max(step), 0) from import_step)';

/** Rows of a step that never ended. */
export async function unfinishedRows(connection: DuckDBConnection): Promise<number> {
	const counts = tables.map(table => `(select count(*) from ${table} where ${unfinished})`);
	const found = await connection.runAndReadAll(`select (${counts.join(' + ')})::double`);
	return Number(found.getRowsJS()[0]?.[0] ?? 0);
}

/** Deletes the rows of a step that never ended; gives how many there were. */
export async function removeUnfinished(connection: DuckDBConnection): Promise<number> {
	const count = await unfinishedRows(connection);
	if (count === 0) return 0;
	await connection.run('begin');
	for (const table of tables) await connection.run(`delete from ${table} where ${unfinished}`);
	await connection.run('commit');
	return count;
}
