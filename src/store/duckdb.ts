import {createRequire} from 'node:module';

/**
 * DuckDB's package is a hundred CommonJS files. `require` takes 70 ms to load them; `import`, which looks through each of
 * them for names first, 110 to 160.
 */
const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

export const {
	blobValue,
	BOOLEAN,
	DuckDBDataChunk,
	DuckDBInstance,
	DuckDBTimestampValue,
	INTEGER,
	StatementType,
	TIMESTAMP,
	VARCHAR,
} = duckdb;
