import {randomUUID} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import type {DuckDBConnection, DuckDBResultReader, DuckDBValue} from '@duckdb/node-api';
import type {Period} from '../model/summary.ts';
import {DuckDBInstance} from './duckdb.ts';
import {lackingOf} from './ledger/unread-logs.ts';
import {openError} from './open-error.ts';
import {isReady, type Prepared, prepare} from './prepare.ts';
import {memoryProblem, storeProblem} from './store-problem.ts';
import type {StandingTally, TallyFilter, TallyQuestion} from './tally/tally-request.ts';

/** What a query is bound to. */
export type Parameters = Readonly<Record<string, string | number | null>>;
/** A row as plain values: counts are numbers, times are ms since 1970. */
export type Row = Record<string, unknown>;

export type Store = {
	/** Loads; queries go by the other one. */
	readonly writer: DuckDBConnection;
	/** Has the temporary tables, those of judging among them. */
	readonly reader: DuckDBConnection;
	/** It was empty before it was opened. */
	readonly isNew: boolean;
	/** Its rows stand for several sessions each; see `src/store/tally/tally.ts`. */
	readonly isTally?: boolean;
	/** Of a tally that is asked again and again: how it comes to answer other questions, and single sessions into the store. */
	readonly tally?: StandingTally;
	/** All sessions of a server of which only some are here, with their times as `period` has them; null: all are here. */
	readonly whole?: (Period & {readonly sessions: number}) | null;
	/** What was not read, or cannot be read with the rest, as a sentence: a verdict is then undecided, as of a log that breaks off. */
	readonly lacking?: string | null;
	/** Sentences about what is lacking and was accepted. */
	readonly remarks?: readonly string[];
	/** What opening it had to remove or to leave out for now, as a sentence for standard error; null when it was whole. */
	readonly repaired: string | null;
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
	/** Stops what is running, then releases everything. Safe to call twice. */
	readonly close: () => Promise<void>;
};

export type StoreOptions = {
	/** Database file; without it everything stays in memory. */
	readonly path?: string | undefined;
	/** Most memory DuckDB takes before it writes to a temporary folder; see `usualLimit`. */
	readonly memoryLimit?: string;
	/** The file is only read: others may read it at the same time, and it may be where nothing can be written. */
	readonly readOnly?: boolean;
	/** Of a server: the file that holds the password of its user. */
	readonly passwordFile?: string | undefined;
	/** Sessions are judged and counted, and none is shown: what only a list of them has may stay on a server. */
	readonly countedOnly?: boolean;
	/** What is asked can be answered by a tally; a server then makes one. */
	readonly tally?: TallyQuestion | undefined;
	/** Only sessions of these times and hops are shown: those of a server may stay where they are. */
	readonly only?: TallyFilter | undefined;
	/** Other questions follow, and single sessions are shown: a tally is then one that stands. */
	readonly asksAgain?: boolean;
};

/** An open database whose tables were not looked at yet. */
type Opened = Omit<Store, keyof Prepared>;

/**
 * Parameters by name, as DuckDB's client takes them; none where there is nothing to bind: a statement then goes to DuckDB in one
 * call instead of three.
 */
const bound = (parameters: Parameters): Record<string, DuckDBValue> | undefined =>
	Object.keys(parameters).length === 0 ? undefined : {...parameters};

/** With all else the process stays below 1 GB; rows in memory lie in pieces that the allocator gives back late. */
const usualLimit = (path: string | undefined): string => (path === undefined ? '280MB' : '400MB');

