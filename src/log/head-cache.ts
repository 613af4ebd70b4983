import type {Head} from './lines/head-positions.ts';
import type {LineTag} from './names.ts';
import {programNumber, type Scanner} from './scanner.ts';

const longestMiddle = 200;

const longestWrapping = 500;

/**
 * Teaches the scanner the head of a line that took the slow path, and what surrounds it, so that lines like it need not:
 * `raw` is the whole of it as it was in the file; `steady` says whether the clocks of the log's zone change nowhere near a time.
 */
export function learnHead(
	scanner: Scanner,
	steady: (time: number) => boolean,
	raw: string,
	head: Head,
	tag: LineTag,
): void {
	if (head.aloneAt < 0 || head.hostAt < 0 || Number.isNaN(head.time)) return;
	const line = head.line.slice(head.aloneAt);
	const minute = /^(?:\d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d )\d\d:[0-5]\d:(?=[0-5]\d)/.exec(line)?.[0];
	if (minute === undefined) return;
	const fraction = /^\d\d(?:\.\d+)?/.exec(line.slice(minute.length, minute.length + 16))?.[0] ?? '';
	const middle = line.slice(minute.length + fraction.length, head.tagAt - head.aloneAt);
	// A second stamp, a facility word or the like between them is not for the fast path.
	if (!/^(?:Z|[+-]\d\d:?\d\d)? [!-~]+ $/.test(middle) || middle.length < 4 || middle.length > longestMiddle) return;
	const {name} = tag.tag;
	// A bracket or a colon in a name could as well be the end of a shorter one.
	if (!/^[!-9;-Z^-~]{4,100}$/.test(name)) return;
	const begins = Math.floor(head.time / 1000) * 1000 - Number(fraction.slice(0, 2)) * 1000;
	const offset = middle.startsWith(' ') ? null : Date.parse(`${minute}00Z`) - begins;
	if (Number.isNaN(offset)) return;
	// In an hour in which the clocks go back a minute comes twice.
	const hourly = offset !== null || steady(begins);
	const stamp = hourly ? minute.slice(0, -3) : minute;
	const since = hourly ? Number(minute.slice(-3, -1)) * 60_000 : 0;
	scanner.learnStamp(scanner.write(stamp).at, stamp.length, begins - since + (offset ?? 0), hourly, offset !== null);
	scanner.learnMiddle(scanner.write(middle).at, middle.length, tag.host.number, offset ?? 0);
	for (const follows of '[:')
		scanner.learnTag(
			scanner.write(`${name}${follows}`).at,
			name.length,
			tag.host.number,
			tag.number,
			programNumber(tag.tag.program),
		);
	if (line !== raw) learnWrapping(scanner, raw, line);
}

/** Whether a line is a string of JSON, whose escapes stand for letters: without it a record is left. */
function isJson(before: string, behind: string): boolean {
	const open = before.indexOf('{');
	if (open < 0) return false;
	try {
		JSON.parse(before.slice(open) + behind);
		return true;
	} catch {
		return false;
	}
}

/** What surrounds a line, with a zero for each run of digits. */
const templateOf = (text: string): string => text.replaceAll(/\d+/g, '0');

/** Teaches the scanner what surrounds a line. Behind it only what ends a string of JSON or a cell of a table. */
function learnWrapping(scanner: Scanner, raw: string, line: string): void {
	const inner = line.trimEnd();
	const at = raw.indexOf(inner);
	if (at < 1 || raw.length - inner.length > longestWrapping) return;
	const before = raw.slice(0, at);
	const behind = raw.slice(at + inner.length).trimEnd();
	// A string that opens must close: else what follows the line is taken for the line.
	if (/\d$/.test(before) || before.endsWith('"') !== /^(?:\\n)?"/.test(behind)) return;
	if (behind !== '' && !before.endsWith('"')) return;
	const [begin, rest] = [templateOf(before), templateOf(behind)];
	const {at: place, end} = scanner.write(begin + rest);
	const length = Buffer.byteLength(begin);
	scanner.learnWrapping(place, length, end - place - length, isJson(before, behind), /^[A-Z]/.test(inner));
}
