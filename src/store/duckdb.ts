import {createRequire} from 'node:module';

/**
 * DuckDB's package is a hundred CommonJS files, which take 70 ms to load by `require` and 110 to 160 by `import`; the build
 * makes one file of them, which takes half of that (`imports` in `package.json`).
 */
const duckdb = createRequire(import.meta.url)('#duckdb') as typeof import('@duckdb/node-api');

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
