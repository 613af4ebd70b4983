import {styleText} from 'node:util';
import {plain} from '../../text/plain.ts';
import {padded, width as widthOf} from '../../text/width.ts';

/**
 * How text reports are laid out: styles, marks, tables, folded lines. Any text comes in and is made safe here; lines of
 * at most 80 columns go out. It must not know what the text is about. /
 */

type Look = 'heading' | 'violation' | 'weakness' | 'info' | 'pass';

/** How a word looks; colour never carries meaning alone. Any text is made safe before it is coloured. */
export type Style = (look: Look, text: string) => string;

export const monochrome: Style = (_look, text) => plain(text);

const looks = {heading: 'bold', violation: 'red', weakness: 'yellow', info: 'cyan', pass: 'green'} as const;

export const coloured: Style = (look, text) => styleText(looks[look], plain(text));

/** A column of a text table. `right` for numbers. */
export type Heading = {readonly title: string; readonly right?: boolean};

/** Part of a whole in percent, `<0.1 %` rather than a zero that is none. */
export function share(part: number, whole: number): string {
	if (whole === 0) return '';
	const percent = (100 * part) / whole;
	if (percent > 0 && percent < 0.05) return '<0.1 %';
	// 99.97 % is not all of them.
	if (percent > 99.9 && percent < 100) return '>99.9 %';
	return `${percent.toFixed(1)} %`;
}

/**
 * Rows as aligned lines, headings first. Gaps are two spaces, one when two do not fit into `width`; a table that still does
 * not fit stays as wide as it must. Cells may hold any text: they are made safe here.
 */
export function table(headings: readonly Heading[], rows: ReadonlyArray<readonly string[]>, width = 80): string[] {
	const titles = headings.map(({title}) => plain(title));
	const safe = rows.map(row => row.map(plain));
	const widths = titles.map((title, column) =>
		safe.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), widthOf(title)),
	);
	const total = widths.reduce((sum, each) => sum + each, 0);
	const gap = total + 2 * (widths.length - 1) <= width ? '  ' : ' ';
	const line = (cells: readonly string[]): string =>
		headings
			.map(({right}, column) => padded(cells[column] ?? '', widths[column] ?? 0, right))
			.join(gap)
			.trimEnd();
	return [line(titles), ...safe.map(line)];
}

/** Holds two words together in `folded`. */
export const tie = '\u00A0';

/**
 * Words folded into lines of at most `width`, each set in by `indent`, those after the first by two more; any text is
 * made safe here.
 */
export function folded(text: string, indent = '', width = 80): string[] {
	const lines: string[] = [];
	let current = '';
	for (const word of plain(text).split(' ')) {
		const longer = current === '' ? indent + word : `${current} ${word}`;
		if (widthOf(longer) > width && current !== '') {
			lines.push(current);
			current = `${indent}  ${word}`;
		} else current = longer;
	}
	return [...lines, current].map(line => line.replaceAll(tie, ' '));
}

/** Marks beside words: colour never carries meaning alone, and neither does a mark. */
export type Marks = {readonly yes: string; readonly no: string};

export const unicodeMarks: Marks = {yes: '✔', no: '✘'};

export const asciiMarks: Marks = {yes: '+', no: 'x'};
