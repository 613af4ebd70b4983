import {styleText} from 'node:util';
import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {padded, folded as pieces, width as widthOf} from '../../text/width.ts';

/**
 * How text reports are laid out: pages, styles, marks, tables, folded lines. Any text comes in and is made safe here; lines
 * for a page go out. It must not know what the text is about. /
 */

/**
 * Where a text goes. A terminal has a `width`: what does not fit is cut, the cut shown, and long lists end early. What goes
 * to a file or a pipe is `whole`: sentences fold at the width, and no name, number or row is left out.
 */
export type Page = {readonly width: number; readonly whole: boolean};

export const paper: Page = {width: 80, whole: true};

type Look = 'heading' | 'violation' | 'weakness' | 'info' | 'pass';

/** How a word looks; colour never carries meaning alone. Any text is made safe before it is coloured. */
export type Style = (look: Look, text: string) => string;

export const monochrome: Style = (_look, text) => plain(text);

const looks = {heading: 'bold', violation: 'red', weakness: 'yellow', info: 'cyan', pass: 'green'} as const;

export const coloured: Style = (look, text) => styleText(looks[look], plain(text));

/**
 * A column of a text table. `right` for numbers. Where a table is wider than the terminal, a column with `room` gives some
 * of its own: its cells are folded, or cut by a function of text and columns; it keeps `least` columns.
 */
export type Heading = {
	readonly title: string;
	readonly right?: boolean;
	readonly room?: 'fold' | ((text: string, room: number) => string);
	readonly least?: number;
};

/** Part of a whole in percent, `<0.1 %` rather than a zero that is none. */
export function share(part: number, whole: number): string {
	if (whole === 0) return '';
	const percent = (100 * part) / whole;
	if (percent > 0 && percent < 0.05) return '<0.1 %';
	// 99.97 % is not all of them.
	if (percent > 99.9 && percent < 100) return '>99.9 %';
	return `${percent.toFixed(1)} %`;
}

/** A cell: any text, or a number, which is written as the width allows; a function puts words around one. */
export type Cell = string | number | ((form: (value: number) => string) => string);

