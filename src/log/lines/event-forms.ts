import {eventOf, type Fields} from './event.ts';

/** A record that is written over several lines, as plain data. */
export type JsonParts = {text: string; depth: number};

const most = 65_536;

function parsed(text: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
	} catch {
		return undefined;
	}
}

/** Ruby's way to write a hash, with which Fluent Bit prints records to standard output, as JSON. */
function fromHash(text: string): string {
	return text.replaceAll(/"(?:[^"\\]|\\.)*"|=>/g, word => (word === '=>' ? ':' : word));
}

/** A JSON object at the end of a line, also as an element of an array or as Fluent Bit prints it; undefined when it is none. */
export function jsonRecord(text: string): Fields | undefined {
	const whole = parsed(text);
	if (whole) return whole;
	const close = text.lastIndexOf('}');
	if (close < 0 || !/^[\]),\s]*$/.test(text.slice(close + 1))) return undefined;
	const object = text.slice(0, close + 1);
	return parsed(object) ?? (object.includes('=>') ? parsed(fromHash(object)) : undefined);
}

/** Whether a line alone can only be a part of a pretty-printed record: an opening brace, perhaps with the first field. */
export function opensRecord(line: string): boolean {
	return /^\s*\[?\s*\{\s*$/.test(line) || /^\s*\{\s*"[^"]*"\s*:\s*.*,\s*$/.test(line);
}

/** How many braces and brackets a piece opens more than it closes, those in strings aside; a string never goes over a line's end. */
function opened(piece: string): number {
	let depth = 0;
	for (const [mark] of piece.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
		if (mark === '{' || mark === '[') depth++;
		else if (mark === '}' || mark === ']') depth--;
	}
	return depth;
}

/** Whether a line may go on a record: a name with a value, an element, or closing marks. */
const continues = /^\s*(?:"|[\]}{[]|-?\d|true|false|null)/;

/** Whether a piece of a record names a text: then a list in it is a part of the record, else it is the list of records of an answer. */
function namesText(piece: string): boolean {
	for (const [, name = ''] of piece.matchAll(/"([^"\\]{1,60})"\s*:/g)) if (eventOf({[name]: 'text'})) return true;
	return false;
}

/**
 * Adds a line to a record that is spread over lines. `more`: the record goes on. `none`: the line is no part of it, and the
 * record is void. Else the record, whole; null when it is no JSON.
 */
export function addToRecord(parts: JsonParts, line: string): 'more' | 'none' | Fields | null {
	if (!continues.test(line)) return 'none';
	if (/\[\s*$/.test(parts.text) && /^\s*\{/.test(line) && !namesText(parts.text)) {
		parts.text = '';
		parts.depth = 0;
	}
	const piece = parts.text === '' ? line.replace(/^\s*\[\s*(?=\{)/, '') : line;
	if (parts.text.length < most) parts.text += `${piece}\n`;
	parts.depth += opened(piece);
	if (parts.depth > 0) return 'more';
	const text = parts.text;
	parts.text = '';
	parts.depth = 0;
	return jsonRecord(text.trim()) ?? null;
}

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

/**
 * A line of named values: `time=… host=mx app=postfix/smtpd msg="…"` (logfmt), or `time:…\thost:mx\tmessage:…` (LTSV). In: the
 * line. Out: a record, which `event.ts` reads; undefined when it is no such line or has no text.
 */

const opening = /^(?:[A-Za-z_@][\w.@-]*=(?:"|[^\s"]+ )|[A-Za-z_@][\w.@-]*:[^\t]*\t[A-Za-z_@][\w.@-]*:)/;
const pair = /\s*([A-Za-z_@][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))(?=\s|$)/y;
const label = /^([A-Za-z_@][\w.@-]*):(.*)$/s;
const mostPairs = 100;

const unescaped = (text: string): string =>
	text.replaceAll(/\\(.)/g, (_, mark: string) => (mark === 'n' ? ' ' : mark === 't' ? '\t' : mark));

function logfmtPairs(line: string): Fields | undefined {
	const fields: Record<string, string> = {};
	pair.lastIndex = 0;
	for (let count = 0; count < mostPairs; count++) {
		const from = pair.lastIndex;
		const match = pair.exec(line);
		if (!match) return line.slice(from).trim() === '' ? fields : undefined;
		const [, name = '', quoted, bare = ''] = match;
		fields[name] ??= quoted === undefined ? bare : unescaped(quoted);
	}
	return undefined;
}

function labelledValues(line: string): Fields | undefined {
	const fields: Record<string, string> = {};
	for (const cell of line.split('\t')) {
		const [, name, value] = label.exec(cell) ?? [];
		if (name === undefined || value === undefined) return undefined;
		fields[name] ??= value;
	}
	return fields;
}

/** The record of a line of named values; undefined when it is none. */
export function logfmtRecord(line: string): Fields | undefined {
	if (!opening.test(line)) return undefined;
	const fields = logfmtPairs(line) ?? (line.includes('\t') ? labelledValues(line) : undefined);
	return fields && eventOf(fields) ? fields : undefined;
}

/**
 * Records of `journalctl -o export` (systemd.io, Journal Export Formats) and `-o verbose`: fields, one a line. In: lines.
 * Out: fields by name, which `event.ts` reads.
 */

const escapeCharacter = '\u001b';
const mostFields = 100;
const longestField = 4096;

/** The line without sequences of colour, as docker compose and journalctl write them. */
export function withoutColour(line: string): string {
	return line.includes(escapeCharacter) ? line.replace(/\u001b\[[0-9;]*m/g, '') : line;
}

/** A field of a record: `NAME=value`. Anything else is none. */
export function exportField(line: string): [name: string, value: string] | undefined {
	const equals = line.indexOf('=');
	return equals > 0 && /^_{0,2}[A-Z][A-Z0-9_]*$/.test(line.slice(0, equals))
		? [line.slice(0, equals), line.slice(equals + 1)]
		: undefined;
}

/** Adds a field to a record, within bounds. */
export function addField(record: Record<string, string>, [name, value]: readonly [string, string]): void {
	if (Object.keys(record).length < mostFields) record[name] = value.slice(0, longestField);
}

/** `Thu 2026-11-05 07:12:01.123456 UTC [s=…;i=…;t=64a3…;x=…]`: `t` is the time in microseconds, in hexadecimal. */
const verboseHead = /^\S+ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+ \[s=[0-9a-f]{1,40};[^\]]*\bt=([0-9a-f]{1,14})[;\]]/;

/** The record that a line of `journalctl -o verbose` begins; undefined when it begins none. */
export function verboseStart(line: string): Record<string, string> | undefined {
	const time = verboseHead.exec(line)?.[1];
	return time === undefined ? undefined : {__REALTIME_TIMESTAMP: String(Number.parseInt(time, 16))};
}
