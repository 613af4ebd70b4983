import {mostRecords, mostStringBytes, recordSize, spanOfTime} from '../scan/numbers.ts';
import * as kinds from '../scan/record-kinds.ts';
import type {Bytes} from './reader-options.ts';

/**
 * What the lines said, as numbers: the scanner writes them, the joiner makes sessions of them, here or in another
 * thread. A record is sixteen numbers; interned strings are numbers, too, each defined by a record of its own before it is used, its
 * bytes in `bytes`. A batch is complete in itself but for the strings defined in earlier ones.
 */
export type Records = {
	readonly ints: Int32Array;
	readonly bytes: Bytes;
	/** Numbers in use, a multiple of `recordSize`. */
	used: number;
	/** Bytes in use. */
	filled: number;
};

export {recordSize};

/** Where in a record are its kind, its daemon, process and line, its minute since 1970 and the ms in it (-1: no time). */
export const kindAt = 0;
export const daemonAt = 1;
export const pidAt = 2;
export const lineAt = 3;
const minuteAt = 4;
const msAt = 5;
/** The first of ten arguments. */
export const argumentAt = 6;

/** In place of a string, a peer or a number that a line does not have. */
export const none = -1;

/** Kinds of records by their names. Arguments are named where they are written, in `src/scan`. */
export const record = kinds;

export type RecordKind = keyof typeof record;

const names = new Map(Object.entries(record).map(([name, number]) => [number as number, name as RecordKind]));

/** The name of a kind of records by its number. */
export function recordKindOf(number: number): RecordKind | undefined {
	return names.get(number);
}

/** Room for a batch: so many records, and the bytes of their strings. */
export function createRecords(ints: Int32Array, bytes: Bytes): Records {
	return {ints, bytes, used: 0, filled: 0};
}

/** Numbers and bytes of the largest batch; the scanner makes no larger ones. */
export const recordInts = mostRecords * recordSize;
export const recordBytes = mostStringBytes;

const minute = 60_000;

/** The time of a record, ms since 1970 UTC; null where its line had none. */
export function timeOf(ints: Int32Array, at: number): number | null {
	const ms = ints[at + msAt] ?? none;
	return ms === none ? null : (ints[at + minuteAt] ?? 0) * minute + ms;
}

/** From when on the next time of a host is reported, after one in ms. */
export function nextReport(time: number): number {
	return (Math.floor(time / spanOfTime) + 1) * spanOfTime;
}

/** The names that stand for numbers in records, each at its number; null where a number stands for nothing. */
export function namesByNumber<Name extends string>(
	numbers: Readonly<Record<Name, number>>,
): ReadonlyArray<Name | null> {
	const names: Array<Name | null> = [];
	for (const [name, number] of Object.entries(numbers) as Array<[Name, number]>) names[number] = name;
	for (let number = 0; number < names.length; number++) names[number] ??= null;
	return names;
}
