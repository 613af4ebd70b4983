import type {QueryResult} from '../../model/sessions.ts';
import {plain} from '../../text/plain.ts';
import {table} from '../text/layout.ts';
import {csvLine} from './csv.ts';
import {jsonText} from './json.ts';

function word(value: unknown): string {
	if (value === null || value === undefined) return '';
	return plain(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** The result of an SQL query as an aligned table; numbers are to the right. */
export function queryResultText({columns, rows}: QueryResult): string {
	if (columns.length === 0) return '';
	const headings = columns.map((name, column) => ({
		title: plain(name),
		right: rows.length > 0 && rows.every(row => row[column] === null || typeof row[column] === 'number'),
	}));
	const lines = table(
		headings,
		rows.map(row => row.map(word)),
		{width: Number.POSITIVE_INFINITY, whole: true},
	);
	return `${lines.join('\n')}\n`;
}

export function queryResultCsv({columns, rows}: QueryResult): string {
	return [columns, ...rows].map(csvLine).join('');
}

/** An array with one object a row. */
export function queryResultJson({columns, rows}: QueryResult): string {
	return jsonText(rows.map(row => Object.fromEntries(columns.map((name, column) => [name, row[column] ?? null]))));
}
