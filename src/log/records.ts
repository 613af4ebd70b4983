import type {Bytes} from './reader-options.ts';

/**
 * What the lines told, as numbers: the scanner writes them, the joiner makes sessions of them, here or in another
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

/** Kinds of records. Arguments are named where they are written; the numbers are those of `src/scan/out.ts`. */
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
	/** A process goes on without TLS. */
	tlsOff: 16,
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
	/** A line that proves a handshake, or records of TLS, and no more. */
	serverHandshake: 31,
	clientSummary: 40,
	clientDelivery: 41,
	clientSkipped: 42,
	clientHandshakeFailed: 43,
	clientLibraryProblem: 44,
	/** A line that only a handshake with this peer brings about, and what it says of trust. */
	clientHandshakeSeen: 45,
	/** No STARTTLS on the connection at hand, or on that to the host with this name. */
	clientNoStarttls: 46,
	proxyConnect: 50,
	proxySummary: 51,
	proxyDisconnect: 52,
	proxyHandshakeFailed: 53,
	proxyLibraryProblem: 54,
	/** The client or server said nothing for too long, in a handshake or later. */
	proxyTimeout: 55,
	screenConnect: 60,
	screenPass: 61,
	screenDisconnect: 62,
	screenDialogue: 63,
	login: 70,
} as const;

export type RecordKind = keyof typeof record;

const kinds = new Map(Object.entries(record).map(([name, number]) => [number as number, name as RecordKind]));

/** The name of a kind of records by its number. */
export function recordKindOf(number: number): RecordKind | undefined {
	return kinds.get(number);
}

/** Room for a batch: so many records, and the bytes of their words. */
export function createRecords(ints: Int32Array, bytes: Bytes): Records {
	return {ints, bytes, used: 0, filled: 0};
}

/** Numbers and bytes of the largest batch; the scanner makes no larger ones. */
export const recordInts = 8192 * recordSize;
export const recordBytes = 1 << 18;

const minute = 60_000;

/** The time of a record, ms since 1970 UTC; null where its line had none. */
export function timeOf(ints: Int32Array, at: number): number | null {
	const ms = ints[at + msAt] ?? none;
	return ms === none ? null : (ints[at + minuteAt] ?? 0) * minute + ms;
}
