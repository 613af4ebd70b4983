/**
 * Copies of the words a session keeps. A slice of a line keeps the whole line, or the whole block it was cut from, in
 * memory for as long as the session is open; and bytes that were read as Latin-1 for speed become UTF-8 here.
 */
export type Keeper = {
	/** A word that seldom repeats: an address, a host name, a user. */
	(word: string): string;
	/** A word that repeats all the time: a version, a cipher, a tag. */
	again(word: string): string;
};

const longest = 1024;
const highByte = /[\u0080-\u00ff]/;

/** `latin1`: the lines hand over bytes as Latin-1, so words with a high byte are read again as UTF-8. */
export function createKeeper(latin1: boolean): Keeper {
	const scratch = Buffer.allocUnsafe(longest * 4);
	const words = new Map<string, string>();
	const keep = (word: string): string => {
		// The engine copies short pieces by itself; only longer ones are slices.
		if (word.length < 13 && (!latin1 || !highByte.test(word))) return word;
		const cut = word.length > longest ? word.slice(0, longest) : word;
		const length = scratch.write(cut, 0, latin1 ? 'latin1' : 'utf8');
		return scratch.toString('utf8', 0, length);
	};
	keep.again = (word: string): string => {
		const known = words.get(word);
		if (known !== undefined) return known;
		if (words.size >= 8192) words.clear();
		const copy = keep(word);
		words.set(copy, copy);
		return copy;
	};
	return keep;
}
