/** One thing in a tuple. A column holds words, or numbers from 0 on, or booleans: never two of these. */
export type TupleItem = string | number | boolean | null;

/** Numbers tuples of one width: the same number for the same tuple. */
export type TupleNumbers = {
	/** The number of a tuple; the first has 0. */
	of(tuple: readonly TupleItem[]): number;
	/** All tuples that were numbered since the last call, by their number, and starts over. */
	take(): TupleItem[][];
};

/** Words of a column that were seen last: most hold a few over and over, and the very same strings. */
const lastWords = 4;
/** Words whose numbers are remembered from one `take` to the next; more there are only where a peer makes them up. */
const mostWords = 50_000;

/** Empty, but known to hold lists: what is compiled for an array that began as `[]` is thrown away at the first of them. */
const noTuples = (): TupleItem[][] => [[]].slice(1);

/**
 * Makes an empty numbering of tuples of so many items. One function of a hundred lines: its parts share arrays that are
 * replaced as they grow, and every session goes through them. /
 */
export function createTupleNumbers(width: number): TupleNumbers {
	const words = new Map<string, number>();
	/** Of each column its last words and their numbers. */
	const last: string[] = new Array(lastWords * width).fill('');
	const lastIds = new Int32Array(lastWords * width).fill(remembered(''));
	let oldest = 0;
	let tuples = noTuples();
	/** What each tuple is made of, as numbers, one after the other. */
	let kept = new Int32Array(64 * width);
	const ids = new Int32Array(width);
	/** Open addressing: numbers of tuples from 1, 0 where there is none. */
	let places = new Int32Array(128);

	function remembered(word: string): number {
		const known = words.get(word);
		if (known !== undefined) return known;
		words.set(word, words.size + 1);
		return words.size;
	}

	function wordId(column: number, word: string): number {
		const from = lastWords * column;
		for (let at = from; at < from + lastWords; at++) if (last[at] === word) return lastIds[at] ?? 0;
		const at = from + oldest;
		oldest = (oldest + 1) % lastWords;
		last[at] = word;
		lastIds[at] = remembered(word);
		return lastIds[at] ?? 0;
	}

	/** null is 0, so what is something begins with 1. */
	function itemId(column: number, item: TupleItem | undefined): number {
		if (typeof item === 'string') return wordId(column, item);
		if (typeof item === 'number') return item + 1;
		return item ? 2 : item === false ? 1 : 0;
	}

	function isKept(number: number): boolean {
		const from = number * width;
		for (let column = 0; column < width; column++) if (kept[from + column] !== ids[column]) return false;
		return true;
	}

	function place(hash: number): number {
		const mask = places.length - 1;
		let at = hash & mask;
		for (let number = places[at] ?? 0; number > 0 && !isKept(number - 1); number = places[at] ?? 0)
			at = (at + 1) & mask;
		return at;
	}

	function hashOf(numbers: Int32Array, from: number): number {
		let hash = 0;
		for (let column = 0; column < width; column++) {
			const mixed = Math.imul(hash ^ (numbers[from + column] ?? 0), 0x9e3779b1);
			hash = mixed ^ (mixed >>> 15);
		}
		return hash;
	}

	function grow(): void {
		const before = kept;
		kept = new Int32Array(2 * before.length);
		kept.set(before);
		places = new Int32Array(2 * places.length);
		const mask = places.length - 1;
		for (let number = 1; number <= tuples.length; number++) {
			let at = hashOf(kept, (number - 1) * width) & mask;
			while ((places[at] ?? 0) > 0) at = (at + 1) & mask;
			places[at] = number;
		}
	}

	function add(tuple: readonly TupleItem[], hash: number): number {
		if (2 * tuples.length >= places.length) grow();
		kept.set(ids, tuples.length * width);
		tuples.push([...tuple]);
		places[place(hash)] = tuples.length;
		return tuples.length - 1;
	}

	return {
		of(tuple) {
			for (let column = 0; column < width; column++) ids[column] = itemId(column, tuple[column]);
			const hash = hashOf(ids, 0);
			const number = places[place(hash)] ?? 0;
			return number > 0 ? number - 1 : add(tuple, hash);
		},
		take() {
			const taken = tuples;
			tuples = noTuples();
			places.fill(0);
			if (words.size > mostWords) {
				words.clear();
				last.fill('');
				lastIds.fill(remembered(''));
			}
			return taken;
		},
	};
}
