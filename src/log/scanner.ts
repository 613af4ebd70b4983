import {type Failure, failures} from '../model/session.ts';
import * as numbers from '../scan/numbers.ts';
import {readSecured, type Secured, securityOf} from './dovecot-secured.ts';
import {failureOfDetail} from './library-problem.ts';
import type {Program} from './lines/tag.ts';
import {loginHeadOf, loginHeads, loginOutcomes} from './login-head.ts';
import type {Bytes} from './reader-options.ts';
import {namesByNumber, type Records, recordBytes, recordInts} from './records.ts';
import {scannerCode} from './scanner-code.ts';
import {isCertificateText, isClientNote, isTlsDetail, isTlsOff} from './tls-detail.ts';

/** The number by which the scanner knows a program; lines of those that it does not read come back. */
export function programNumber(program: Program): number {
	return programs[program] ?? numbers.programOther;
}

const programs: Readonly<Partial<Record<Program, number>>> = {
	other: numbers.programIrrelevant,
	foreign: numbers.programForeign,
	dovecot: numbers.programDovecot,
	smtpd: numbers.programSmtpd,
	smtp: numbers.programClient,
	lmtp: numbers.programClient,
	tlsproxy: numbers.programTlsproxy,
	postscreen: numbers.programPostscreen,
	error: numbers.programError,
};

/** What a line counts as, by number. */
export const lineKinds = namesByNumber({
	understood: numbers.lineUnderstood,
	irrelevant: numbers.lineIrrelevant,
	foreign: numbers.lineForeign,
	unknown: numbers.lineUnknown,
});

/** What `src/scan/index.ts` exports; positions are those in its memory. */
type Exports = {
	readonly memory: WebAssembly.Memory;
	pieceAt(): number;
	pieceLength(): number;
	roomAt(): number;
	roomLength(): number;
	recordsAt(): number;
	stringBytesAt(): number;
	used(): number;
	filled(): number;
	emptied(): void;
	limit(numbers: number, bytes: number): void;
	readLines(from: number, to: number, number: number): number;
	lineEnd(): number;
	linesOf(): number;
	counted(kind: number): number;
	beginLine(number: number, tag: number, process: number, time: number, times: number): void;
	readText(program: number, host: number, time: number, at: number, end: number, name: number, nameEnd: number): number;
	reportTime(host: number, time: number): void;
	/** The last minute that heads had, ms since 1970 UTC; NaN before the first. */
	lastSeenOf(): number;
	setLastSeen(time: number): void;
	/** The first and the last minute of heads since `beginAhead`; infinite where there was none. */
	earliestOf(): number;
	latestOf(): number;
	/** What follows is read without knowing the lines before: no stamp is known, nothing was counted or reported. */
	beginAhead(): void;
	/** The time of the last head that `readLines` knew, ms since 1970 UTC. */
	headTimeOf(): number;
	failedOnOf(): number;
	goOn(failedOn: number): void;
	putRecord(kind: number, argument: number): void;
	defineString(kind: number, number: number, from: number, to: number): void;
	learnStamp(from: number, length: number, begins: number, minutesFollow: boolean, hasZone: boolean): void;
	learnMiddle(from: number, length: number, host: number, offset: number): void;
	learnTag(from: number, length: number, host: number, number: number, program: number): void;
	/** Templates of what precedes a line and what follows it, one behind the other, each run of digits a zero. */
	learnWrapping(at: number, before: number, behind: number, json: boolean, yearless: boolean): void;
	forgetHeads(): void;
	forgetTags(): void;
	forgetHosts(): void;
	forgetReported(): void;
	forgetStrings(): void;
};

/** What the scanner asks of its user. */
export type ScannerUser = {
	/** Takes the records written so far. */
	flush(): void;
	/** A text that no rule knew speaks of TLS. */
	unknown(text: string, line: number): void;
	/** A line of a program that is not read may name a session. */
	unread(line: string, number: number): void;
};

/** A place in the scanner's memory. */
export type Place = {readonly at: number; readonly end: number};

/** The scanner of `src/scan` with its memory: bytes of lines become records of numbers. */
export type Scanner = Exports & {
	/** All of its memory, which never moves. */
	readonly bytes: Bytes;
	/** Writes a string into the room for lines, behind the end of another one if need be. */
	write(text: string, after?: number): Place;
	/** Copies lines of a block, at most `pieceLength()` bytes, to where they can be read. */
	copy(block: Bytes, from: number, to: number): Place;
	/** Copies what was written into a batch, and begins the next. */
	moveInto(records: Records): void;
	/** Nobody reads with it any more. */
	release(): void;
};

