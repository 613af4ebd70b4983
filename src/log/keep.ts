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

/**
 * `owned`: each line is a string of its own that reads bytes as Latin-1 (batch path). Then a slice holds no more than its
 * line, so it may stay, and only words with a high byte are made anew, as UTF-8.
 */
export function createKeeper(owned: boolean): Keeper {
	const scratch = Buffer.allocUnsafe(longest * 4);
	const words = new Map<string, string>();

	function copy(word: string): string {
		const cut = word.length > longest ? word.slice(0, longest) : word;
		const length = scratch.write(cut, 0, owned ? 'latin1' : 'utf8');
		return scratch.toString('utf8', 0, length);
	}

	const keep = (word: string): string => {
		if (owned) return word.length <= longest && isAscii(word) ? word : copy(word);
		// The engine copies short pieces by itself; only longer ones are slices.
		return word.length < 13 ? word : copy(word);
	};
	keep.again = (word: string): string => {
		if (owned) return keep(word);
		const known = words.get(word);
		if (known !== undefined) return known;
		if (words.size >= 8192) words.clear();
		const own = copy(word);
		words.set(own, own);
		return own;
	};
	return keep;
}

/** Letter by letter: words are short, and a pattern leaves compiled code. */
function isAscii(word: string): boolean {
	for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) > 127) return false;
	return true;
}
