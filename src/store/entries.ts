import type {DuckDBAppender, DuckDBType, DuckDBValue} from '@duckdb/node-api';
import {DuckDBDataChunk, INTEGER} from './duckdb.ts';
import type {Store} from './store.ts';

/** DuckDB takes no more rows in one chunk. */
const chunkRows = 2048;
/** Entries whose numbers are remembered. More there are only where a peer makes them up. */
const mostRemembered = 50_000;

/** What many sessions have in common, each such thing once in a table whose first column is its number. */
export type Entries = {
	/** Numbers the rows of columns that hold the same as another row's; `describe` tells a row's entry in full. */
	number(columns: readonly Column[], rows: number, describe: (row: number) => DuckDBValue[]): Int32Array;
	/** Makes new entries visible. */
	write(): void;
	end(): void;
};

/** One number for each row; the same number says the same thing, among the rows of one call. */
type Column = Int32Array | Uint32Array;

/** The next number of each table, by store: a number is never given twice, whoever writes. */
const nextNumbers = new WeakMap<Store, Map<string, number>>();

/**
 * Opens a table of entries. Entries of former runs are known again; of too many all are forgotten and get new numbers when
 * they are met again, which costs rows in the table and is right all the same.
 */
export async function openEntries(
	store: Store,
	table: string,
	key: string,
	types: readonly DuckDBType[],
): Promise<Entries> {
	const known = new Map<string, number>();
	const held = await store.read(`select * from ${table} order by ${key} desc limit ${mostRemembered}`);
	for (const [number, ...entry] of held.getRowsJS()) known.set(JSON.stringify(entry), Number(number));
	const next = nextNumbers.get(store) ?? new Map<string, number>();
	nextNumbers.set(store, next);
	next.set(
		table,
		Math.max(next.get(table) ?? 1, 1 + [...known.values()].reduce((most, each) => Math.max(most, each), 0)),
	);
	const appender: DuckDBAppender = await store.writer.createAppender(table);
	let fresh: DuckDBValue[][] = [];
	let hashes = new Int32Array(0);
	let found = new Int32Array(0);
	/** Open addressing: places of entries in `firsts` and `numbers`, -1 where there is none. */
	let places = new Int32Array(0);

	function numberOf(entry: DuckDBValue[]): number {
		const text = JSON.stringify(entry);
		const number = known.get(text);
		if (number !== undefined) return number;
		if (known.size >= mostRemembered) known.clear();
		const given = next.get(table) ?? 1;
		next.set(table, given + 1);
		known.set(text, given);
		fresh.push([given, ...entry]);
		return given;
	}

	function makeRoom(rows: number): void {
		if (hashes.length < rows) {
			hashes = new Int32Array(rows);
			found = new Int32Array(rows);
			places = new Int32Array(2 ** Math.ceil(Math.log2(2 * rows)));
		}
		hashes.fill(0, 0, rows);
		places.fill(-1);
	}

	return {
		number(columns, rows, describe) {
			makeRoom(rows);
			for (const column of columns)
				for (let row = 0; row < rows; row++) {
					const mixed = Math.imul((hashes[row] ?? 0) ^ (column[row] ?? 0), 0x9e3779b1);
					hashes[row] = mixed ^ (mixed >>> 15);
				}
			const alike = (a: number, b: number): boolean => {
				for (const column of columns) if (column[a] !== column[b]) return false;
				return true;
			};
			const firsts: number[] = [];
			const numbers: number[] = [];
			const mask = places.length - 1;
			for (let row = 0; row < rows; row++) {
				let at = (hashes[row] ?? 0) & mask;
				for (;;) {
					const place = places[at] ?? -1;
					if (place === -1) {
						places[at] = firsts.length;
						firsts.push(row);
						numbers.push(numberOf(describe(row)));
						found[row] = numbers.at(-1) ?? 0;
						break;
					}
					if (alike(row, firsts[place] ?? 0)) {
						found[row] = numbers[place] ?? 0;
						break;
					}
					at = (at + 1) & mask;
				}
			}
			return found.subarray(0, rows);
		},
		write() {
			if (fresh.length === 0) return;
			for (let from = 0; from < fresh.length; from += chunkRows) {
				const chunk = DuckDBDataChunk.create([INTEGER, ...types]);
				chunk.setRows(fresh.slice(from, from + chunkRows));
				appender.appendDataChunk(chunk);
			}
			fresh = [];
			appender.flushSync();
		},
		end: () => appender.closeSync(),
	};
}
