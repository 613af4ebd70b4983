import {time} from './heads';
import {forgetStrings} from './interned';
import {beginLine, define, emptied, filled, forgetReported, limit, put, records, stringBytes, used} from './out';

/**
 * In: bytes of whole lines in its memory, and heads that it was taught. Out: records of numbers, and the bytes of the strings that
 * they name, in its memory; lines whose head it does not know go back to the caller. It must not know sessions, files or strings
 * of JavaScript: what it cannot know from bytes it asks of `imports.ts`. It is AssemblyScript, compiled to WebAssembly by `npm run scanner` (see `compile.mjs`):
 * what looks at every byte of a log takes a fifth of the time here, and its full speed from the first line on.
 */
export {
	earliestOf,
	forgetHeads,
	forgetTags,
	lastSeenOf,
	latestOf,
	learnMiddle,
	learnStamp,
	learnTag,
	setLastSeen,
} from './heads';
export {
	beginAhead,
	counted,
	failedOnOf,
	forgetHosts,
	goOn,
	lineEnd,
	linesOf,
	readLines,
	readText,
	reportTime,
} from './lines';
export {learnWrapping} from './wrapping';
export {beginLine, emptied, filled, forgetReported, forgetStrings, limit, used};

/** Room for a piece of a block, and for a line that comes as a string; both with zeros behind what is in them. */
const pieceSize: i32 = 1 << 18;
const roomSize: i32 = 1 << 17;
const piece: usize = heap.alloc(pieceSize + 64);
const room: usize = heap.alloc(roomSize + 64);

export function pieceAt(): usize {
	return piece;
}

export function pieceLength(): i32 {
	return pieceSize;
}

export function roomAt(): usize {
	return room;
}

export function roomLength(): i32 {
	return roomSize;
}

export function recordsAt(): usize {
	return records;
}

export function stringBytesAt(): usize {
	return stringBytes;
}

/** The time of the last known head, ms since 1970 UTC. */
export function headTimeOf(): f64 {
	return time;
}

/** Writes a record of the line that was begun, with one argument. */
export function putRecord(kind: i32, argument: i32): void {
	put(kind, argument);
}

/** Interns a string that was written into the room. */
export function defineString(kind: i32, number: i32, from: usize, to: usize): void {
	define(kind, number, from, to);
}