/** Opens the file, or a database in memory. Throws one sentence when that cannot be. */
async function open({path, memoryLimit = usualLimit(path), readOnly = false}: StoreOptions): Promise<Opened> {
	const spill = join(tmpdir(), `tlsaudit-${randomUUID()}`);
	let instance: Awaited<ReturnType<typeof DuckDBInstance.create>>;
	try {
		// As an absolute path: DuckDB takes some names for something else than a file, such as `:memory:` and `md:mail`.
		instance = await DuckDBInstance.create(path === undefined ? ':memory:' : resolve(path), {
			memory_limit: memoryLimit,
			temp_directory: spill,
			// Memory that a query took goes back at once: millions of made-up versions took 1071 MiB without, 810 with it.
			allocator_flush_threshold: '16MB',
			allocator_bulk_deallocation_flush_threshold: '32MB',
			autoinstall_known_extensions: 'false',
			autoload_known_extensions: 'false',
			// Automatic checkpoints stall the loop for up to a second each: there is one at the end of loading instead.
			checkpoint_threshold: '1TB',
			// Each statement that makes a table wakes all threads: a new database took a third more of the processor with two.
			...(readOnly ? {access_mode: 'READ_ONLY'} : {threads: '1'}),
		});
	} catch (error) {
		throw openError(path ?? 'memory', error, readOnly);
	}
	const writer = await instance.connect();
	const reader = await instance.connect();
	const running = new Set<Promise<unknown>>();
	let closed = false;

	async function track<T>(work: Promise<T>): Promise<T> {
		running.add(work);
		try {
			return await work;
		} catch (error) {
			throw memoryProblem(path ?? 'memory', memoryLimit, error);
		} finally {
			running.delete(work);
		}
	}
	const read = (sql: string, parameters: Parameters = {}): Promise<DuckDBResultReader> =>
		track(reader.runAndReadAll(sql, bound(parameters)));

	/** Closing a connection while its query runs hangs DuckDB for ever: stop, wait, connections, then the instance. */
	async function close(): Promise<void> {
		if (closed) return;
		closed = true;
		if (running.size > 0) {
			const interrupt = (): void => {
				reader.interrupt();
				writer.interrupt();
			};
			interrupt();
			// A query that has not begun yet is not stopped by it.
			const again = setInterval(interrupt, 100);
			await Promise.allSettled(running);
			clearInterval(again);
		}
		reader.closeSync();
		writer.closeSync();
		instance.closeSync();
		await rm(spill, {recursive: true, force: true});
	}

	return {
		writer,
		reader,
		track,
		read,
		all: async <R extends Row>(sql: string, parameters?: Parameters): Promise<R[]> =>
			(await read(sql, parameters)).getRowObjectsJS() as R[],
		run: async (sql, parameters = {}) => {
			await track(writer.run(sql, bound(parameters)));
		},
		checkpoint: async () => {
			if (path === undefined || readOnly) return;
			try {
				await track(writer.run('checkpoint'));
			} catch (error) {
				throw storeProblem(path, error);
			}
		},
		close,
	};
}

/** Works on a database that was opened now; closes it when that throws. */
async function orClose<T>(opened: Opened, work: () => Promise<T>): Promise<T> {
	try {
		await opened.reader.run(`set TimeZone = 'UTC'`);
		return await work();
	} catch (error) {
		await opened.close();
		throw error;
	}
}

/** Gives DuckDB its threads back; it works with one from the opening of a database that is written to, and while it loads. */
export const giveThreads = (store: Pick<Store, 'run'>): Promise<void> => store.run('reset threads');

async function openForWriting(options: StoreOptions): Promise<Store> {
	const opened = await open({...options, readOnly: false});
	return orClose(opened, async () => {
		const prepared = await prepare(opened.writer, options.path);
		if (prepared.isNew || options.path === undefined) return {...opened, ...prepared};
		await giveThreads(opened);
		return {...opened, ...prepared, ...(await lackingOf(opened, options.path, false))};
	});
}

/** Brings a database in order that cannot be queried as it is: one of an older version, or one that an import left unfinished. */
async function putInOrder(path: string): Promise<string | null> {
	try {
		const store = await openForWriting({path});
		await store.close();
		return store.repaired;
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		if (!/permission denied|read-only/.test(message)) throw error;
		throw new Error(
			`${path}: is of an older format, or an import into it was killed; open it once where it may be written to`,
			{cause: error},
		);
	}
}

/**
 * Opens a database file as it is, to look at it: nothing is converted or removed. Throws one sentence when it cannot be
 * opened.
 */
export async function openAsItIs(options: StoreOptions): Promise<Store> {
	const opened = await open({...options, readOnly: true});
	return orClose(opened, async () => ({...opened, isNew: false, repaired: null}));
}

/** The store with what its imports could not read. */
const withLacking = (store: Store, path: string): Promise<Store> =>
	orClose(store, async () => ({...store, ...(await lackingOf(store, path, false))}));

/**
 * Opens a store: in memory, or the database file, made when it does not exist and is not only to be read. Throws one
 * sentence when the file is locked by another process, no database, or of another format.
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
	const {path, readOnly = false} = options;
	if (path === undefined || !readOnly) return openForWriting(options);
	const store = await openAsItIs(options);
	if (await orClose(store, () => isReady(store.reader, path))) return withLacking(store, path);
	await store.close();
	const repaired = await putInOrder(path);
	return withLacking({...(await openAsItIs(options)), repaired}, path);
}
