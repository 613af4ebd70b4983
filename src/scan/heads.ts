import {isDigit, isSame} from './bytes';
import {forgetWrappings} from './wrapping';

/**
 * Heads that look like one before, recognized from the bytes: the same minute, a host and a tag seen before. In a big file that
 * is nearly every line. Anything else takes the slow path through the caller; both give the same result.
 */

const slotCount: i32 = 512;
/** Tags in all, and hosts, that are remembered: more are noise. */
const mostTags: i32 = 1024;
const mostMiddles: i32 = 16;
const longestMinute: i32 = 32;
const longestMiddle: i32 = 208;
const longestTag: i32 = 112;
const mostDigits: i32 = 12;
const post: u32 = 0x7473_6f70;
const fix: u32 = 0x2f78_6966;

/** `2026-11-24T08:40:` or `Nov 24 08:40:`; nothing was learned while its length is 0. */
const minute: usize = heap.alloc(longestMinute);
let minuteLength: i32 = 0;
let minuteTime: f64 = 0;
const dayMs: f64 = 86_400_000;
/** The last minute seen, ms since 1970 UTC; not a number before the first. `log/lines/clock.ts` keeps the same. */
let lastSeen: f64 = NaN;
const middleBytes: usize = heap.alloc(mostMiddles * longestMiddle);
/** What is between the seconds' fraction and the tag, the zone, a blank, the host, a blank: how long it is, and of which host. */
const middleLengths = new StaticArray<i32>(mostMiddles);
const middleHosts = new StaticArray<i32>(mostMiddles);
/** Their places, the one that matched last first. */
const middleOrder = new StaticArray<i32>(mostMiddles);
let middleCount: i32 = 0;
const tagBytes: usize = heap.alloc(mostTags * longestTag);
/** Of each tag: its length, its host, its number in records, who writes under it, and the next that begins alike. */
const tagLengths = new StaticArray<i32>(mostTags);
const tagHosts = new StaticArray<i32>(mostTags);
const tagNumbers = new StaticArray<i32>(mostTags);
const tagPrograms = new StaticArray<i32>(mostTags);
const tagNexts = new StaticArray<i32>(mostTags);
const slots = new StaticArray<i32>(slotCount);
let tagCount: i32 = 0;
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

/** A new source may be of another year. */
export function forgetHeads(): void {
	minuteLength = 0;
	middleCount = 0;
	forgetWrappings();
}

/** Numbers are given again. */
export function forgetTags(): void {
	forgetHeads();
	for (let index = 0; index < slotCount; index++) slots[index] = nothing;
	tagCount = 0;
}

/** Where tags that begin alike are kept: most begin with «postfix/», so what follows distinguishes them. */
function slotAt(at: usize): i32 {
	let key = load<u32>(at);
	if (key === post && load<u32>(at, 4) === fix) key = load<u32>(at, 8) ^ ((load<u8>(at, 12) as u32) << 7);
	return (((key * 0x9e37_79b1) >> 16) & (slotCount - 1)) as i32;
}

/** From now on heads of this minute begin like that; `begins` is when it does, ms since 1970 UTC. Middles are of one minute. */
export function learnMinute(from: usize, length: i32, begins: f64): void {
	if (minuteLength === length && minuteTime === begins && isSame(minute, from, length)) return;
	memory.copy(minute, from, length);
	minuteLength = length;
	minuteTime = begins;
	middleCount = 0;
}

export function learnMiddle(from: usize, length: i32, hostNumber: i32): void {
	for (let place = 0; place < middleCount; place++)
		if (
			middleLengths[place] === length &&
			middleHosts[place] === hostNumber &&
			isSame(middleBytes + place * longestMiddle, from, length)
		)
			return;
	if (middleCount === mostMiddles) middleCount = 0;
	memory.copy(middleBytes + middleCount * longestMiddle, from, length);
	middleLengths[middleCount] = length;
	middleHosts[middleCount] = hostNumber;
	middleOrder[middleCount] = middleCount;
	middleCount++;
}

/** A tag with what follows it in the line, the bracket of its pid or a colon: a short one is looked for with that. */
export function learnTag(from: usize, length: i32, hostNumber: i32, number: i32, writer: i32): void {
	const slot = slotAt(from);
	for (let known = slots[slot]; known !== nothing; known = tagNexts[known])
		if (tagNumbers[known] === number && tagLengths[known] === length) return;
	if (tagCount === mostTags) {
		for (let index = 0; index < slotCount; index++) slots[index] = nothing;
		tagCount = 0;
	}
	const tag = tagCount++;
	memory.copy(tagBytes + tag * longestTag, from, length);
	tagLengths[tag] = length;
	tagHosts[tag] = hostNumber;
	tagNumbers[tag] = number;
	tagPrograms[tag] = writer;
	tagNexts[tag] = slots[slot];
	slots[slot] = tag;
}

function middleAt(at: usize): i32 {
	for (let index = 0; index < middleCount; index++) {
		const place = middleOrder[index];
		if (!isSame(middleBytes + place * longestMiddle, at, middleLengths[place])) continue;
		// The next line is likely of the same host.
		middleOrder[index] = middleOrder[0];
		middleOrder[0] = place;
		return place;
	}
	return nothing;
}

/** Reads the head of the line at a position; false when it is none that is known. Reads no further than the line's newline and a little. */
export function match(from: usize): bool {
	if (minuteLength === 0 || !isSame(minute, from, minuteLength)) return false;
	let at = from + minuteLength;
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
	let tag = slots[slotAt(tagAt)];
	for (; tag !== nothing; tag = tagNexts[tag]) {
		at = tagAt + tagLengths[tag];
		const follows = load<u8>(at);
		if (
			(follows === 91 || follows === 58) &&
			tagHosts[tag] === hostNumber &&
			isSame(tagBytes + tag * longestTag, tagAt, tagLengths[tag])
		)
			break;
	}
	if (tag === nothing) return false;
	let process: i64 = -1;
	if (load<u8>(at) === 91) {
		process = 0;
		const first = at + 1;
		for (at = first; at <= first + 10 && isDigit(at); at++) process = process * 10 + (load<u8>(at) as i64) - 48;
		if (load<u8>(at) !== 93 || load<u8>(at, 1) !== 58 || at === first || at - first > 10) return false;
		at++;
	}
	if (load<u8>(at, 1) !== 32) return false;
	let text = at + 2;
	// Templates with a blank of their own put two there.
	while (load<u8>(text) === 32) text++;
	// Solaris puts `[ID …]` before the text.
	if (load<u8>(text) === 91 && load<u8>(text, 1) === 73) return false;
	// A stamp without a year may mean another one after a leap in time; the caller finds out.
	if (!(abs(minuteTime - lastSeen) <= dayMs)) return false;
	if (minuteTime > lastSeen) lastSeen = minuteTime;
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
