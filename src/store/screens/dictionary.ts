import type {DuckDBType, DuckDBValue} from '@duckdb/node-api';
import {DuckDBDataChunk, INTEGER} from '../duckdb.ts';
import type {Store} from '../store.ts';

/** DuckDB takes no more rows in one chunk. */
const chunkRows = 2048;

/** Entries whose numbers are known; more there are only where a peer makes them up, and those get new numbers when they are met again. */
const mostKnown = 50_000;

/** Words that repeat, each once in a table of its own, told apart by a number. */
export type Dictionary = {
	/** The number of a key; `row` makes what stands beside it in the table when the key is new. */
	readonly numberOf: (key: string, row: (number: number) => DuckDBValue[]) => number;
	/** Makes new entries visible. */
	readonly write: () => void;
	/** Forgets entries, all but those in `waiting`; gives those forgotten. They get new numbers when met again. */
	readonly forget: (gone: ReadonlySet<number>, waiting: ReadonlySet<DuckDBValue>) => number[];
	readonly close: () => void;
};

/** Appends rows to a table, a chunk at a time, and makes them visible. */
export type Rows = {readonly add: (row: DuckDBValue[]) => void; readonly write: () => void; readonly close: () => void};

/** Rows of a small table. */
export async function createRows(store: Store, table: string, types: readonly DuckDBType[]): Promise<Rows> {
	const appender = await store.writer.createAppender(table);
	let rows: DuckDBValue[][] = [];
	return {
		add: row => void rows.push(row),
		write() {
			if (rows.length === 0) return;
			for (let from = 0; from < rows.length; from += chunkRows) {
				const chunk = DuckDBDataChunk.create(types);
				chunk.setRows(rows.slice(from, from + chunkRows));
				appender.appendDataChunk(chunk);
			}
			appender.flushSync();
			rows = [];
		},
		close: () => appender.closeSync(),
	};
}

/** A dictionary in a table whose first column is the number. */
export async function createDictionary(store: Store, table: string, types: readonly DuckDBType[]): Promise<Dictionary> {
	const rows = await createRows(store, table, [INTEGER, ...types]);
	const numbers = new Map<string, number>();
	let next = 1;
	return {
		numberOf(key, row) {
			const known = numbers.get(key);
			if (known !== undefined) return known;
			const number = next;
			next += 1;
			if (numbers.size >= mostKnown) numbers.clear();
			numbers.set(key, number);
			rows.add([number, ...row(number)]);
			return number;
		},
		write: rows.write,
		forget(gone, waiting) {
			for (const [key, number] of numbers) if (gone.has(number) && !waiting.has(number)) numbers.delete(key);
			return [...gone].filter(number => !waiting.has(number));
		},
		close: rows.close,
	};
}
