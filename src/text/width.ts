import {createRequire} from 'node:module';

/** ASCII, Latin letters and the signs that the program itself prints: one column each. */
const narrowOnly =
	/^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u02FF\u2010-\u2015\u2018-\u201F\u2022\u2026\u203A\u2190-\u2193\u2500-\u259F\u25B2\u25B6\u25BC\u2714\u2718\uFFFD]*$/;
/** Both take tens of milliseconds to make, and only a text that is not ASCII needs them: they are made then. */
let measure: ((text: string) => number) | undefined;
let segmenter: Intl.Segmenter | undefined;

function stringWidth(text: string): number {
	measure ??= (createRequire(import.meta.url)('string-width') as typeof import('string-width')).default;
	return measure(text);
}

function graphemes(text: string): Intl.Segments {
	segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'});
	return segmenter.segment(text);
}

/** What people take for one character each: a letter with its marks, an emoji of several code points. */
export function characters(text: string): string[] {
	return narrowOnly.test(text) ? text.split('') : Array.from(graphemes(text), ({segment}) => segment);
}

/** Columns a text takes on the terminal. */
export function width(text: string): number {
	return narrowOnly.test(text) ? text.length : stringWidth(text);
}

/** The first `room` columns of a text; wide characters are never cut in two. */
export function head(text: string, room: number): string {
	if (width(text) <= room) return text;
	if (narrowOnly.test(text)) return text.slice(0, Math.max(0, room));
	let kept = '';
	let used = 0;
	for (const {segment} of graphemes(text)) {
		const next = used + stringWidth(segment);
		if (next > room) break;
		kept += segment;
		used = next;
	}
	return kept;
}

/** A text cut to `room` columns, the cut shown. */
export function shortened(text: string, room: number): string {
	if (room <= 0) return '';
	return width(text) <= room ? text : `${head(text, room - 1)}…`;
}

/** The end of a text in `room` columns, the cut shown: of a path or of what is typed it says more than the beginning. */
export function shortenedToEnd(text: string, room: number): string {
	if (room <= 0) return '';
	if (width(text) <= room) return text;
	let kept = '';
	let used = 1;
	for (const {segment} of [...graphemes(text)].reverse()) {
		used += width(segment);
		if (used > room) break;
		kept = segment + kept;
	}
	return `…${kept}`;
}

/** A text of at least `room` columns: filled up with blanks, on the left if it is to the right. */
export function padded(text: string, room: number, right = false): string {
	const blanks = ' '.repeat(Math.max(0, room - width(text)));
	return right ? blanks + text : text + blanks;
}

/** A text in exactly `room` columns: filled up with blanks, or cut. */
export function fitted(text: string, room: number, right = false): string {
	return padded(shortened(text, room), room, right);
}

/** A text from a column on; a wide character that the cut would go through stays whole. */
export const behind = (text: string, column: number): string => text.slice(head(text, column).length);

/**
 * A text in pieces of at most `room` columns that make it up again, character for character; they end behind a blank where
 * one is in the second half.
 */
export function wrapped(text: string, room: number): string[] {
	const pieces: string[] = [];
	let rest = text;
	while (width(rest) > room) {
		const most = head(rest, room);
		const blank = most.lastIndexOf(' ') + 1;
		// A character that is wider than the room still has to go somewhere.
		const [first = ''] = most === '' ? characters(rest) : [];
		const piece = most === '' ? first : blank > most.length / 2 ? most.slice(0, blank) : most;
		pieces.push(piece);
		rest = rest.slice(piece.length);
	}
	return rest === '' && pieces.length > 0 ? pieces : [...pieces, rest];
}

/** Words folded into lines of at most `room` columns; a word that is longer is cut in pieces. */
export function folded(text: string, room: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (let word of text.split(' ')) {
		while (width(word) > room) {
			const piece = head(word, line === '' ? room : room - width(line) - 1);
			if (piece === '') {
				lines.push(line);
				line = '';
				continue;
			}
			lines.push(line === '' ? piece : `${line} ${piece}`);
			line = '';
			word = word.slice(piece.length);
		}
		if (line === '') line = word;
		else if (width(line) + 1 + width(word) <= room) line += ` ${word}`;
		else {
			lines.push(line);
			line = word;
		}
	}
	return [...lines, line];
}
