import type {DuckDBValue, DuckDBVector} from '@duckdb/node-api';
import {DuckDBTimestampValue} from './duckdb.ts';

/**
 * Columns are written as a whole into the typed arrays that a vector of the package is made of, at a sixth of the cost of
 * setting each item; which is what is done where the package has come to keep them otherwise.
 */
const itemsOf = (vector: DuckDBVector): unknown => Reflect.get(vector, 'items');

type Validity = {data: BigUint64Array | null};

function validityOf(vector: DuckDBVector): Validity | null {
	const validity: unknown = Reflect.get(vector, 'validity');
	const isKnown = typeof validity === 'object' && validity !== null && Reflect.get(validity, 'offset') === 0;
	return isKnown && 'data' in validity ? (validity as Validity) : null;
}

/** Sets one item after the other, or null where `at` gives it. */
function setEach(vector: DuckDBVector, count: number, at: (row: number) => DuckDBValue): void {
	for (let row = 0; row < count; row++) vector.setItem(row, at(row));
}

/** Bits of valid items, the lowest for the first; undefined where all are. */
function validBits(values: Int32Array | Uint32Array | Float64Array, none: number): BigUint64Array | undefined {
	let bits: Uint32Array<ArrayBuffer> | undefined;
	for (let row = 0; row < values.length; row++) {
		const value = values[row] ?? none;
		if (value !== none && !Number.isNaN(value)) continue;
		bits ??= new Uint32Array(2 * Math.ceil(values.length / 64)).fill(0xffff_ffff);
		bits[row >> 5] = (bits[row >> 5] ?? 0) & ~(1 << (row & 31));
	}
	return bits && new BigUint64Array(bits.buffer);
}

/** Writes integers, null for `none`, into a vector of INTEGER. */
export function setIntegers(vector: DuckDBVector, values: Int32Array, none: number): void {
	const items = itemsOf(vector);
	const validity = validityOf(vector);
	if (items instanceof Int32Array && items.length >= values.length && validity) {
		items.set(values);
		const bits = validBits(values, none);
		if (bits) validity.data = bits;
	} else setEach(vector, values.length, row => (values[row] === none ? null : (values[row] ?? null)));
	vector.flush();
}

const span = 2 ** 32;

/** Writes moments in ms since 1970 UTC, null for NaN, into a vector of TIMESTAMP, which counts µs in 64 bits. */
export function setTimes(vector: DuckDBVector, values: Float64Array): void {
	const items = itemsOf(vector);
	const validity = validityOf(vector);
	if (items instanceof BigInt64Array && items.length >= values.length && validity) {
		// DuckDB runs on machines only that put the low half first.
		const halves = new Int32Array(items.buffer, items.byteOffset, 2 * values.length);
		for (let row = 0; row < values.length; row++) {
			const ms = Math.round(values[row] ?? 0);
			const high = Math.floor(ms / span);
			const low = (ms - high * span) * 1000;
			const carried = Math.floor(low / span);
			halves[2 * row] = low - carried * span;
			halves[2 * row + 1] = high * 1000 + carried;
		}
		const bits = validBits(values, Number.NaN);
		if (bits) validity.data = bits;
	} else
		setEach(vector, values.length, row => {
			const ms = values[row] ?? Number.NaN;
			return Number.isNaN(ms) ? null : new DuckDBTimestampValue(BigInt(Math.round(ms)) * 1000n);
		});
	vector.flush();
}

/** What a vector of VARCHAR holds until it is flushed: items, and which of them were set. */
type Pending = {readonly items: unknown[]; readonly dirty: boolean[]};

function pendingOf(vector: DuckDBVector): Pending | null {
	const items: unknown = Reflect.get(vector, 'itemCache');
	const dirty: unknown = Reflect.get(vector, 'itemCacheDirty');
	return Array.isArray(items) && items.length === 0 && Array.isArray(dirty) ? {items, dirty} : null;
}

/** Writes words by their number, counted from 1, null for 0, into a vector of VARCHAR. */
export function setWords(vector: DuckDBVector, ids: Uint32Array, words: readonly string[]): void {
	const validity = validityOf(vector);
	const pending = pendingOf(vector);
	if (validity && pending) {
		const {items, dirty} = pending;
		for (let row = 0; row < ids.length; row++) {
			const id = ids[row] ?? 0;
			items.push(id === 0 ? null : words[id - 1]);
			dirty.push(id !== 0);
		}
		const bits = validBits(ids, 0);
		if (bits) validity.data = bits;
	} else setEach(vector, ids.length, row => words[(ids[row] ?? 0) - 1] ?? null);
	vector.flush();
}
