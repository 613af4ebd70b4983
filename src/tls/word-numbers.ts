/**
 * Numbers the words of a batch from 1. Words are known from one batch to the next, since most come again: a table made anew for
 * each batch was an eighth of all parsing, most of it growing and garbage.
 */
export type WordNumbers = {
	/** A word of which there are few: a tag, a cipher. Kept apart, they stay in the processor's nearest memory. */
	few(word: string): number;
	/** A word of which there may be any number: an address, a host, a user. */
	many(word: string): number;
	/** The words of the batch in the order of their numbers; the next batch begins. */
	take(): string[];
};

/** Words known at a time, of each sort. */
const mostFew = 4096;
const mostMany = 65_536;

/** Makes the numbers of one sort; `enter` puts a word into the batch and gives its number. */
function createTable(most: number, enter: (word: string) => number) {
	const places = new Map<string, number>();
	/** By place: the word, its number, and the batch in which it has that. */
	const words: string[] = [];
	let numbers = new Uint32Array(256);
	let batches = new Uint32Array(256);

	/** A new word. Copied: as a piece of its line it would hold the line for as long as it is known. */
	function learn(word: string): number {
		if (words.length === most) {
			// Words of this batch that are forgotten here get a second number: they are the same words nonetheless.
			places.clear();
			words.length = 0;
			batches.fill(0);
		}
		if (words.length === numbers.length) {
			numbers = grown(numbers);
			batches = grown(batches);
		}
		const own = word.length < 13 ? word : Buffer.from(word, 'utf16le').toString('utf16le');
		places.set(own, words.length);
		return words.push(own) - 1;
	}

	return (word: string, batch: number): number => {
		const place = places.get(word) ?? learn(word);
		if (batches[place] !== batch) {
			batches[place] = batch;
			numbers[place] = enter(words[place] ?? word);
		}
		return numbers[place] ?? 0;
	};
}

function grown(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
	const larger = new Uint32Array(numbers.length * 2);
	larger.set(numbers);
	return larger;
}

/** Makes the numbers, with nothing known. */
export function createWordNumbers(): WordNumbers {
	let batch = 1;
	let vocabulary: string[] = [];
	const enter = (word: string): number => vocabulary.push(word);
	const few = createTable(mostFew, enter);
	const many = createTable(mostMany, enter);
	return {
		few: word => few(word, batch),
		many: word => many(word, batch),
		take() {
			const taken = vocabulary;
			vocabulary = [];
			batch++;
			return taken;
		},
	};
}
