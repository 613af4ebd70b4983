import {randomUUID} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {DuckDBConnection, DuckDBResultReader, DuckDBValue} from '@duckdb/node-api';
import {DuckDBInstance} from './duckdb.ts';
import {migrate} from './migrate.ts';
import {refusal} from './refusal.ts';
import {schema} from './schema.ts';
import {storeProblem} from './store-problem.ts';

/** What a query is bound to. */
export type Parameters = Readonly<Record<string, string | number | null>>;
/** A row as plain values: counts are numbers, times are ms since 1970. */
type Row = Record<string, unknown>;

export type Store = {
	/** Loads; queries go by the other one. */
	readonly writer: DuckDBConnection;
	readonly reader: DuckDBConnection;
	/** It was empty before it was opened. */
	readonly isNew: boolean;
	/** Runs a query and gives all its rows. */
	readonly all: <R extends Row>(sql: string, parameters?: Parameters) => Promise<R[]>;
	/** The same, with the names and types of the columns. */
	readonly read: (sql: string, parameters?: Parameters) => Promise<DuckDBResultReader>;
	/** Keeps a query in mind until it ends, so that closing can wait for it. */
	readonly track: <T>(running: Promise<T>) => Promise<T>;
	/** Changes the database. */
	readonly run: (sql: string, parameters?: Parameters) => Promise<void>;
	/** Writes everything to the file, if there is one. Throws one sentence when the disk is full; nothing is lost then. */
	readonly checkpoint: () => Promise<void>;
	/** Stops what is running, then lets go of everything. Safe to call twice. */
	readonly close: () => Promise<void>;
};

export type StoreOptions = {
	/** Database file; without it everything stays in memory. */
	readonly path?: string | undefined;
	/** Most memory DuckDB takes before it writes to a temporary folder; default `1GB`. */
	readonly memoryLimit?: string;
};

/** Bound values as they are, but JavaScript's safe integers beyond 32 bits as BIGINT. */
const bound = (parameters: Parameters): Record<string, DuckDBValue> => ({...parameters});

/** Gives whether the tables were made now. */
async function prepareSchema(connection: DuckDBConnection, path: string | undefined): Promise<boolean> {
	const known = await connection.runAndReadAll(
		`select table_name from information_schema.tables where table_schema = 'main'`,
	);
	const names = known.getColumnsJS()[0] ?? [];
	if (names.includes('schema_version')) {
		const rows = await connection.runAndReadAll('select version from schema_version');
		const version = rows.getRowsJS()[0]?.[0];
		await migrate(connection, Number(version), path);
		return false;
	}
	if (names.length > 0) throw new Error(`${path}: the database was not made by tlsaudit; name another file with --db`);
	// All or nothing: whoever is killed here leaves an empty database and not half of one.
	await connection.run('begin');
	for (const statement of schema) await connection.run(statement);
	await connection.run('commit');
	await connection.run('checkpoint');
	return true;
}

/**
 * Opens a store: in memory, or the database file, made when it does not exist. Throws one sentence when the file is
 * locked by another process, no database, or of another format.
 */
export async function openStore({path, memoryLimit = '1GB'}: StoreOptions = {}): Promise<Store> {
	const spill = join(tmpdir(), `tlsaudit-${randomUUID()}`);
	let instance: Awaited<ReturnType<typeof DuckDBInstance.create>>;
	try {
		instance = await DuckDBInstance.create(path ?? ':memory:', {
			memory_limit: memoryLimit,
			temp_directory: spill,
			autoinstall_known_extensions: 'false',
			autoload_known_extensions: 'false',
			// Automatic checkpoints stall the loop for up to a second each: there is one at the end of loading instead.
			checkpoint_threshold: '1TB',
		});
	} catch (error) {
		throw refusal(path ?? 'memory', error);
	}
	const writer = await instance.connect();
	const reader = await instance.connect();
	const running = new Set<Promise<unknown>>();
	let closed = false;

	function track<T>(work: Promise<T>): Promise<T> {
		running.add(work);
		const done = (): void => void running.delete(work);
		work.then(done, done);
		return work;
	}
	const read = (sql: string, parameters: Parameters = {}): Promise<DuckDBResultReader> =>
		track(reader.runAndReadAll(sql, bound(parameters)));

	/** Closing a connection while its query runs hangs DuckDB for ever: stop, wait, connections, then the instance. */
	async function close(): Promise<void> {
		if (closed) return;
		closed = true;
		if (running.size > 0) {
			reader.interrupt();
			writer.interrupt();
			await Promise.allSettled(running);
		}
		reader.closeSync();
		writer.closeSync();
		instance.closeSync();
		await rm(spill, {recursive: true, force: true});
	}

	let isNew: boolean;
	try {
		await reader.run(`set TimeZone = 'UTC'`);
		isNew = await prepareSchema(writer, path);
	} catch (error) {
		await close();
		throw error;
	}
	return {
		writer,
		reader,
		isNew,
		track,
		read,
		all: async <R extends Row>(sql: string, parameters?: Parameters): Promise<R[]> =>
			(await read(sql, parameters)).getRowObjectsJS() as R[],
		run: async (sql, parameters = {}) => {
			await track(writer.run(sql, bound(parameters)));
		},
		checkpoint: async () => {
			if (path === undefined) return;
			try {
				await track(writer.run('checkpoint'));
			} catch (error) {
				throw storeProblem(path, error);
			}
		},
		close,
	};
}
