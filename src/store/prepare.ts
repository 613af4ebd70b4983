import type {DuckDBConnection} from '@duckdb/node-api';
import {removeUnfinished, unfinishedRows} from './ledger/unfinished.ts';
import {migrate} from './migrations.ts';
import {schema, schemaVersion} from './schema.ts';

/** What was done to a database when it was opened. */
export type Prepared = {
	/** It was empty, and its tables were made now. */
	readonly isNew: boolean;
	/** The sentence about rows of a killed import that were removed; null where there were none. */
	readonly repaired: string | null;
};

/** Gives the version of the tables; null of an empty database. Throws one sentence for a database of another program. */
export async function versionOf(connection: DuckDBConnection, path: string | undefined): Promise<number | null> {
	const known = await connection.runAndReadAll(
		`select table_name from duckdb_tables() where schema_name = 'main' and not temporary
		union all select view_name from duckdb_views() where schema_name = 'main' and not internal and not temporary`,
	);
	const names = known.getColumnsJS()[0] ?? [];
	if (names.length === 0) return null;
	if (!names.includes('schema_version'))
		throw new Error(`${path}: the database was not made by tlsaudit; name another file with --db`);
	const rows = await connection.runAndReadAll('select version from schema_version');
	return Number(rows.getRowsJS()[0]?.[0]);
}

/** Whether a database can be queried as it is, without a change to it. Throws one sentence when it is of another program. */
export async function isReady(connection: DuckDBConnection, path: string): Promise<boolean> {
	if ((await versionOf(connection, path)) !== schemaVersion) return false;
	return (await unfinishedRows(connection)) === 0;
}

/**
 * Makes the tables of an empty database, brings those of an older one to the present schema, and removes what an import
 * left that was killed in its commit. Throws one sentence for a database of another program or of a newer version.
 */
export async function prepare(connection: DuckDBConnection, path: string | undefined): Promise<Prepared> {
	const version = await versionOf(connection, path);
	if (version === null) {
		// All or nothing: a kill here leaves an empty database and not half of one.
		await connection.run(['begin', ...schema, 'commit'].join(';\n'));
		if (path !== undefined) await connection.run('checkpoint');
		return {isNew: true, repaired: null};
	}
	await migrate(connection, version, path);
	const removed = await removeUnfinished(connection);
	if (removed === 0) return {isNew: false, repaired: null};
	await connection.run('checkpoint');
	return {
		isNew: false,
		repaired: `${path}: an import was killed while it wrote its last step; the ${removed} rows that were left of that step are removed, import the same files again`,
	};
}
