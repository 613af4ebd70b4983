import type {Text} from './text.ts';

/**
 * The number of the word between two positions: the same number for the same bytes, while it is remembered. `process` is who
 * speaks, if the same word is likely what it spoke of last.
 */
export type WordMemory = (text: Text, from: number, to: number, process?: number) => number;

/** Each word has four places it may stand in, so that no log can make the search long. */
const ways = 4;
const longest = 256;
/** Numbers of words that are not remembered, taken in turn: no line has so many words. */
const passing = 16;

/** Processes of which the latest word is known, a power of two. */
const processes = 1024;

/**
 * Numbers words by their bytes. Most come again and again in a log, and to find one takes a quarter of the time that making
 * its string takes. `sets` is a power of two, a quarter of how many are remembered; words longer than `most` bytes are not.
 * `define` is told of each word that is new; its number may have been another word's, but none of the last two that were given:
 * a line may have three words.
 */
export function createWordMemory(
	sets: number,
	most: number,
	define: (number: number, text: Text, from: number, to: number) => void,
): WordMemory {
	const places = sets * ways;
	const fours = Math.ceil(Math.min(most, longest) / 4);
	const known = new Int32Array(places * fours);
	const hashes = new Int32Array(places);
	const lengths = new Int32Array(places);
	/** What processes spoke of last. */
	const latest = new Int32Array(processes);
	let turn = 0;
	let last = -1;
	let lastButOne = -1;

	/** Whether the word of this place is the one at `from`; both are at least four bytes. */
	function isSame(place: number, view: DataView, from: number, end: number): boolean {
		let at = place * fours;
		for (let byte = from; byte < end; byte += 4) if (known[at++] !== view.getInt32(byte, true)) return false;
		return known[at] === view.getInt32(end, true);
	}

	function learn({view}: Text, from: number, end: number, hash: number, set: number): number {
		let place = set + (turn++ & (ways - 1));
		while (place === last || place === lastButOne) place = set + (turn++ & (ways - 1));
		let at = place * fours;
		for (let byte = from; byte < end; byte += 4) known[at++] = view.getInt32(byte, true);
		known[at] = view.getInt32(end, true);
		hashes[place] = hash;
		lengths[place] = end + 4 - from;
		return place;
	}

	function given(place: number): number {
		lastButOne = last;
		last = place;
		return place;
	}

	return (text, from, to, process = 0) => {
		const length = to - from;
		if (length < 4 || length > fours * 4) {
			const number = places + (turn++ & (passing - 1));
			define(number, text, from, to);
			return number;
		}
		const {view} = text;
		const end = to - 4;
		const before = latest[process & (processes - 1)] ?? 0;
		if (lengths[before] === length && isSame(before, view, from, end)) return given(before);
		let hash = length;
		for (let at = from; at < end; at += 4)
			hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e37_79b1) ^ (hash >>> 15);
		hash = Math.imul(hash ^ view.getInt32(end, true), 0x85eb_ca6b);
		hash ^= hash >>> 13;
		const set = (hash & (sets - 1)) * ways;
		for (let place = set; place < set + ways; place++)
			if (hashes[place] === hash && lengths[place] === length && isSame(place, view, from, end)) {
				latest[process & (processes - 1)] = place;
				return given(place);
			}
		const place = learn(text, from, end, hash, set);
		latest[process & (processes - 1)] = place;
		define(place, text, from, to);
		return given(place);
	};
}
