/** A word of a master.cf line and where it begins. */
export type Word = {readonly text: string; readonly offset: number};

const space = ' \t\v\f\r\n';

/**
 * The words of a line: parted by white space, which braces protect (`{ name = value }` is one word). A brace that nothing
 * closes takes the rest of the line (Postfix: util/mystrtok.c).
 */
export function masterWords(line: string): Word[] {
	const words: Word[] = [];
	let start = -1;
	let depth = 0;
	for (let at = 0; at <= line.length; at += 1) {
		const sign = line[at] ?? '';
		if (sign === '' || (depth === 0 && space.includes(sign))) {
			if (start >= 0) words.push({text: line.slice(start, at), offset: start});
			start = -1;
			continue;
		}
		if (start < 0) start = at;
		if (sign === '{') depth += 1;
		if (sign === '}' && depth > 0) depth -= 1;
	}
	return words;
}

/**
 * What stands between the braces of a word, without blanks at the ends; null where nothing closes them or something follows
 * (master(8) refuses to start then).
 */
export function betweenBraces(word: string): string | null {
	let depth = 0;
	for (const [at, sign] of [...word].entries()) {
		if (sign === '{') depth += 1;
		if (sign !== '}') continue;
		depth -= 1;
		if (depth === 0) return at === [...word].length - 1 ? word.slice(1, -1).trim() : null;
	}
	return null;
}
