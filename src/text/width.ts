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

/** A text of at least `room` columns: filled up with blanks, on the left if it is to the right. */
export function padded(text: string, room: number, right = false): string {
	const blanks = ' '.repeat(Math.max(0, room - width(text)));
	return right ? blanks + text : text + blanks;
}

/** A text in exactly `room` columns: filled up with blanks, or cut. */
export function fitted(text: string, room: number, right = false): string {
	return padded(shortened(text, room), room, right);
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
