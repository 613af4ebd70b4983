import {flush} from './imports';
import {mostRecords, mostStringBytes, recordSize} from './numbers';
import {clientHandshakeFailed, serverConnect, time} from './record-kinds';

export * from './record-kinds';

/** Records as `src/log/records.ts` describes them. */
const recordBytes: i32 = recordSize * 4;

export const none: i32 = -1;

/** Where records and the bytes of their interned strings are written, and how much of it. */
export const records: usize = heap.alloc(mostRecords * recordBytes);
let recordsEnd: usize = records + mostRecords * recordBytes;
export const stringBytes: usize = heap.alloc(mostStringBytes);
let stringBytesEnd: usize = stringBytes + mostStringBytes;
let next: usize = records;
let nextByte: usize = stringBytes;

export function used(): i32 {
	return ((next - records) >> 2) as i32;
}

export function filled(): i32 {
	return (nextByte - stringBytes) as i32;
}

/** Batches are no larger than that: numbers, and bytes of strings, which must have room for the longest one. */
export function limit(numbers: i32, bytes: i32): void {
	recordsEnd = records + (min(numbers, mostRecords * recordSize) << 2);
	stringBytesEnd = stringBytes + min(bytes, mostStringBytes);
}

/** The batch was taken. */
export function emptied(): void {
	next = records;
	nextByte = stringBytes;
}

/** The current line. */
let daemon: i32 = none;
let pid: i32 = none;
export let lineNumber: i32 = 0;
let minutes: i32 = 0;
let ms: i32 = none;
let times: i32 = 1;
/** The line of which something was reported last. */
let reported: i32 = 0;

/** Begins a line; `at` is NaN where the framing bears no date. A process number that no column holds is none. */
export function beginLine(number: i32, tag: i32, process: f64, at: f64, folded: i32): void {
	lineNumber = number;
	daemon = tag;
	pid = process > (i32.MAX_VALUE as f64) ? none : (process as i32);
	times = folded;
	if (isNaN(at)) {
		minutes = 0;
		ms = none;
		return;
	}
	const whole = Math.floor(at / 60000);
	minutes = whole as i32;
	ms = Math.floor(at - whole * 60000) as i32;
}

export function processOf(): i32 {
	return pid;
}

/** How often a folded line stands for its text. */
export function timesOf(): i32 {
	return times;
}

/** Handshakes of our client that failed, so far. */
let failureCount: i32 = 0;

export function failures(): i32 {
	return failureCount;
}

/** Whether something was reported of the current line. */
export function isReported(): bool {
	return reported === lineNumber;
}

/** A new source: no line of it was reported of. */
export function forgetReported(): void {
	reported = none;
}

/** Writes a record of the current line. Of a folded line only failures of our own handshakes count again. */
export function put(
	kind: i32,
	a: i32 = 0,
	b: i32 = 0,
	c: i32 = 0,
	d: i32 = 0,
	e: i32 = 0,
	f: i32 = 0,
	g: i32 = 0,
	h: i32 = 0,
	i: i32 = 0,
	j: i32 = 0,
): void {
	if (times !== 1 && kind >= serverConnect && kind !== clientHandshakeFailed) return;
	if (next + recordBytes > recordsEnd) flush();
	if (kind >= time) reported = lineNumber;
	if (kind === clientHandshakeFailed) failureCount++;
	store<i32>(next, kind);
	store<i32>(next, daemon, 4);
	store<i32>(next, pid, 8);
	store<i32>(next, lineNumber, 12);
	store<i32>(next, minutes, 16);
	store<i32>(next, ms, 20);
	store<i32>(next, a, 24);
	store<i32>(next, b, 28);
	store<i32>(next, c, 32);
	store<i32>(next, d, 36);
	store<i32>(next, e, 40);
	store<i32>(next, f, 44);
	store<i32>(next, g, 48);
	store<i32>(next, h, 52);
	store<i32>(next, i, 56);
	store<i32>(next, j, 60);
	next += recordBytes;
}

/** Defines an interned string: from now on its number stands for these bytes. */
export function define(kind: i32, number: i32, from: usize, to: usize): void {
	const length = min(to - from, 16384);
	// The bytes and the record that points at them go into the same batch.
	if (nextByte + length + 8 > stringBytesEnd || next + recordBytes > recordsEnd) flush();
	memory.copy(nextByte, from, length);
	// No letter follows.
	store<u64>(nextByte + length, 0);
	const at = (nextByte - stringBytes) as i32;
	put(kind, number, at, at + (length as i32));
	nextByte += length + 8;
}
