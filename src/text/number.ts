/** Numbers as the reports, the screen and progress write them. */

/** Count with thousands apart: `12,345`. */
export function count(value: number): string {
	return value.toLocaleString('en-US');
}

/** `1 session`, `12 sessions`; `more` is a plural that does not end in `s`. */
export function many(value: number, one: string, more = `${one}s`): string {
	return `${count(value)} ${value === 1 ? one : more}`;
}
