import type {PostfixConfiguration, Setting} from './configuration.ts';

/** One row of a lookup table. */
export type TableRow = {
	readonly key: string;
	readonly value: string;
	readonly place: Setting['place'];
	/** Tables that are asked before and that nobody read: they may answer first. */
	readonly behind: readonly string[];
};

/** Splits at blanks and commas, but not inside braces (mystrtokq). */
export function outsideBraces(text: string): readonly string[] {
	const words: string[] = [];
	let word = '';
	let depth = 0;
	for (const character of text) {
		if (depth === 0 && /[\s,]/.test(character)) {
			if (word !== '') words.push(word);
			word = '';
			continue;
		}
		if (character === '{') depth += 1;
		if (character === '}' && depth > 0) depth -= 1;
		word += character;
	}
	if (word !== '') words.push(word);
	return words;
}

/** What is between the braces of `{ … }`; null where the text is not in braces. */
export function insideBraces(text: string): string | null {
	return text.startsWith('{') && text.endsWith('}') && text.length > 1 ? text.slice(1, -1).trim() : null;
}

/** `name=value`, blanks around either left out; null where there is no sign between them. */
export function nameAndValue(text: string): readonly [name: string, value: string] | null {
	const sign = text.indexOf('=');
	if (sign < 1) return null;
	const name = text.slice(0, sign).trim();
	return name === '' ? null : [name, text.slice(sign + 1).trim()];
}

/** The text that postmap(1) reads: a key, blanks, a value; lines that begin with a blank go on with the one before. */
export function sourceRows(text: string, file: string): TableRow[] {
	const rows: TableRow[] = [];
	let logical = '';
	let start = 0;
	const finish = () => {
		const found = /^(\S+)\s+(.*\S)\s*$/s.exec(logical);
		if (found?.[1] !== undefined && found[2] !== undefined)
			rows.push({key: found[1].toLowerCase(), value: found[2], place: {file, line: start}, behind: []});
		logical = '';
	};
	for (const [index, line] of text.split(/\r?\n/).entries()) {
		if (/^\s*(?:#|$)/.test(line)) continue;
		if (/^\s/.test(line) && logical !== '') logical += line;
		else {
			finish();
			logical = line;
			start = index + 1;
		}
	}
	finish();
	return rows;
}

/** `inline:{ key=value, { key = value with blanks } }` (3.0). */
function inlineRows(braces: string, place: Setting['place']): TableRow[] {
	return outsideBraces(insideBraces(braces) ?? '').flatMap(word => {
		const pair = nameAndValue(insideBraces(word) ?? word);
		return pair === null ? [] : [{key: pair[0].toLowerCase(), value: pair[1], place, behind: []}];
	});
}

/** Types whose text postmap(1) or the program itself reads line by line. regexp and pcre keep their pattern as the key. */
const textTypes = /^(?:hash|btree|lmdb|cdb|dbm|sdbm|texthash|regexp|pcre)$/;

/** What a list of lookup tables holds. */
export type TableContents = {
	/** In order of the tables; of rows with one key in one table, and of one key in several tables, the first counts. */
	readonly rows: readonly TableRow[];
	/** What every key that the tables before did not have is answered with (`static:encrypt`). */
	readonly whatever: TableRow | null;
	/** Tables whose text is not given. */
	readonly unread: readonly string[];
};

/**
 * The rows of the tables that a parameter names (`hash:/etc/postfix/tls_policy, inline:{…}`), as far as they can be
 * read.
 */
export function tableContents(
	configuration: PostfixConfiguration,
	list: string,
	place: Setting['place'],
): TableContents {
	const rows = new Map<string, TableRow>();
	const unread: string[] = [];
	for (const named of outsideBraces(list)) {
		const word = named.replace(/^proxy:/, '');
		const colon = word.indexOf(':');
		const type = word.slice(0, Math.max(colon, 0));
		const path = word.slice(colon + 1);
		if (type === 'static') {
			const whatever = {key: '', value: insideBraces(path) ?? path, place, behind: unread};
			return {rows: [...rows.values()], whatever, unread};
		}
		const table = configuration.tables.get(named) ?? configuration.tables.get(word);
		if (type !== 'inline' && (table === undefined || !textTypes.test(type))) unread.push(named);
		const found = type === 'inline' ? inlineRows(path, place) : table ? sourceRows(table.text, table.file) : [];
		const behind = [...unread];
		for (const row of found) if (!rows.has(row.key)) rows.set(row.key, {...row, behind});
	}
	return {rows: [...rows.values()], whatever: null, unread};
}
