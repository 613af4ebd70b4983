import type {DuckDBAppender} from '@duckdb/node-api';
import type {Store} from './store.ts';

/** Rows whose numbers are remembered. More there are only where a peer makes them up. */
const mostRemembered = 50_000;

/** A value in a column of a row. */
type Item = string | number | boolean | null;

/** What many sessions have in common, each such thing once in a table whose first column is its number. */
export type LookupTable = {
	/** Returns the number of each row. */
	number(rows: ReadonlyArray<readonly Item[]>): Int32Array;
	/** Makes new rows visible. */
	write(): void;
	/** Forgets rows that were deleted: they get new numbers when they are met again. */
	forget(numbers: ReadonlySet<number>): void;
	end(): void;
};

/** The next number of each table, by store: a number is never given twice, no matter who writes. */
const nextNumbers = new WeakMap<Store, Map<string, number>>();

/**
 * Opens a lookup table. Rows of former runs are known again; of too many all are forgotten and get new numbers when they are
 * met again, which costs rows in the table and is right all the same.
 */
export async function openLookupTable(store: Store, table: string, key: string): Promise<LookupTable> {
	const known = new Map<string, number>();
	const held = await store.read(`select * from ${table} order by ${key} desc limit ${mostRemembered}`);
	for (const [number, ...row] of held.getRowsJS()) known.set(JSON.stringify(row), Number(number));
	const next = nextNumbers.get(store) ?? new Map<string, number>();
	nextNumbers.set(store, next);
	next.set(
		table,
		Math.max(next.get(table) ?? 1, 1 + [...known.values()].reduce((most, each) => Math.max(most, each), 0)),
	);
	const appender: DuckDBAppender = await store.writer.createAppender(table);
	let fresh: Item[][] = [];

	function append(item: Item): void {
		if (item === null) appender.appendNull();
		else if (typeof item === 'string') appender.appendVarchar(item);
		else if (typeof item === 'boolean') appender.appendBoolean(item);
		else appender.appendInteger(item);
	}

	function numberOf(row: readonly Item[]): number {
		const text = JSON.stringify(row);
		const number = known.get(text);
		if (number !== undefined) return number;
		if (known.size >= mostRemembered) known.clear();
		const given = next.get(table) ?? 1;
		next.set(table, given + 1);
		known.set(text, given);
		fresh.push([given, ...row]);
		return given;
	}

	return {
		number: rows => Int32Array.from(rows, numberOf),
		write() {
			if (fresh.length === 0) return;
			// Item by item: they are few, and what fills a chunk from rows takes V8 longer to compile than this to run.
			for (const row of fresh) {
				for (const item of row) append(item);
				appender.endRow();
			}
			fresh = [];
			appender.flushSync();
		},
		forget(numbers) {
			for (const [text, number] of known) if (numbers.has(number)) known.delete(text);
		},
		end: () => appender.closeSync(),
	};
}
