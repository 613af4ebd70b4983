/** Ids of 64 bits in an open table: two numbers each, both 0 where none stands. */
type Table = Int32Array;

/** The latest ids, and those before, as plain data. */
export type RecentIds = {young: Table; older: Table; count: number};

/** A power of two, as are all sizes. */
const smallest = 128;

export function noRecentIds(): RecentIds {
	return {young: new Int32Array(smallest), older: new Int32Array(smallest), count: 0};
}

/** Where an id stands, or where it would; at a place with two zeros the search ends. */
function placeOf(table: Table, low: number, high: number): number {
	let place = (low << 1) & (table.length - 1);
	while ((table[place] !== low || table[place + 1] !== high) && (table[place] !== 0 || table[place + 1] !== 0))
		place = (place + 2) & (table.length - 1);
	return place;
}

function holds(table: Table, low: number, high: number): boolean {
	const place = placeOf(table, low, high);
	return table[place] !== 0 || table[place + 1] !== 0;
}

function put(table: Table, low: number, high: number): void {
	const place = placeOf(table, low, high);
	table[place] = low;
	table[place + 1] = high;
}

/** A table of twice the size with the same ids. */
function doubled(table: Table): Table {
	const larger = new Int32Array(table.length * 2);
	for (let place = 0; place < table.length; place += 2)
		if (table[place] !== 0 || table[place + 1] !== 0) put(larger, table[place] ?? 0, table[place + 1] ?? 0);
	return larger;
}

/** Whether an id is among the latest; at least as many are known as half of `most` in `addRecentId`. */
export function isRecentId(ids: RecentIds, low: number, high: number): boolean {
	return holds(ids.young, low, high) || holds(ids.older, low, high);
}

/** Adds an id that is not among them, not twice zero; of `most` the older half is forgotten at once. */
export function addRecentId(ids: RecentIds, low: number, high: number, most: number): void {
	if (ids.count >= most / 2) {
		ids.older = ids.young;
		ids.young = new Int32Array(ids.older.length);
		ids.count = 0;
	}
	if (ids.count >= ids.young.length / 4) ids.young = doubled(ids.young);
	put(ids.young, low, high);
	ids.count++;
}
