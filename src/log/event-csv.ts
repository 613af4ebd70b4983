import {eventOf, type Fields} from './event.ts';

/** What the first line of a CSV export says: names of columns, and what separates them. Plain data. */
export type CsvHeader = {readonly names: readonly string[]; readonly separator: string};

const mostColumns = 200;

/** The cells of a line of CSV (RFC 4180); undefined when a quote is never closed. */
function csvCells(line: string, separator: string): string[] | undefined {
	const cells: string[] = [];
	let at = 0;
	for (;;) {
		if (line[at] === '"') {
			let cell = '';
			let from = at + 1;
			for (;;) {
				const close = line.indexOf('"', from);
				if (close < 0) return undefined;
				cell += line.slice(from, close);
				at = close + 1;
				if (line[at] !== '"') break;
				cell += '"';
				from = at + 1;
			}
			cells.push(cell);
			if (at < line.length && line[at] !== separator) return undefined;
		} else {
			const end = line.indexOf(separator, at);
			cells.push(line.slice(at, end < 0 ? line.length : end));
			at = end < 0 ? line.length : end;
		}
		if (at >= line.length || cells.length > mostColumns) return cells;
		at++;
	}
}

const columnName = /^[@_A-Za-z][\w @.%()[\]/-]{0,60}$/;

/**
 * The header that a line is; undefined when it is none. A header has names only, and among them one for the text and one for
 * where or when it comes from.
 */
export function csvHeader(line: string): CsvHeader | undefined {
	for (const separator of [',', ';', '\t', '|']) {
		if (!line.includes(separator)) continue;
		const names = csvCells(line.replace(/^#\s*/, ''), separator);
		if (!names || names.length < 2 || !names.every(name => columnName.test(name))) continue;
		if (new Set(names).size !== names.length) continue;
		// A record in which every value is the column's own name shows which columns are known.
		const event = eventOf(Object.fromEntries(names.map(name => [name, name])));
		if (event && (event.times.length > 0 || event.host !== undefined || event.tag !== undefined))
			return {names, separator};
	}
	return undefined;
}

/** A line below a header as a record; undefined when it has not as many cells, those of a text at the end aside. */
export function csvRecord(header: CsvHeader, line: string): Fields | undefined {
	const cells = csvCells(line, header.separator);
	const {names} = header;
	if (!cells || cells.length < names.length) return undefined;
	// A text that nobody quoted goes on behind its own separators.
	const last = names.length - 1;
	if (cells.length > names.length && !eventOf({[names[last] ?? '']: 'text'})) return undefined;
	const rest = cells.slice(last).join(header.separator);
	return Object.fromEntries(names.map((name, column) => [name, column === last ? rest : cells[column]]));
}
