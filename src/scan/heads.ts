import {byteFrom, hashOf, isDigit, isSame} from './bytes';
import {forgetWrappings} from './wrapping';

/**
 * Heads that look like one before, recognized from the bytes: the same hour, a host and a tag seen before. In a big file that
 * is nearly every line. Anything else takes the slow path through the caller; both give the same result.
 */

/** Tags in all, and hosts, that are remembered: more are noise. Two of them begin alike where a slot is shared. */
const mostTags: i32 = 8192;
const tagSlots: i32 = 4096;
const tagRoom: usize = 262_144;
const mostMiddles: i32 = 2048;
const middleSlots: i32 = 1024;
const middleRoom: usize = 65_536;
const longestStamp: i32 = 32;
const longestMiddle: i32 = 208;
const mostDigits: i32 = 12;
const blank: u8 = 32;
const colon: u8 = 58;
const post: u32 = 0x7473_6f70;
const fix: u32 = 0x2f78_6966;

/** `2026-11-24T08:` or `Nov 24 08:`, or the same with its minute; nothing was learned while its length is 0. */
const stamp: usize = heap.alloc(longestStamp);
let stampLength: i32 = 0;
let stampTime: f64 = 0;
/** Minutes follow. */
let hourly: bool = false;
/** The zone stands in the stamp, behind the seconds: it is part of what lies between them and the tag. */
let zoned: bool = false;
const dayMs: f64 = 86_400_000;
/** The last minute seen, ms since 1970 UTC; not a number before the first. `log/lines/clock.ts` keeps the same. */
let lastSeen: f64 = NaN;
/** The first and the last minute seen since the stamp was forgotten. */
let earliest: f64 = Infinity;
let latest: f64 = -Infinity;
/** What is between the seconds' fraction and the tag: the zone, a blank, the host, a blank. */
const middleBytes: usize = heap.alloc(middleRoom);
const middleStarts = new StaticArray<u32>(mostMiddles);
/** How long each is, of which host, what its zone is ahead of UTC in ms, and the next in the same slot. */
const middleLengths = new StaticArray<i32>(mostMiddles);
const middleHosts = new StaticArray<i32>(mostMiddles);
const middleOffsets = new StaticArray<f64>(mostMiddles);
const middleNexts = new StaticArray<i32>(mostMiddles);
const middlesBySlot = new StaticArray<i32>(middleSlots);
let middleCount: i32 = 0;
let middleFilled: u32 = 0;
/** The one that matched last. */
let recent: i32 = 0;
const tagBytes: usize = heap.alloc(tagRoom);
const tagStarts = new StaticArray<u32>(mostTags);
/** Of each tag: its length, its host, its number in records, who writes under it, and the next in the same slot. */
const tagLengths = new StaticArray<i32>(mostTags);
const tagHosts = new StaticArray<i32>(mostTags);
const tagNumbers = new StaticArray<i32>(mostTags);
const tagPrograms = new StaticArray<i32>(mostTags);
const tagNexts = new StaticArray<i32>(mostTags);
const tagsBySlot = new StaticArray<i32>(tagSlots);
let tagCount: i32 = 0;
let tagFilled: u32 = 0;
const nothing: i32 = -1;

/** What the head that matched last says. */
export let time: f64 = 0;
export let pid: i32 = -1;
export let textAt: usize = 0;
export let daemon: i32 = 0;
export let host: i32 = 0;
export let program: i32 = 0;

export function lastSeenOf(): f64 {
	return lastSeen;
}

export function setLastSeen(time: f64): void {
	lastSeen = time;
}

export function earliestOf(): f64 {
	return earliest;
}

export function latestOf(): f64 {
	return latest;
}

/** Lines follow that are far from those before: what their stamps mean is worked out anew. */
export function beginAhead(): void {
	stampLength = 0;
	earliest = Infinity;
	latest = -Infinity;
}

/** A new source may be of another year. */
export function forgetHeads(): void {
	stampLength = 0;
	forgetMiddles();
	forgetWrappings();
}

