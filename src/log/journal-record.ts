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
