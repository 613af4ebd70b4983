import {plain} from '../../text/plain.ts';

/** What a spreadsheet passes over before it looks for a formula: blanks, and all that `plain` takes out. */
const passedOver = /^[\s\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]*/u;

/**
 * Whether a spreadsheet may take a text for a formula (OWASP, CSV Injection): it begins with one of `=+-@`, full-width and
 * other compatible forms of them (Unicode NFKC) and the true minus sign included, or with a tab or a carriage return.
 */
function looksLikeFormula(text: string): boolean {
	if (/^[\t\r]/.test(text)) return true;
	const [first = ''] = text.replace(passedOver, '');
	return /^[=+\-@\u2212]/.test(first.normalize('NFKC'));
}

/** One cell of CSV (RFC 4180). What looks like a formula gets an apostrophe before it; numbers stay numbers. */
function csvCell(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	const raw = typeof value === 'string' ? value : JSON.stringify(value);
	const text = plain(looksLikeFormula(raw) ? `'${raw}` : raw);
	return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of CSV with its line ending (CRLF, RFC 4180). */
export function csvLine(values: readonly unknown[]): string {
	return `${values.map(csvCell).join(',')}\r\n`;
}
