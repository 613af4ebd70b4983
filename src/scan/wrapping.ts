import {byteFrom, isDigit} from './bytes';

/**
 * What containers and shippers put around a whole line: `2026-11-24T08:40:00Z stdout F …`, `mail-1  | …`,
 * `{"log":"…\n","stream":"stdout"}`. In: a line whose own head is not known. Out: where the line in it lies, if what is
 * around it equals what was around an earlier one, but for its numbers. The caller then reads the inner line like any other.
 */

/** Room for what precedes a line, and for what follows it. */
const longest: i32 = 512;
/** Containers whose lines are mixed. */
const most: i32 = 4;
const backslash: u8 = 92;
const quote: u8 = 34;
const startOfColour: u8 = 27;

/** As templates: each run of digits is one zero. */
const befores: usize = heap.alloc(most * longest);
const behinds: usize = heap.alloc(most * longest);
const beforeLengths = new StaticArray<i32>(most);
const behindLengths = new StaticArray<i32>(most);
/** The line is a string of JSON, with escapes. */
const escaped = new StaticArray<bool>(most);
/** The stamps of the lines have no year: only where nothing around them has one, theirs is the time. */
const yearless = new StaticArray<bool>(most);
let count: i32 = 0;
let turn: i32 = 0;

/** Where the line found last begins and ends, and whether it is a string. */
export let innerAt: usize = 0;
export let innerEnd: usize = 0;
export let inString: bool = false;

/** A line with escapes is written here without them. */
const longestLine: usize = 4096;
const room: usize = heap.alloc(longestLine + 128);

export function forgetWrappings(): void {
	count = 0;
	turn = 0;
}

/** From now on lines may be wrapped like that. Two templates, one behind the other. */
export function learnWrapping(at: usize, before: i32, behind: i32, json: bool, withoutYear: bool): void {
	if (before > longest || behind > longest) return;
	for (let place = 0; place < count; place++)
		if (
			beforeLengths[place] === before &&
			behindLengths[place] === behind &&
			escaped[place] === json &&
			yearless[place] === withoutYear &&
			isEqual(befores + place * longest, at, before) &&
			isEqual(behinds + place * longest, at + before, behind)
		)
			return;
	const place = turn;
	turn = (turn + 1) % most;
	count = max(count, place + 1);
	memory.copy(befores + place * longest, at, before);
	memory.copy(behinds + place * longest, at + before, behind);
	beforeLengths[place] = before;
	behindLengths[place] = behind;
	escaped[place] = json;
	yearless[place] = withoutYear;
}

function isEqual(one: usize, other: usize, length: i32): bool {
	return memory.compare(one, other, length) === 0;
}

/** Position of a control character, which a string of JSON cannot have (RFC 8259, section 7); `end` when there is none. */
function controlFrom(from: usize, end: usize): usize {
	for (let at = from; at < end; at++) if (load<u8>(at) < 32) return at;
	return end;
}

/** Position behind what is like a template, 0 when it is not. */
function behindTemplate(template: usize, length: i32, from: usize, end: usize): usize {
	let at = from;
	for (let index = 0; index < length; index++) {
		if (at >= end) return 0;
		const wanted = load<u8>(template + index);
		if (wanted !== 48) {
			if (load<u8>(at) !== wanted) return 0;
			at++;
			continue;
		}
		if (!isDigit(at)) return 0;
		while (isDigit(at)) at++;
	}
	return at;
}

/** Position where what is like a template begins that ends at `end`, 0 when it does not. */
function beginOfTemplate(template: usize, length: i32, from: usize, end: usize): usize {
	let at = end;
	for (let index = length - 1; index >= 0; index--) {
		if (at <= from) return 0;
		const wanted = load<u8>(template + index);
		at--;
		if (wanted !== 48) {
			if (load<u8>(at) !== wanted) return 0;
			continue;
		}
		if (!isDigit(at)) return 0;
		while (at > from && isDigit(at - 1)) at--;
	}
	return at;
}

function isLetter(at: usize): bool {
	return ((load<u8>(at) - 65) as u8) <= 25;
}

/** What `\u0026` stands for, 0 when it is no printable ASCII. */
function unicodeAt(at: usize): u8 {
	if (load<u16>(at) !== 0x3030) return 0;
	let value: u8 = 0;
	for (let place = at + 2; place < at + 4; place++) {
		const code = load<u8>(place);
		const letter = code | 32;
		if (isDigit(place)) value = (value << 4) + (code - 48);
		else if (letter >= 97 && letter <= 102) value = (value << 4) + (letter - 87);
		else return 0;
	}
	return value >= 32 && value < 127 ? value : 0;
}

/** Writes a string without its escapes; false when it has one that a line of a log should not have. */
function writeUnescaped(from: usize, end: usize): bool {
	let to = room;
	let at = from;
	while (at < end) {
		const code = load<u8>(at);
		if (code === quote) return false;
		if (code !== backslash) {
			store<u8>(to++, code);
			at++;
			continue;
		}
		const letter = load<u8>(at, 1);
		const plain = letter === quote || letter === backslash || letter === 47;
		const unicode = letter === 117 ? unicodeAt(at + 2) : (0 as u8);
		if (!plain && unicode === 0) return false;
		store<u8>(to++, plain ? letter : unicode);
		at += plain ? 2 : 6;
	}
	if (at > end) return false;
	store<u8>(to, 10);
	memory.fill(to + 1, 0, 64);
	innerAt = room;
	innerEnd = to;
	return true;
}

/** Finds the line that is wrapped; false when nothing is known that is like what is around it. */
export function unwrap(from: usize, lineEnd: usize): bool {
	const end = lineEnd > from && load<u8>(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd;
	for (let place = 0; place < count; place++) {
		const at = behindTemplate(befores + place * longest, beforeLengths[place], from, end);
		if (at === 0) continue;
		inString = behindLengths[place] > 0;
		// With a stamp around it a yearless one is not the better of the two.
		if (isLetter(at) !== yearless[place]) continue;
		innerAt = at;
		innerEnd = end;
		if (!inString) return byteFrom(startOfColour, at, end) === end;
		innerEnd = beginOfTemplate(behinds + place * longest, behindLengths[place], at, end);
		if (innerEnd === 0 || innerEnd - at > longestLine) continue;
		if (escaped[place] && controlFrom(at, innerEnd) !== innerEnd) return false;
		if (byteFrom(backslash, at, innerEnd) === innerEnd) return byteFrom(quote, at, innerEnd) === innerEnd;
		return escaped[place] && writeUnescaped(at, innerEnd);
	}
	return false;
}
