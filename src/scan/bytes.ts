/** Literal texts to look for: a length of four bytes, then the bytes; at least four, so that they are compared four or eight at a time. */

/** Makes a pattern of a text in this source, all ASCII. */
export function literal(text: string): usize {
	const length = text.length;
	const at = heap.alloc(4 + length);
	store<u32>(at, length);
	for (let index = 0; index < length; index++) store<u8>(at + 4 + index, text.charCodeAt(index));
	return at;
}

export function lengthOf(pattern: usize): i32 {
	return load<i32>(pattern);
}

/** Whether the same bytes stand at two places, at least four. */
export function isSame(one: usize, other: usize, length: i32): bool {
	if (length < 8)
		return load<u32>(one) === load<u32>(other) && load<u32>(one + length - 4) === load<u32>(other + length - 4);
	const last = length - 8;
	for (let at = 0; at < last; at += 8) if (load<u64>(one + at) !== load<u64>(other + at)) return false;
	return load<u64>(one + last) === load<u64>(other + last);
}

/** The constants of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), in two halves each. */
const seed: u64 = ((0x9e37_79b9 as u64) << 32) | 0x7f4a_7c15;
const firstFactor: u64 = ((0xbf58_476d as u64) << 32) | 0x1ce4_e5b9;
const secondFactor: u64 = ((0x94d0_49bb as u64) << 32) | 0x1331_11eb;

/** A number of 64 bits for the bytes between two places, never 0: that two texts have the same is not to be met in practice. */
export function hashOf(from: usize, to: usize): u64 {
	let hash: u64 = ((to - from) as u64) + seed;
	let at = from;
	for (; at + 8 <= to; at += 8) hash = mixed(hash ^ load<u64>(at));
	let rest: u64 = 0;
	for (; at < to; at++) rest = (rest << 8) | (load<u8>(at) as u64);
	hash = mixed(hash ^ rest);
	return hash === 0 ? 1 : hash;
}

/** Each bit changes about half of all bits. */
function mixed(value: u64): u64 {
	let hash = value * firstFactor;
	hash = (hash ^ (hash >> 32)) * secondFactor;
	return hash ^ (hash >> 29);
}

/** Whether a pattern is at a position. */
export function matches(pattern: usize, at: usize, end: usize): bool {
	const length = lengthOf(pattern);
	return at + length <= end && isSame(pattern + 4, at, length);
}

/** Position of a byte from `from` on, `end` when there is none. Looks at sixteen at a time, so that many must lie behind the end. */
export function byteFrom(code: u8, from: usize, end: usize): usize {
	const wanted = i8x16.splat(code);
	for (let at = from; at < end; at += 16) {
		const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
		if (found !== 0) return min(end, at + ctz(found));
	}
	return end;
}

/** Position of words from `from` on, `end` when they are not there. */
export function wordsFrom(pattern: usize, from: usize, end: usize): usize {
	const first = load<u8>(pattern + 4);
	const length = lengthOf(pattern);
	let at = from;
	while (at + length <= end) {
		at = byteFrom(first, at, end);
		if (at + length > end) break;
		if (isSame(pattern + 4, at, length)) return at;
		at++;
	}
	return end;
}

/** Position of two bytes side by side, `end` when they are not there. */
export function pairFrom(first: u8, second: u8, from: usize, end: usize): usize {
	for (let at = byteFrom(first, from, end); at + 1 < end; at = byteFrom(first, at + 1, end))
		if (load<u8>(at + 1) === second) return at;
	return end;
}

export function isDigit(at: usize): bool {
	return ((load<u8>(at) - 48) as u8) <= 9;
}

/** The digits from `from` on as a number, at most ten; -1 when there are none. A count that no column holds is the largest that one holds. */
export function numberFrom(from: usize, to: usize): i32 {
	const most = min(to, from + 10);
	let value: i64 = 0;
	let at = from;
	for (; at < most && isDigit(at); at++) value = value * 10 + (load<u8>(at) as i64) - 48;
	return at > from ? (min<i64>(value, i32.MAX_VALUE) as i32) : -1;
}

/** The digits from `from` on as a port of TCP (RFC 9293: 16 bits); -1 when there are none, or no port has this number. */
export function portFrom(from: usize, to: usize): i32 {
	const port = numberFrom(from, to);
	return port > 65_535 ? -1 : port;
}
