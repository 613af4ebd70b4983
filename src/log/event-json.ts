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
