/** Words of a command line as sh(1) reads them (POSIX, Shell Command Language, 2.2 Quoting). Pure. */

/** A word in single quotes, in which sh sees nothing but the quote itself. */
export function shellQuoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

/** In quotes where the shell would make something else of it: the brackets of an IPv6 address, what an attacker wrote. */
export function shellWord(word: string): string {
	return /^[\w./:-]+$/.test(word) ? word : shellQuoted(word);
}

/**
 * The words of a line that holds nothing but plain words and single quotes, as the functions above write it; null for
 * any other, whose meaning only a shell knows. /
 */
export function shellWords(line: string): readonly string[] | null {
	const words: string[] = [];
	let rest = line.trim();
	while (rest !== '') {
		const found = /^(?:[\w./:@%+,=-]|'[^']*'|\\')+(?=\s|$)/.exec(rest)?.[0];
		if (found === undefined) return null;
		words.push(found.replaceAll(/'([^']*)'|\\(')/g, (_, inside?: string, quote?: string) => inside ?? quote ?? ''));
		rest = rest.slice(found.length).trimStart();
	}
	return words;
}
