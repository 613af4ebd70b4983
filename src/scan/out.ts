import {flush} from './imports';

/** Records as `src/log/records.ts` describes them; the numbers of kinds are the same there. */
const recordSize: i32 = 16;
const recordBytes: i32 = recordSize * 4;

export const none: i32 = -1;

export const client: i32 = 1;
export const relay: i32 = 2;
export const word: i32 = 3;
export const end: i32 = 4;
export const handshake: i32 = 5;
export const twin: i32 = 6;
export const label: i32 = 7;
export const secured: i32 = 8;
export const time: i32 = 12;
export const tlsOff: i32 = 16;
export const serverConnect: i32 = 20;
export const serverSummary: i32 = 21;
export const serverDisconnect: i32 = 22;
export const serverMessage: i32 = 23;
export const serverHandshakeFailed: i32 = 24;
export const serverLibraryProblem: i32 = 25;
export const serverBroken: i32 = 26;
export const serverRejected: i32 = 27;
export const serverRejectedPlaintext: i32 = 28;
export const serverRefused: i32 = 29;
export const serverCertificateRequired: i32 = 30;
export const serverHandshake: i32 = 31;
export const clientSummary: i32 = 40;
export const clientDelivery: i32 = 41;
export const clientSkipped: i32 = 42;
export const clientHandshakeFailed: i32 = 43;
export const clientLibraryProblem: i32 = 44;
export const clientHandshakeSeen: i32 = 45;
export const clientNoStarttls: i32 = 46;
export const proxyConnect: i32 = 50;
export const proxySummary: i32 = 51;
export const proxyDisconnect: i32 = 52;
export const proxyHandshakeFailed: i32 = 53;
export const proxyLibraryProblem: i32 = 54;
export const proxyTimeout: i32 = 55;
export const screenConnect: i32 = 60;
export const screenPass: i32 = 61;
export const screenDisconnect: i32 = 62;
export const screenDialogue: i32 = 63;
export const login: i32 = 70;

/** Where records and the bytes of their words are written, and how much of it. */
const mostRecords: i32 = 8192;
const mostWordBytes: i32 = 1 << 18;
export const records: usize = heap.alloc(mostRecords * recordBytes);
let recordsEnd: usize = records + mostRecords * recordBytes;
export const wordBytes: usize = heap.alloc(mostWordBytes);
let wordBytesEnd: usize = wordBytes + mostWordBytes;
let next: usize = records;
let nextByte: usize = wordBytes;

export function used(): i32 {
	return ((next - records) >> 2) as i32;
}

export function filled(): i32 {
	return (nextByte - wordBytes) as i32;
}

/** Batches are no larger than that: numbers, and bytes of words, which must have room for the longest word. */
export function limit(numbers: i32, bytes: i32): void {
	recordsEnd = records + (min(numbers, mostRecords * recordSize) << 2);
	wordBytesEnd = wordBytes + min(bytes, mostWordBytes);
}

/** The batch was taken. */
export function emptied(): void {
	next = records;
	nextByte = wordBytes;
}

/** The line at hand. */
let daemon: i32 = none;
let pid: i32 = none;
export let lineNumber: i32 = 0;
let minutes: i32 = 0;
let ms: i32 = none;
let times: i32 = 1;
/** The line of which something was told last. */
let told: i32 = 0;

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

/** Whether something was told of the line at hand. */
export function isTold(): bool {
	return told === lineNumber;
}

/** A new source: no line of it was told of. */
export function forgetTold(): void {
	told = none;
}

/** Writes a record of the line at hand. Of a folded line only failures of our own handshakes count again. */
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
	if (kind >= time) told = lineNumber;
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

/** Defines a word: from now on its number stands for these bytes. */
export function define(kind: i32, number: i32, from: usize, to: usize): void {
	const length = min(to - from, 16384);
	// The bytes and the record that points at them go into the same batch.
	if (nextByte + length + 8 > wordBytesEnd || next + recordBytes > recordsEnd) flush();
	memory.copy(nextByte, from, length);
	// No letter follows.
	store<u64>(nextByte + length, 0);
	const at = (nextByte - wordBytes) as i32;
	put(kind, number, at, at + (length as i32));
	nextByte += length + 8;
}
