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

/** Bits of valid items, the lowest for the first. */
type Bits = Int32Array<ArrayBuffer>;

/** All valid. */
const allValid = (count: number): Bits => new Int32Array(((count + 63) >> 6) << 1).fill(-1);

function unset(bits: Bits, row: number): void {
	bits[row >> 5] = (bits[row >> 5] ?? 0) & ~(1 << (row & 31));
}

function setValidity(validity: Validity, bits: Bits | null): void {
	if (bits) validity.data = new BigUint64Array(bits.buffer);
}

// A function for each type of array: one for all is compiled anew for each that comes, which took longer than the work.
function validIntegers(values: Int32Array, none: number): Bits | null {
	if (!values.includes(none)) return null;
	const bits = allValid(values.length);
	for (let row = 0; row < values.length; row++) if (values[row] === none) unset(bits, row);
	return bits;
}

function validIds(ids: Uint32Array): Bits | null {
	if (!ids.includes(0)) return null;
	const bits = allValid(ids.length);
	for (let row = 0; row < ids.length; row++) if (ids[row] === 0) unset(bits, row);
	return bits;
}

function validTimes(values: Float64Array): Bits | null {
	if (!values.includes(Number.NaN)) return null;
	const bits = allValid(values.length);
	for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) unset(bits, row);
	return bits;
}

/** Writes integers, null for `none`, into a vector of INTEGER. */
export function setIntegers(vector: DuckDBVector, values: Int32Array, none: number): void {
	const items = itemsOf(vector);
	const validity = validityOf(vector);
	if (items instanceof Int32Array && items.length >= values.length && validity) {
		items.set(values);
		setValidity(validity, validIntegers(values, none));
	} else setEach(vector, values.length, row => (values[row] === none ? null : (values[row] ?? null)));
	vector.flush();
}

/** Writes for each row the number at a place of `numbers`, none of them null, into a vector of INTEGER. */
export function setNumbered(vector: DuckDBVector, places: Int32Array, numbers: Int32Array): void {
	const items = itemsOf(vector);
	if (items instanceof Int32Array && items.length >= places.length)
		for (let row = 0; row < places.length; row++) items[row] = numbers[places[row] ?? 0] ?? 0;
	else setEach(vector, places.length, row => numbers[places[row] ?? 0] ?? 0);
	vector.flush();
}

const span = 2 ** 32;

/** Writes moments in ms since 1970 UTC, null for NaN, into a vector of TIMESTAMP, which counts µs in 64 bits. */
export function setTimes(vector: DuckDBVector, values: Float64Array): void {
	const items = itemsOf(vector);
	const validity = validityOf(vector);
	if (items instanceof BigInt64Array && items.length >= values.length && validity) {
		// DuckDB runs only on processors that put the low half first.
		const halves = new Int32Array(items.buffer, items.byteOffset, 2 * values.length);
		for (let row = 0; row < values.length; row++) {
			const value = values[row] ?? 0;
			const ms = Number.isNaN(value) ? 0 : Math.round(value);
			const high = Math.floor(ms / span);
			const low = (ms - high * span) * 1000;
			const carried = Math.floor(low / span);
			halves[2 * row] = low - carried * span;
			halves[2 * row + 1] = high * 1000 + carried;
		}
		setValidity(validity, validTimes(values));
	} else
		setEach(vector, values.length, row => {
			const ms = values[row] ?? Number.NaN;
			return Number.isNaN(ms) ? null : new DuckDBTimestampValue(BigInt(Math.round(ms)) * 1000n);
		});
	vector.flush();
}

/** What a vector of VARCHAR holds until it is flushed: items, and which of them were set. */
type Pending = {readonly items: Array<string | null>; readonly set: boolean[]};

/** The names of both in the vector. */
const itemsName = 'itemCache';
const setName = 'itemCacheDirty';

/** Shared by one vector after the other: what each would make of its own is much garbage. */
const shared: Pending = {items: [], set: []};

/** Gives a vector that has nothing yet the shared memory to write to; false where the package has come to keep it otherwise. */
function share(vector: DuckDBVector): boolean {
	const items: unknown = Reflect.get(vector, itemsName);
	if (!Array.isArray(items) || items.length > 0 || !Array.isArray(Reflect.get(vector, setName))) return false;
	Reflect.set(vector, itemsName, shared.items);
	Reflect.set(vector, setName, shared.set);
	return true;
}

/** Writes words by their place in a list, null for 0, into a vector of VARCHAR. */
export function setWords(vector: DuckDBVector, ids: Uint32Array, words: readonly string[]): void {
	const validity = validityOf(vector);
	if (!validity || !share(vector)) {
		setEach(vector, ids.length, row => (ids[row] === 0 ? null : (words[ids[row] ?? 0] ?? null)));
		vector.flush();
		return;
	}
	for (let row = 0; row < ids.length; row++) {
		const id = ids[row] ?? 0;
		shared.items[row] = id === 0 ? null : (words[id] ?? null);
		shared.set[row] = id !== 0;
	}
	setValidity(validity, validIds(ids));
	vector.flush();
	Reflect.set(vector, itemsName, []);
	Reflect.set(vector, setName, []);
}
