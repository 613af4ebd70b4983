import type {DuckDBConnection} from '@duckdb/node-api';
import {migrations} from './migrations.ts';
import {schemaVersion} from './schema.ts';

/**
 * Brings an older database to this program's schema, step by step, all or nothing. Throws one sentence for a newer one,
 * whose tables might mean something else.
 */
export async function migrate(connection: DuckDBConnection, version: number, path: string | undefined): Promise<void> {
	if (version === schemaVersion) return;
	if (!(version >= 1 && version < schemaVersion))
		throw new Error(
			`${path}: the database has format ${version}, this program knows up to ${schemaVersion}; use a newer tlsaudit, or begin a new database`,
		);
	await connection.run('begin');
	try {
		for (const step of migrations.slice(version - 1)) for (const statement of step) await connection.run(statement);
		await connection.run(`update schema_version set version = ${schemaVersion}`);
		await connection.run('commit');
	} catch (error) {
		await connection.run('rollback');
		throw new Error(
			`${path}: the database could not be brought to format ${schemaVersion}; begin a new one from the logs`,
			{cause: error},
		);
	}
}
