import type {Bytes} from './reader-options.ts';
import type {Text} from './text.ts';

/**
 * What the lines told, as numbers: the one reader of text writes them, the joiner makes sessions of them, here or in another
 * thread. A record is sixteen numbers; words are numbers, too, each defined by a record of its own before it is used, its
 * bytes in `bytes`. A batch is complete in itself but for the words defined in earlier ones.
 */
export type Records = {
	readonly ints: Int32Array;
	readonly bytes: Bytes;
	/** Numbers in use, a multiple of `recordSize`. */
	used: number;
	/** Bytes in use. */
	filled: number;
};

export const recordSize = 16;

/** Where in a record stand its kind, its daemon, process and line, its minute since 1970 and the ms in it (-1: no time). */
export const kindAt = 0;
export const daemonAt = 1;
export const pidAt = 2;
export const lineAt = 3;
const minuteAt = 4;
const msAt = 5;
/** The first of ten arguments. */
export const argumentAt = 6;

/** Stands for a word, a peer or a number that a line does not have. */
export const none = -1;

/** Kinds of records. Arguments are named where they are written. */
export const record = {
	// Definitions: a number, and where in `bytes` the word stands, from and to.
	client: 1,
	relay: 2,
	word: 3,
	end: 4,
	handshake: 5,
	twin: 6,
	label: 7,
	secured: 8,
	daemon: 9,
	source: 10,
	/** All names of machines and tags are void. */
	forget: 11,
	/** Nothing but the time. */
	time: 12,
	/** Lines of a machine are missing for so many ms from now. */
	lossy: 13,
	restart: 14,
	/** «last message repeated»: the last failure of a handshake again, so many times. */
	again: 15,
	serverConnect: 20,
	serverSummary: 21,
	serverDisconnect: 22,
	serverMessage: 23,
	serverHandshakeFailed: 24,
	serverLibraryProblem: 25,
	serverBroken: 26,
	serverRejected: 27,
	serverRejectedPlaintext: 28,
	serverRefused: 29,
	serverCertificateRequired: 30,
	serverNoCertificate: 31,
	clientSummary: 40,
	clientDelivery: 41,
	clientSkipped: 42,
	clientHandshakeFailed: 43,
	clientLibraryProblem: 44,
	proxyConnect: 50,
	proxySummary: 51,
	proxyDisconnect: 52,
	proxyHandshakeFailed: 53,
	proxyLibraryProblem: 54,
	screenConnect: 60,
	screenPass: 61,
	screenDisconnect: 62,
	screenDialogue: 63,
	login: 70,
} as const;

/** The line at hand, and the batch its records go into. One object is used over and over. */
export type Out = {
	records: Records;
	daemon: number;
	pid: number;
	line: number;
	/** ms since 1970 UTC, NaN where the framing bears no date. */
	time: number;
	/** «message repeated N times»: how often the line stands for. */
	times: number;
	/** The line of which something was told last. */
	told: number;
	/** Takes the batch and gives `records` room again. */
	flush(): void;
};

/** Bytes that one record may need. */
const mostBytes = 16_384;

/** Room for a batch: so many records, and the bytes of their words. */
export function createRecords(ints: Int32Array, bytes: Bytes): Records {
	return {ints, bytes, used: 0, filled: 0};
}

/** Numbers and bytes of a batch; shared, so that another thread may read them. */
export const recordInts = 8192 * recordSize;
export const recordBytes = 1 << 18;

const minute = 60_000;

/** Writes a record of the line at hand. */
export function put(
	out: Out,
	kind: number,
	a = 0,
	b = 0,
	c = 0,
	d = 0,
	e = 0,
	f = 0,
	g = 0,
	h = 0,
	i = 0,
	j = 0,
): void {
	// Of a folded line only failures of our own handshakes count again.
	if (out.times !== 1 && kind >= record.serverConnect && kind !== record.clientHandshakeFailed) return;
	if (out.records.used + recordSize > out.records.ints.length) out.flush();
	const {records, time} = out;
	if (kind >= record.time) out.told = out.line;
	const {ints, used} = records;
	const minutes = Math.floor(time / minute);
	ints[used] = kind;
	ints[used + 1] = out.daemon;
	ints[used + 2] = out.pid;
	ints[used + 3] = out.line;
	ints[used + 4] = minutes;
	ints[used + 5] = Number.isNaN(time) ? none : Math.floor(time - minutes * minute);
	ints[used + 6] = a;
	ints[used + 7] = b;
	ints[used + 8] = c;
	ints[used + 9] = d;
	ints[used + 10] = e;
	ints[used + 11] = f;
	ints[used + 12] = g;
	ints[used + 13] = h;
	ints[used + 14] = i;
	ints[used + 15] = j;
	records.used = used + recordSize;
}

/** Defines a word: from now on its number stands for these bytes. */
export function define(out: Out, kind: number, number: number, {bytes}: Text, from: number, to: number): void {
	const length = Math.min(to - from, mostBytes);
	const {used, filled, ints, bytes: room} = out.records;
	// The bytes and the record that points at them go into the same batch.
	if (filled + length + 8 > room.length || used + recordSize > ints.length) out.flush();
	const at = out.records.filled;
	const own = out.records.bytes;
	for (let index = 0; index < length; index++) own[at + index] = bytes[from + index] ?? 0;
	// No letter follows.
	for (let index = at + length; index < at + length + 8; index++) own[index] = 0;
	put(out, kind, number, at, at + length);
	out.records.filled = at + length + 8;
}

/** The time of a record, ms since 1970 UTC; null where its line had none. */
export function timeOf(ints: Int32Array, at: number): number | null {
	const ms = ints[at + msAt] ?? none;
	return ms === none ? null : (ints[at + minuteAt] ?? 0) * minute + ms;
}