const nothingSaid = readSecured('');
/** Bytes behind a text that must be no letters. */
const margin = 64;

/** Scanners that are free; their memory is used again. */
const idle: Array<{readonly scanner: Scanner; readonly assign: (user: ScannerUser) => void}> = [];
const mostIdle = 4;

let module: WebAssembly.Module | undefined;

const numberOf = (failure: Failure | null): number => (failure === null ? -1 : failures.indexOf(failure));

/** Gives a scanner that knows nothing. Making one takes some milliseconds and eight megabytes, so they are used again. */
export function acquireScanner(user: ScannerUser): Scanner {
	const {scanner, assign} = idle.pop() ?? makeScanner();
	assign(user);
	scanner.limit(recordInts, recordBytes);
	scanner.emptied();
	scanner.forgetTags();
	scanner.forgetHosts();
	scanner.forgetReported();
	scanner.forgetStrings();
	scanner.goOn(-1);
	return scanner;
}

/** A live line makes a few numbers and bytes, for which a view of them would cost more than the rest. */
const few = 128;

function copyNumbers(from: Int32Array, to: Int32Array, count: number): void {
	if (count > few) to.set(from.subarray(0, count));
	else for (let at = 0; at < count; at++) to[at] = from[at] ?? 0;
}

function copyBytes(from: Uint8Array, to: Uint8Array, count: number): void {
	if (count > few) to.set(from.subarray(0, count));
	else for (let at = 0; at < count; at++) to[at] = from[at] ?? 0;
}

function makeScanner(): {readonly scanner: Scanner; readonly assign: (user: ScannerUser) => void} {
	let user: ScannerUser;
	const secureds: Secured[] = [];
	const text = (from: number, to: number): string => bytes.toString('utf8', from, to);
	const imports = {
		flush: () => user.flush(),
		failureOfDetail: (from: number, to: number) => numberOf(failureOfDetail(text(from, to))),
		isTlsOff: (from: number, to: number) => (isTlsOff(text(from, to)) ? 1 : 0),
		isCertificateText: (from: number, to: number) => (isCertificateText(text(from, to)) ? 1 : 0),
		isTlsDetail: (from: number, to: number) => (isTlsDetail(text(from, to)) ? 1 : 0),
		isClientNote: (from: number, to: number) => (isClientNote(text(from, to)) ? 1 : 0),
		unknown: (from: number, to: number, line: number) => user.unknown(text(from, to), line),
		unread: (from: number, to: number, line: number) => user.unread(text(from, to), line),
		secured(number: number, from: number, to: number) {
			secureds[number] = readSecured(text(from, to));
		},
		securityOf(number: number, from: number, to: number, usual: number) {
			const {outcome, failure, trusted} = securityOf(secureds[number] ?? nothingSaid, text(from, to), usual !== 0);
			return loginOutcomes.indexOf(outcome) | ((numberOf(failure) + 1) << 4) | (trusted ? numbers.trustedBit : 0);
		},
		headOf: (from: number, to: number) => loginHeads.indexOf(loginHeadOf(text(from, to))),
	};
	function abort(): never {
		throw new RangeError('the scanner has no memory left');
	}
	module ??= new WebAssembly.Module(Buffer.from(scannerCode, 'base64'));
	const exports = new WebAssembly.Instance(module, {imports, env: {abort}}).exports as unknown as Exports;
	const {buffer} = exports.memory;
	const bytes = Buffer.from(buffer) as unknown as Bytes;
	const ints = new Int32Array(buffer, exports.recordsAt(), recordInts);
	const stringBytes = new Uint8Array(buffer, exports.stringBytesAt(), recordBytes);
	const piece = exports.pieceAt();
	const room = exports.roomAt();
	const roomEnd = room + exports.roomLength();
	const scanner: Scanner = {
		...exports,
		bytes,
		write(line, after = room - margin) {
			const at = after + margin;
			const end = at + bytes.write(line, at, roomEnd - at, 'utf8');
			bytes.fill(0, end, end + margin);
			return {at, end};
		},
		copy(block, from, to) {
			const end = piece + block.copy(bytes, piece, from, to);
			bytes.fill(0, end, end + margin);
			return {at: piece, end};
		},
		moveInto(records) {
			records.used = exports.used();
			records.filled = exports.filled();
			copyNumbers(ints, records.ints, records.used);
			copyBytes(stringBytes, records.bytes, records.filled);
			exports.emptied();
		},
		release() {
			if (idle.length < mostIdle) idle.push(made);
		},
	};
	const made = {
		scanner,
		assign(by: ScannerUser) {
			user = by;
		},
	};
	return made;
}
