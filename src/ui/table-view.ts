import type {StricterRule} from '../model/filter.ts';
import {plain} from '../text/plain.ts';
import type {Moments} from '../text/time.ts';
import {fitted} from '../text/width.ts';
import type {Measured} from './layout.ts';
import type {Opening} from './pages.ts';
import type {Theme, Tone} from './theme.ts';

/** How things look at the moment of drawing. */
export type Look = {
	readonly theme: Theme;
	readonly moments: Moments;
	/** The newest moment in the log: times of its day are written without a date. */
	readonly near: number | null;
};

export type Cell = string | number | null;

/** One column of a view. */
export type Column<Row> = Measured & {
	/** Names the column in exports and orders. */
	readonly id: string;
	readonly title: string;
	readonly right?: boolean;
	/** False: rows cannot be sorted by it. */
	readonly sorts?: boolean;
	/** The least comes first when rows are sorted by it: names, not numbers. */
	readonly ascends?: boolean;
	/** What is exported and sorted by. */
	readonly value: (row: Row) => Cell;
	/** What is drawn; the value itself when absent. */
	readonly text?: (row: Row, width: number, look: Look) => string;
	readonly tone?: (row: Row) => Tone;
	/** The text is painted already and exactly as wide as asked. */
	readonly painted?: boolean;
};

/** A view whose rows are all of one kind. */
export type Table<Row> = {
	readonly columns: ReadonlyArray<Column<Row>>;
	readonly key: (row: Row) => string;
	/** What Enter opens; a sentence where there is a reason why it opens nothing. */
	readonly opens: (row: Row) => Opening | string | null;
	/** Breaks the policy: where `e` goes. */
	readonly violates: (row: Row) => boolean;
	/** What is said when there are no rows. */
	readonly empty: string;
	/** Column the rows come sorted by. */
	readonly order: string | null;
	/** Of `what-if`: the rule that can be marked. */
	readonly stricterRule?: (row: Row) => StricterRule | null;
};

/** A view with its rows, whatever kind they are. Indexes count from the first row of all, loaded or not. */
export type TableView = {
	readonly columns: ReadonlyArray<Column<never>>;
	readonly empty: string;
	readonly total: number;
	readonly order: string | null;
	readonly descending: boolean;
	readonly orders: readonly string[];
	/** One drawn cell, exactly `width` columns wide; blank for a row that is not loaded. */
	readonly draw: (index: number, column: number, width: number, look: Look) => string;
	/** The same without paint. */
	readonly plain: (index: number, column: number, width: number, look: Look) => string;
	readonly values: (index: number) => Cell[];
	readonly keyAt: (index: number) => string | null;
	readonly indexOf: (key: string) => number;
	readonly opens: (index: number) => Opening | string | null;
	readonly violates: (index: number) => boolean;
	readonly stricterRule: (index: number) => StricterRule | null;
	/** The loaded rows: first index, and how many. */
	readonly loaded: {readonly from: number; readonly length: number};
};

export type TableRows<Row> = {
	readonly rows: readonly Row[];
	/** Index of the first row given. */
	readonly offset?: number;
	readonly total?: number;
	readonly order: string | null;
	readonly descending: boolean;
	/** The rows are all there and not yet in order. */
	readonly sort?: boolean;
};

function compare(a: Cell, b: Cell): number {
	if (a === b) return 0;
	if (a === null) return 1;
	if (b === null) return -1;
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	return String(a).localeCompare(String(b), 'en');
}

/** In the order that is asked for, else in the table's own, which its header shows; rows that tie stay as they came. */
function inOrder<Row>(
	table: Table<Row>,
	{rows, order: asked, descending, sort = true}: TableRows<Row>,
): readonly Row[] {
	const order = asked ?? table.order;
	const column = order === null ? undefined : table.columns.find(({id}) => id === order);
	if (!sort || column === undefined) return rows;
	return [...rows].sort((a, b) => {
		const [left, right] = [column.value(a), column.value(b)];
		if (left === null || right === null) return compare(left, right);
		return descending ? compare(right, left) : compare(left, right);
	});
}

/** Puts rows into a table. */
export function createTableView<Row>(table: Table<Row>, given: TableRows<Row>): TableView {
	const rows = inOrder(table, given);
	const {offset = 0, total = rows.length} = given;
	const at = (index: number): Row | undefined => rows[index - offset];
	function unpainted(index: number, column: number, width: number, look: Look): string {
		const row = at(index);
		const spec = table.columns[column];
		if (row === undefined || spec === undefined) return ' '.repeat(width);
		const value = spec.value(row);
		const text = spec.text === undefined ? String(value ?? '') : spec.text(row, width, look);
		return spec.painted === true ? text : fitted(plain(text), width, spec.right);
	}
	return {
		columns: table.columns as unknown as ReadonlyArray<Column<never>>,
		empty: table.empty,
		total,
		order: given.order ?? table.order,
		descending: given.descending,
		orders: table.columns.filter(({sorts}) => sorts !== false).map(({id}) => id),
		plain: unpainted,
		draw(index, column, width, look) {
			const text = unpainted(index, column, width, look);
			const row = at(index);
			const tone = row === undefined ? undefined : table.columns[column]?.tone?.(row);
			return tone === undefined ? text : look.theme.paint(tone, text);
		},
		values: index => {
			const row = at(index);
			return row === undefined ? [] : table.columns.map(({value}) => value(row));
		},
		keyAt: index => {
			const row = at(index);
			return row === undefined ? null : table.key(row);
		},
		indexOf: key => {
			const found = rows.findIndex(row => table.key(row) === key);
			return found === -1 ? -1 : found + offset;
		},
		opens: index => {
			const row = at(index);
			return row === undefined ? null : table.opens(row);
		},
		violates: index => {
			const row = at(index);
			return row !== undefined && table.violates(row);
		},
		stricterRule: index => {
			const row = at(index);
			return row === undefined ? null : (table.stricterRule?.(row) ?? null);
		},
		loaded: {from: offset, length: rows.length},
	};
}
