import {byteFrom} from './bytes';
import * as dovecot from './dovecot';
import * as heads from './heads';
import {unknown, unread} from './imports';
import * as numbers from './numbers';
import * as out from './out';
import {readPostscreen} from './postscreen';
import {readError, readSmtp} from './smtp';
import {readSmtpd} from './smtpd';
import {readTlsproxy} from './tlsproxy';
import * as wrapping from './wrapping';

/** Longer lines are cut, by the caller. */
const longestLine: usize = 4096;
const mostHosts: i32 = 4096;
const spanOfTime = numbers.spanOfTime as f64;

/** Lines counted since the caller looked last. */
let understood: i32 = 0;
let irrelevant: i32 = 0;
let foreign: i32 = 0;

/** The host of the last line of our client, if that reported a handshake that failed; -1 where it did not. */
let failedOn: i32 = -1;
/** From when on a time of each host is to be reported, ms: 0 where none was. */
const unreported: usize = heap.alloc(mostHosts << 3);
memory.fill(unreported, 0, mostHosts << 3);

/** Where the line is that the caller is to read, and its end. */
let strangeEnd: usize = 0;
let linesRead: i32 = 0;

function client(hostNumber: i32, at: usize, end: usize): i32 {
	const before = out.failures();
	if (!readSmtp(at, end)) return numbers.lineUnknown;
	failedOn = out.failures() !== before ? hostNumber : -1;
	return numbers.lineUnderstood;
}

function take(program: i32, hostNumber: i32, at: usize, end: usize, tagName: usize, tagNameEnd: usize): i32 {
	switch (program) {
		case numbers.programSmtpd:
			return readSmtpd(at, end) ? numbers.lineUnderstood : numbers.lineUnknown;
		case numbers.programClient:
			return client(hostNumber, at, end);
		case numbers.programTlsproxy:
			return readTlsproxy(at, end) ? numbers.lineUnderstood : numbers.lineUnknown;
		case numbers.programPostscreen:
			return readPostscreen(at, end) ? numbers.lineUnderstood : numbers.lineUnknown;
		case numbers.programError:
			return readError(at, end) ? numbers.lineUnderstood : numbers.lineIrrelevant;
		case numbers.programDovecot:
			return dovecot.readDovecot(at, end, tagName, tagNameEnd);
		case numbers.programForeign:
			// Dovecot under another instance name.
			return dovecot.readDovecot(at, end, 0, 0) === numbers.lineUnderstood
				? numbers.lineUnderstood
				: numbers.lineForeign;
		default:
			return numbers.lineIrrelevant;
	}
}

/** Reports the time if it is the first of its host in its span. Once too often, as at the start of a block, does no harm. */
function reportMoment(hostNumber: i32, time: f64): void {
	const place = unreported + ((hostNumber as usize) << 3);
	if (!(time >= load<f64>(place))) return;
	if (!out.isReported()) out.put(out.time);
	store<f64>(place, Math.floor(time / spanOfTime) * spanOfTime + spanOfTime);
}

/** Whether a text names TLS or SSL: without that it is not worth a string. */
function speaksOfTls(from: usize, end: usize): bool {
	for (let at = byteFrom(83, from, end); at < end; at = byteFrom(83, at + 1, end)) {
		// TLS or SSL, by the S they have in common.
		if (load<u8>(at - 1) === 76 && load<u8>(at - 2) === 84) return true;
		if (load<u8>(at, 1) === 83 && load<u8>(at, 2) === 76) return true;
	}
	return false;
}

/** Whether a TLS session may be named at a letter S: `TLSv1`, `TLS1`, `TLS c…`, `SSLv`, `SSL c…`, `STAR…`; the caller looks closer. */
function maySessionBeAt(at: usize): bool {
	const next = load<u8>(at, 1);
	if (next === 84) return load<u8>(at, 2) === 65 && load<u8>(at, 3) === 82;
	// The last letter of TLS or SSL, and what follows it.
	const isTls = load<u8>(at - 1) === 76 && load<u8>(at - 2) === 84;
	if (isTls && (next === 118 || next === 49 || (next === 32 && load<u8>(at, 2) === 99))) return true;
	if (next !== 83 || load<u8>(at, 2) !== 76) return false;
	const behind = load<u8>(at, 3);
	return behind === 118 || (behind === 32 && load<u8>(at, 4) === 99);
}