function forgetMiddles(): void {
	for (let slot = 0; slot < middleSlots; slot++) middlesBySlot[slot] = nothing;
	middleCount = 0;
	middleFilled = 0;
	recent = 0;
}

/** Numbers are given again. */
export function forgetTags(): void {
	forgetHeads();
	for (let slot = 0; slot < tagSlots; slot++) tagsBySlot[slot] = nothing;
	tagCount = 0;
	tagFilled = 0;
}

/** Where tags of a host that begin alike are kept: most begin with «postfix/», so what follows distinguishes them. */
function slotOfTag(at: usize, hostNumber: i32): i32 {
	let key = load<u32>(at);
	if (key === post && load<u32>(at, 4) === fix) key = load<u32>(at, 8) ^ ((load<u8>(at, 12) as u32) << 7);
	key ^= (hostNumber as u32) * 0x85eb_ca6b;
	return (((key * 0x9e37_79b1) >> 16) & (tagSlots - 1)) as i32;
}

function slotOfMiddle(from: usize, length: i32): i32 {
	return (hashOf(from, from + length) & (middleSlots - 1)) as i32;
}

/**
 * From now on heads of this hour, or of this minute, begin like that; `begins` is when it does, ms since 1970 UTC, by the zone
 * of the stamps, or as if they were UTC where each has a zone of its own.
 */
export function learnStamp(from: usize, length: i32, begins: f64, minutesFollow: bool, hasZone: bool): void {
	if (hasZone !== zoned) forgetMiddles();
	memory.copy(stamp, from, length);
	stampLength = length;
	stampTime = begins;
	hourly = minutesFollow;
	zoned = hasZone;
}

/** What stands between the seconds and the tag on lines of a host; `offset` is what their zone is ahead of the stamp's, ms. */
export function learnMiddle(from: usize, length: i32, hostNumber: i32, offset: f64): void {
	const slot = slotOfMiddle(from, length);
	for (let known = middlesBySlot[slot]; known !== nothing; known = middleNexts[known])
		if (middleLengths[known] === length && isSame(middleBytes + middleStarts[known], from, length)) return;
	if (middleCount === mostMiddles || middleFilled + length > middleRoom) {
		forgetMiddles();
		return;
	}
	const middle = middleCount++;
	memory.copy(middleBytes + middleFilled, from, length);
	middleStarts[middle] = middleFilled;
	middleFilled += length;
	middleLengths[middle] = length;
	middleHosts[middle] = hostNumber;
	middleOffsets[middle] = offset;
	middleNexts[middle] = middlesBySlot[slot];
	middlesBySlot[slot] = middle;
}

/** A tag with what follows it in the line, the bracket of its pid or a colon: a short one is looked for with that. */
export function learnTag(from: usize, length: i32, hostNumber: i32, number: i32, writer: i32): void {
	if (tagCount === mostTags || tagFilled + length > tagRoom) {
		forgetTags();
		return;
	}
	const slot = slotOfTag(from, hostNumber);
	for (let known = tagsBySlot[slot]; known !== nothing; known = tagNexts[known])
		if (tagNumbers[known] === number && tagLengths[known] === length) return;
	const tag = tagCount++;
	memory.copy(tagBytes + tagFilled, from, length);
	tagStarts[tag] = tagFilled;
	tagFilled += length;
	tagLengths[tag] = length;
	tagHosts[tag] = hostNumber;
	tagNumbers[tag] = number;
	tagPrograms[tag] = writer;
	tagNexts[tag] = tagsBySlot[slot];
	tagsBySlot[slot] = tag;
}

/** The zone, a blank, the host and a blank at a position, as learned before. */
function middleAt(at: usize): i32 {
	if (middleCount === 0) return nothing;
	// The line is likely of the same host as the one before.
	if (isSame(middleBytes + middleStarts[recent], at, middleLengths[recent])) return recent;
	const end = at + longestMiddle;
	const hostAt = byteFrom(blank, at, end) + 1;
	const length = (byteFrom(blank, hostAt, end) + 1 - at) as i32;
	if (length < 4 || length > longestMiddle) return nothing;
	for (let known = middlesBySlot[slotOfMiddle(at, length)]; known !== nothing; known = middleNexts[known])
		if (middleLengths[known] === length && isSame(middleBytes + middleStarts[known], at, length)) {
			recent = known;
			return known;
		}
	return nothing;
}

