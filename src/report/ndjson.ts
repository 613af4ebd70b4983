import {escaped} from '../text/plain.ts';

/** One row as a line of JSON. */
export function ndjsonLine(row: Readonly<Record<string, unknown>>): string {
	return `${escaped(JSON.stringify(row))}\n`;
}
