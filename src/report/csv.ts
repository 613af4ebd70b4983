import {plain} from './plain.ts';

/**
 * One cell of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP
 * advises; numbers stay numbers.
 */
function csvCell(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	const raw = typeof value === 'string' ? value : JSON.stringify(value);
	// Checked before control characters are replaced: a tab or carriage return at the start counts too.
	const guarded = /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw;
	const text = plain(guarded);
	return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of CSV with its line ending (CRLF, RFC 4180). */
export function csvLine(values: readonly unknown[]): string {
	return `${values.map(csvCell).join(',')}\r\n`;
}