/** `1.2M`, `345k`: for terminals that are too narrow for the numbers. */
function rounded(value: number): string {
	if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(1)}M`;
	return value >= 100_000 ? `${Math.floor(value / 1000)}k` : String(value);
}

/** Columns that a cell keeps when its table is narrowed, unless its heading says otherwise. */
const usualLeast = 12;

const sum = (widths: readonly number[]): number => widths.reduce((all, each) => all + each, 0);

/** Widths of columns whose sum is at most `room`, as far as their headings allow: the widest give first. */
function narrowed(widths: readonly number[], headings: readonly Heading[], room: number): readonly number[] {
	let result = widths;
	for (let level = room; level > 0 && sum(result) > room; level -= 1)
		result = headings.map(({title, room: gives, least = usualLeast}, column) => {
			const natural = widths[column] ?? 0;
			return gives === undefined ? natural : Math.min(natural, Math.max(level, least, widthOf(title)));
		});
	return result;
}

/** How a table is drawn: what stands between its columns, their widths, and the text of its cells. */
type Shape = {
	readonly gap: string;
	readonly widths: readonly number[];
	readonly rows: ReadonlyArray<readonly string[]>;
};

/** The best shape that fits the page: numbers with their thousands apart, then together, then rounded; null: none fits. */
function shapeOf(
	headings: readonly Heading[],
	rows: ReadonlyArray<readonly Cell[]>,
	{width, whole}: Page,
): Shape | null {
	const taken = (gap: string): number => gap.length * (headings.length - 1);
	let widest: Shape | null = null;
	for (const form of [count, String, ...(whole ? [] : [rounded])]) {
		const words = rows.map(row =>
			row.map(cell =>
				typeof cell === 'string' ? plain(cell) : typeof cell === 'number' ? form(cell) : plain(cell(form)),
			),
		);
		const natural: readonly number[] = headings.map(({title}, column) =>
			words.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), widthOf(title)),
		);
		const shapes = ['  ', ' '].map(gap => ({gap, widths: natural, rows: words}));
		if (!whole)
			for (const gap of ['  ', ' '])
				shapes.push({gap, widths: narrowed(natural, headings, width - taken(gap)), rows: words});
		const fit = shapes.find(({gap, widths}) => sum(widths) + taken(gap) <= width);
		if (fit !== undefined) return fit;
		widest ??= shapes[0] ?? null;
	}
	return whole ? widest : null;
}

/** The lines of a cell in so many columns. */
function cellLines(text: string, {room}: Heading, most: number): string[] {
	if (room === undefined || widthOf(text) <= most) return [text];
	return room === 'fold' ? pieces(text, most) : [room(text, most)];
}

/** A row of a table that is too wide for the terminal however it is drawn: each cell behind its title. */
function stacked(headings: readonly Heading[], row: readonly Cell[], width: number): string[] {
	const first = typeof row[0] === 'string' ? row[0] : '';
	const indent = first.slice(0, first.length - first.trimStart().length);
	const words = headings.flatMap((heading, column) => {
		const cell = row[column] ?? '';
		const text = plain(typeof cell === 'string' ? cell : typeof cell === 'number' ? count(cell) : cell(count)).trim();
		// A dash is an empty cell, too.
		if (text === '' || text === '-') return [];
		const title = column === 0 ? '' : `${heading.title.trim()} `;
		if (heading.room === 'fold') return [title + text];
		return [(title + cellLines(text, heading, width - widthOf(title) - 4).join(' ')).replaceAll(' ', tie)];
	});
	return folded(words.join(', '), indent, width);
}

/**
 * Rows as aligned lines, headings first. Gaps are two spaces, one where that makes the table fit. On a terminal a table that
 * is too wide is narrowed where its headings allow, and one that does not fit even so has its rows folded; in a file it is as
 * wide as it must be. Cells may hold any text: they are made safe here. `look` styles the lines of a row.
 */
export function table(
	headings: readonly Heading[],
	rows: ReadonlyArray<readonly Cell[]>,
	page: Page = paper,
	look: (line: string, row: number) => string = line => line,
): string[] {
	const safe = headings.map(heading => ({...heading, title: plain(heading.title)}));
	const shape = shapeOf(safe, rows, page);
	if (shape === null)
		return rows.flatMap((row, index) => stacked(safe, row, page.width).map(line => look(line, index)));
	const {gap, widths} = shape;
	const line = (cells: readonly string[]): string =>
		safe
			.map(({right}, column) => padded(cells[column] ?? '', widths[column] ?? 0, right))
			.join(gap)
			.trimEnd();
	const lines = (row: readonly string[]): string[] => {
		const cells = safe.map((heading, column) => cellLines(row[column] ?? '', heading, widths[column] ?? 0));
		const height = Math.max(...cells.map(({length}) => length));
		return Array.from({length: height}, (_, at) => line(cells.map(cell => cell[at] ?? '')));
	};
	const head = line(safe.map(({title}) => title));
	return [head, ...shape.rows.flatMap((row, index) => lines(row).map(each => look(each, index)))];
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

/** The same with a look for the word that the text begins with. */
export function led(style: Style, look: Look, text: string, indent: string, width: number): string[] {
	const [first = '', ...rest] = folded(text, indent, width);
	const [word = ''] = first.trimStart().split(' ');
	const end = first.indexOf(word) + word.length;
	return [first.slice(0, end - word.length) + style(look, word) + first.slice(end), ...rest];
}

/** Marks beside words: colour never carries meaning alone, and neither does a mark. */
export type Marks = {readonly yes: string; readonly no: string};

export const unicodeMarks: Marks = {yes: '✔', no: '✘'};

export const asciiMarks: Marks = {yes: '+', no: 'x'};
