/**
 * Numbers the words of a batch from 1. Words are known from one batch to the next, since most come again: a table made anew for
 * each batch was an eighth of all parsing, most of it growing and garbage.
 */
export type WordNumbers = {
	/** The number of a word in this batch. A word that was forgotten within the batch gets a second one: it is the same word nonetheless. */
	of(word: string): number;
	/** The words of the batch in the order of their numbers; the next batch begins. */
	take(): string[];
};

/** Each word has four places it may stand in, so that no log can make the search long. */
const ways = 4;
const places = 8192 * ways;
/** What is kept of a place, side by side so that a set of places is one line of the processor's cache. */
const hashAt = 0;
const numberAt = 1;
const batchAt = 2;
const stride = 4;

/** Makes the numbers, with nothing known. A `Map` took three times as long: it leaves compiled code to hash a word that is new. */
export function createWordNumbers(): WordNumbers {
	let batch = 1;
	let vocabulary: string[] = [];
	/** By place: the hash of the word that stands there, its number, and the batch in which it has that. */
	const known = new Int32Array(places * stride);
	const words: Array<string | undefined> = new Array(places).fill(undefined);

	/** Takes the place of a word that this batch has not had; if there is none, of any. */
	function learn(word: string, hash: number, set: number): number {
		let place = set + ((hash >>> 28) & (ways - 1));
		for (let way = set; way < set + ways; way++)
			if (known[way * stride + batchAt] !== batch) {
				place = way;
				break;
			}
		words[place] = word;
		known[place * stride + hashAt] = hash;
		known[place * stride + batchAt] = 0;
		return place;
	}

	function placeOf(word: string): number {
		const hash = hashOf(word);
		const set = (hash ^ (hash >>> 15)) & (places - ways);
		for (let place = set; place < set + ways; place++)
			if (known[place * stride + hashAt] === hash && words[place] === word) return place;
		return learn(word, hash, set);
	}

	return {
		of(word) {
			const place = placeOf(word);
			const at = place * stride;
			if (known[at + batchAt] !== batch) {
				known[at + batchAt] = batch;
				known[at + numberAt] = vocabulary.push(words[place] ?? word);
			}
			return known[at + numberAt] ?? 0;
		},
		take() {
			const taken = vocabulary;
			vocabulary = [];
			batch++;
			return taken;
		},
	};
}

function hashOf(word: string): number {
	let hash = word.length;
	for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, 31) + word.charCodeAt(at)) | 0;
	return hash;
}