/** Reads the head of the line at a position; false when it is none that is known. Reads no further than the line's newline and a little. */
export function match(from: usize): bool {
	if (stampLength === 0 || !isSame(stamp, from, stampLength)) return false;
	let at = from + stampLength;
	let minuteTime = stampTime;
	if (hourly) {
		const tens = (load<u8>(at) - 48) as u8;
		const ones = (load<u8>(at, 1) - 48) as u8;
		if (tens > 5 || ones > 9 || load<u8>(at, 2) !== colon) return false;
		minuteTime += ((tens * 10 + ones) as f64) * 60_000;
		at += 3;
	}
	const tens = (load<u8>(at) - 48) as u8;
	const ones = (load<u8>(at, 1) - 48) as u8;
	if (tens > 5 || ones > 9) return false;
	at += 2;
	let ms: i32 = 0;
	if (load<u8>(at) === 46) {
		let scale: i32 = 100;
		const first = at + 1;
		for (at = first; at < first + mostDigits && isDigit(at); at++) {
			ms += ((load<u8>(at) as i32) - 48) * scale;
			scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
		}
	}
	const middle = middleAt(at);
	if (middle === nothing) return false;
	const tagAt = at + middleLengths[middle];
	const hostNumber = middleHosts[middle];
	minuteTime -= middleOffsets[middle];
	let tag = tagsBySlot[slotOfTag(tagAt, hostNumber)];
	for (; tag !== nothing; tag = tagNexts[tag]) {
		at = tagAt + tagLengths[tag];
		const follows = load<u8>(at);
		if (
			(follows === 91 || follows === colon) &&
			tagHosts[tag] === hostNumber &&
			isSame(tagBytes + tagStarts[tag], tagAt, tagLengths[tag])
		)
			break;
	}
	if (tag === nothing) return false;
	let process: i64 = -1;
	if (load<u8>(at) === 91) {
		process = 0;
		const first = at + 1;
		for (at = first; at <= first + 10 && isDigit(at); at++) process = process * 10 + (load<u8>(at) as i64) - 48;
		if (load<u8>(at) !== 93 || load<u8>(at, 1) !== colon || at === first || at - first > 10) return false;
		at++;
	}
	if (load<u8>(at, 1) !== blank) return false;
	let text = at + 2;
	// Templates with a blank of their own put two there.
	while (load<u8>(text) === blank) text++;
	// Solaris puts `[ID …]` before the text.
	if (load<u8>(text) === 91 && load<u8>(text, 1) === 73) return false;
	// A stamp without a year may mean another one after a leap in time; the caller finds out.
	if (!(abs(minuteTime - lastSeen) <= dayMs)) return false;
	if (minuteTime > lastSeen) lastSeen = minuteTime;
	if (minuteTime < earliest) earliest = minuteTime;
	if (minuteTime > latest) latest = minuteTime;
	time = minuteTime + ((tens * 10 + ones) as f64) * 1000 + (ms as f64);
	pid = process > i32.MAX_VALUE ? -1 : (process as i32);
	textAt = text;
	daemon = tagNumbers[tag];
	host = hostNumber;
	program = tagPrograms[tag];
	return true;
}

function isUpper(at: usize): bool {
	return ((load<u8>(at) - 65) as u8) <= 25;
}

/** Whether a text may begin with a head of its own: `mayBeginHead` of `log/head.ts` asks the same of strings. */
export function mayBeginHead(at: usize): bool {
	if (isUpper(at)) {
		if (load<u8>(at, 3) !== 32) return false;
		return load<u8>(at, 4) === 32 || isDigit(at + 4) || (isUpper(at + 4) && load<u8>(at, 7) === 32);
	}
	if (isDigit(at)) {
		const mark = load<u8>(at, 4);
		return mark >= 45 && mark <= 47 && load<u8>(at, 7) === mark;
	}
	return false;
}
