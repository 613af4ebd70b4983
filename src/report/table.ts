/** A column of a text table. `right` for numbers. */
export type Heading = {readonly title: string; readonly right?: boolean};

/** Count with thousands apart: `12,345`. */
export function count(value: number): string {
	return value.toLocaleString('en-US');
}

/** `1 session`, `12 sessions`. */
export function many(value: number, one: string): string {
	return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}

/** Part of a whole in percent, `<0.1 %` rather than a zero that is none. */
export function share(part: number, whole: number): string {
	if (whole === 0) return '';
	const percent = (100 * part) / whole;
	if (percent > 0 && percent < 0.05) return '<0.1 %';
	// 99.97 % is not all of them.
	if (percent > 99.9 && percent < 100) return '>99.9 %';
	return `${percent.toFixed(1)} %`;
}

/** Text shortened to a width, the cut shown. */
export function shortened(text: string, width: number): string {
	return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/**
 * Rows as aligned lines, headings first. Gaps are two spaces, one when two do not fit into `width`; a table that still does
 * not fit stays as wide as it must.
 */
export function table(headings: readonly Heading[], rows: ReadonlyArray<readonly string[]>, width = 80): string[] {
	const widths = headings.map(({title}, column) =>
		rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), title.length),
	);
	const total = widths.reduce((sum, each) => sum + each, 0);
	const gap = total + 2 * (widths.length - 1) <= width ? '  ' : ' ';
	const line = (cells: readonly string[]): string =>
		headings
			.map(({right}, column) => {
				const cell = cells[column] ?? '';
				return right ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
			})
			.join(gap)
			.trimEnd();
	return [line(headings.map(({title}) => title)), ...rows.map(line)];
}

/** Holds two words together in `folded`. */
export const tie = '\u00A0';

/** Words folded into lines of at most `width`, each set in by `indent`, those after the first by two more. */
export function folded(text: string, indent = '', width = 80): string[] {
	const lines: string[] = [];
	let current = '';
	for (const word of text.split(' ')) {
		const longer = current === '' ? indent + word : `${current} ${word}`;
		if (longer.length > width && current !== '') {
			lines.push(current);
			current = `${indent}  ${word}`;
		} else current = longer;
	}
	return [...lines, current].map(line => line.replaceAll(tie, ' '));
}
