import type {SessionBatch} from '../model/session-batch.ts';
import {createSessionAppender, type RowTable} from './append-sessions.ts';
import {giveThreads, type Store} from './store.ts';

/** What DuckDB may hold while it only loads: more makes it no faster, only the process larger. */
const loadingMemory = '80MB';
/** Rows that DuckDB gives to one thread in any case (its row group): more threads only wake each other, 7 % of a small report. */
const rowsOfOneThread = 122_880;

/** Loads batches of sessions. */
export type BulkLoader = {
	/**
	 * Adds the rows of a batch to `session_rows`, or to a table like it, in the transaction that is open, if one is; as those
	 * of an import step, or of none.
	 */
	load(batch: SessionBatch, step?: number | null, table?: RowTable): Promise<void>;
	/** Gives memory that DuckDB has freed back to the system; after each batch that is done by itself. */
	trim(): Promise<void>;
	/** Gives DuckDB its memory back, and its threads where there is work for more than one. */
	end(): Promise<void>;
};

/** Gives DuckDB its threads where so many rows came into an empty database that there is work for more than one. */
export async function giveThreadsFor(store: Store, rows: number): Promise<void> {
	if (rows > rowsOfOneThread) await giveThreads(store);
}

/** DuckDB works with one thread and little memory meanwhile: the others parse. `memory` is for a store that is queried, too. */
export async function createBulkLoader(store: Store, memory: string = loadingMemory): Promise<BulkLoader> {
	// The limit set again, though it is the same, makes DuckDB's allocator release what it keeps for later: with 2 GB of log
	// the process stays at 270 MB instead of 370, at no cost that can be measured.
	const trim = (): Promise<void> => store.run(`set memory_limit = '${memory}'`);
	const [before] = await store.all<{limit: string}>(`select current_setting('memory_limit') as "limit"`);
	await store.run('set threads = 1');
	await trim();
	// Looking whether words pack well by parts of them is a third of a checkpoint, and makes the file one part in sixty smaller.
	await store.run(`set disabled_compression_methods = 'fsst'`);
	const appender = await createSessionAppender(store);
	let rows = 0;
	return {
		async load(batch, step, table) {
			appender.append(batch, step, table);
			rows += batch.rows;
			await trim();
		},
		trim,
		async end() {
			appender.end();
			if (!store.isNew) await giveThreads(store);
			else await giveThreadsFor(store, rows);
			await store.run('reset disabled_compression_methods');
			if (before) await store.run(`set memory_limit = '${before.limit}'`);
		},
	};
}