/** Whether a line may name a TLS session. Sixteen bytes at a time: an S with `L` before it, or `S` or `T` behind it, is rare. */
function mayNameSession(from: usize, end: usize): bool {
	const s = i8x16.splat(83);
	for (let at = from; at < end; at += 16) {
		const letter = i8x16.eq(v128.load(at), s);
		if (!v128.any_true(letter)) continue;
		const next = v128.load(at + 1);
		const beside = v128.or(i8x16.eq(v128.load(at - 1), i8x16.splat(76)), i8x16.eq(next, i8x16.splat(84)));
		let found = i8x16.bitmask(v128.and(letter, v128.or(beside, i8x16.eq(next, s))));
		for (; found !== 0; found &= found - 1) {
			const place = at + (ctz(found) as usize);
			if (place < end && maySessionBeAt(place)) return true;
		}
	}
	return false;
}

/**
 * Reads the text of the line that was begun, and returns how the coverage counts it. With `tagName` the tag itself names a login
 * process.
 */
export function readText(
	program: i32,
	hostNumber: i32,
	time: f64,
	at: usize,
	end: usize,
	tagName: usize,
	tagNameEnd: usize,
): i32 {
	const known = take(program, hostNumber, at, end, tagName, tagNameEnd);
	if (known === numbers.lineUnknown && speaksOfTls(at, end)) unknown(at, end, out.lineNumber);
	reportMoment(hostNumber, time);
	return known;
}

/** Reports the time of a line that the caller dealt with. */
export function reportTime(hostNumber: i32, time: f64): void {
	reportMoment(hostNumber, time);
}

/**
 * Reads whole lines between two positions, the first with a number one above `number`, up to one that the caller is to read:
 * gives its position, 0 when there is none left.
 */
export function readLines(from: usize, to: usize, number: i32): usize {
	linesRead = 0;
	let at = from;
	while (at < to) {
		let known = heads.match(at);
		const end = byteFrom(10, known ? heads.textAt - 1 : at, to);
		if (end >= to) return 0;
		strangeEnd = end;
		if (end - at > longestLine) return at;
		let lineEnd = end;
		if (!known && wrapping.unwrap(at, end)) {
			// A number of the process may stand in the wrapping, too.
			known = heads.match(wrapping.innerAt) && (heads.pid >= 0 || !wrapping.inString);
			lineEnd = wrapping.innerEnd;
		}
		if (!known || heads.program === numbers.programOther) return at;
		const text = heads.textAt;
		const program = heads.program;
		const silent =
			(program === numbers.programForeign || program === numbers.programDovecot) && dovecot.loginWordAt(text) === 0;
		// A line of a container whose output is logged under one name.
		if (silent && heads.mayBeginHead(text)) return at;
		// rsyslog's «message repeated», with any text in it.
		if (load<u8>(text) === 109 && load<u32>(text) === 0x7373_656d && program !== numbers.programIrrelevant) return at;
		linesRead++;
		if (program === numbers.programIrrelevant) irrelevant++;
		else if (silent && program === numbers.programForeign) {
			foreign++;
			// The whole line: what is not known of it may be the head.
			if (mayNameSession(at, end)) unread(at, load<u8>(end - 1) === 13 ? end - 1 : end, number + linesRead);
		} else {
			const time = heads.time;
			const hostNumber = heads.host;
			out.beginLine(number + linesRead, heads.daemon, heads.pid, time, 1);
			if (silent) {
				irrelevant++;
				reportMoment(hostNumber, time);
			} else {
				const textEnd = load<u8>(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd;
				const known = readText(program, hostNumber, time, text, max(text, textEnd), 0, 0);
				if (known === numbers.lineUnderstood) understood++;
				else if (known === numbers.lineForeign) foreign++;
				else irrelevant++;
			}
		}
		at = end + 1;
	}
	return 0;
}

export function lineEnd(): usize {
	return strangeEnd;
}

export function linesOf(): i32 {
	return linesRead;
}

/** Lines counted since the last call, of a kind: understood, irrelevant or foreign. */
export function counted(kind: i32): i32 {
	const isUnderstood = kind === numbers.lineUnderstood;
	const isIrrelevant = kind === numbers.lineIrrelevant;
	const count = isUnderstood ? understood : isIrrelevant ? irrelevant : foreign;
	if (isUnderstood) understood = 0;
	else if (isIrrelevant) irrelevant = 0;
	else foreign = 0;
	return count;
}

export function failedOnOf(): i32 {
	return failedOn;
}

/** Goes on from where an earlier reader was. */
export function goOn(failed: i32): void {
	failedOn = failed;
	understood = 0;
	irrelevant = 0;
	foreign = 0;
}

/** What follows is read without knowing the lines before. */
export function beginAhead(): void {
	memory.fill(unreported, 0, mostHosts << 3);
	goOn(numbers.failureNotKnown);
	out.forgetReported();
	heads.beginAhead();
}

/** Hosts are numbered again. */
export function forgetHosts(): void {
	memory.fill(unreported, 0, mostHosts << 3);
	failedOn = -1;
}
