import type {Clock} from './clock.ts';
import type {MonthNames} from './month-names.ts';

/** A stamp that was read: ms since 1970 UTC, what of it was written, and the position behind it. */
export type ShapedStamp = {readonly time: number; readonly known: StampKnown; readonly end: number};

/** How much of a moment a stamp writes down: nothing (time since boot), no year, no zone, all of it. */
export const stampKnown = {nothing: 0, noYear: 1, noZone: 2, all: 3} as const;
export type StampKnown = (typeof stampKnown)[keyof typeof stampKnown];

const clockTime = String.raw`(?:@ )?(?<hour>\d{1,2}):(?<minute>\d\d):(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?(?: ?(?<half>[AP]M)\b)?`;
const zoneName = String.raw`(?: ?(?<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)(?: UTC| GMT)?(?![\w:]))?`;
const month = String.raw`(?<month>[\p{L}\ufffd]{2,16}\.?|\d{1,2}[月월])`;
const weekday = String.raw`(?:[\p{L}\ufffd]{2,12}\.?,? +)?`;
const day = String.raw`(?<day>\d{1,2})`;
const year = String.raw`(?<year>(?:19|20|21)\d\d)`;
const behind = String.raw`(?![\w:])`;

/**
 * Stamps beside those of RFC 3164 and RFC 3339, the more special ones first. Day and month as two numbers are read with dots
 * only (DIN 1355): with strokes the order depends on the country, and nothing in the line shows it.
 */
const namedShapes: readonly RegExp[] = [
	// `Oct 16 2026 10:02:12`, `Oct 16, 2026 @ 10:02:12.000` (Kibana), `Okt 16 10:02:12`, `Sep 8 07:16:27`, `Fri Oct 16 10:02:12 CEST 2026` (asctime(3), date(1))
	`${weekday}${month} +${day},? +(?:${year},? +)?${clockTime}${zoneName}(?: (?:[A-Z]{2,5} )?(?<lateYear>(?:19|20|21)\\d\\d)(?= |$))?${behind}`,
].map(source => new RegExp(source, 'uy'));
const numberedShapes: readonly RegExp[] = [
	// `10月 16 10:02:12`, `10월 16 10:02:12`
	`${month} +${day} +(?:${year} +)?${clockTime}${zoneName}${behind}`,
	// `16/Oct/2026:10:02:12 +0200` (Common Log Format), `Fri, 16 Oct 2026 10:02:12 +0000` (RFC 5322), `16. Okt 10:02:12`
	`${weekday}${day}\\.?[ /-]${month}[ /-](?:${year}[ :]+)?${clockTime}${zoneName}${behind}`,
	// `2026/10/16 10:02:12`, `2026.10.16 10:02:12`, `2026-10-16 10:02:12 +0000`
	`${year}(?<mark>[-/.])(?<number>\\d\\d?)\\k<mark>${day}[T _:-]${clockTime}${zoneName}${behind}`,
	// `16.10.2026 10:02:12`
	`${day}\\.(?<number>\\d\\d?)\\.${year},?[T _]${clockTime}${zoneName}${behind}`,
	// `20261016T100212Z` (ISO 8601, basic format)
	`${year}(?<number>\\d\\d)${day}[T -]?(?<hour>\\d\\d):?(?<minute>\\d\\d):?(?<second>\\d\\d)(?:[.,](?<fraction>\\d{1,9}))?${zoneName}${behind}`,
].map(source => new RegExp(source, 'uy'));

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, by how many digits there are. */
const epoch = /(?<whole>\d{10}|\d{13}|\d{16}|\d{19})(?:[.,](?<fraction>\d{1,9}))?(?![\w.:])/y;
const firstYear = Date.UTC(1990, 0, 1);
const lastYear = Date.UTC(2200, 0, 1);

/** A time since 1970 in ms, from a number in whatever unit puts it between 1990 and 2200; undefined when none does. */
export function epochTime(value: number): number | undefined {
	for (const scale of [1000, 1, 1e-3, 1e-6]) {
		const time = value * scale;
		if (time >= firstYear && time < lastYear) return time;
	}
	return undefined;
}

const ms = (fraction: string | undefined): number =>
	fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);

function secondOfDay(groups: Readonly<Record<string, string | undefined>>): number {
	let hour = Number(groups.hour);
	const minute = Number(groups.minute);
	const second = Number(groups.second);
	if (groups.half !== undefined) {
		if (hour < 1 || hour > 12) return Number.NaN;
		hour = (hour % 12) + (groups.half === 'PM' ? 12 : 0);
	}
	return hour < 24 && minute < 60 && second <= 60 ? hour * 3600 + minute * 60 + second : Number.NaN;
}

/** Minutes east of Greenwich of `Z`, `UTC`, `+02:00` or `-0530`; undefined where a stamp has no zone. */
export function zoneMinutes(zone: string | undefined): number | undefined {
	if (zone === undefined || zone === '') return undefined;
	const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
	if (!match) return 0;
	return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** What a stamp says, as numbers: the month from 0, the zone in minutes east of Greenwich. */
export type StampParts = {
	readonly year: number | undefined;
	readonly month: number;
	readonly day: number;
	readonly second: number;
	readonly ms: number;
	readonly zone: number | undefined;
};

/** The moment of a stamp, ms since 1970 UTC, NaN for a date that no calendar has; and what was known of it. */
export function momentOf(clock: Clock, parts: StampParts): {time: number; known: StampKnown} {
	const {year, month: at, day: date, second, zone} = parts;
	if (year === undefined)
		return {time: (clock.yearless(at, date, second) ?? Number.NaN) + parts.ms, known: stampKnown.noYear};
	if (zone === undefined)
		return {time: (clock.dated(year, at, date, second) ?? Number.NaN) + parts.ms, known: stampKnown.noZone};
	const midnight = Date.UTC(year, at, date);
	// Date.UTC rolls 31 April over into May: an impossible date does not become another one.
	const exists = at >= 0 && at < 12 && date >= 1 && new Date(midnight).getUTCDate() === date && !Number.isNaN(second);
	return {time: exists ? midnight + second * 1000 - zone * 60_000 + parts.ms : Number.NaN, known: stampKnown.all};
}

function shaped(groups: Record<string, string | undefined>, months: MonthNames): StampParts | undefined {
	const at = groups.number === undefined ? months.monthOf(groups.month ?? '') : Number(groups.number) - 1;
	if (at === undefined) return undefined;
	const written = groups.year ?? groups.lateYear;
	return {
		year: written === undefined ? undefined : Number(written),
		month: at,
		day: Number(groups.day),
		second: secondOfDay(groups),
		ms: ms(groups.fraction),
		zone: zoneMinutes(groups.zone),
	};
}

/** The time of day is not farther behind the beginning of a stamp. */
const farthest = 48;

/** Whether a word may begin a stamp: the name of a month and a day follow, or a weekday and either of them. Spares a look. */
function mayBeNamed(line: string, at: number): boolean {
	const blank = line.indexOf(' ', at);
	if (blank < at + 2 || blank > at + 14) return false;
	let next = blank + 1;
	while (line.charCodeAt(next) === 32) next++;
	const code = line.charCodeAt(next);
	// A digit, a letter, or a letter that is not ASCII.
	return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 127;
}

/**
 * Reads a stamp of any other known shape at a position; undefined when there is none. The time is NaN for a date that no
 * calendar has.
 */
export function readShapedStamp(line: string, at: number, clock: Clock, months: MonthNames): ShapedStamp | undefined {
	const first = line.charCodeAt(at) - 48;
	const numbered = first >= 0 && first <= 9;
	if (!numbered && !mayBeNamed(line, at)) return undefined;
	if (/\d:\d\d:\d\d|\d{8}[T -]?\d{6}/.test(line.slice(at, at + farthest)))
		for (const shape of numbered ? numberedShapes : namedShapes) {
			shape.lastIndex = at;
			const {groups} = shape.exec(line) ?? {};
			if (!groups) continue;
			const end = shape.lastIndex;
			const parts = shaped(groups, months);
			if (parts) return {...momentOf(clock, parts), end};
		}
	if (!numbered) return undefined;
	epoch.lastIndex = at;
	const {groups} = epoch.exec(line) ?? {};
	if (!groups) return undefined;
	const end = epoch.lastIndex;
	const time = epochTime(Number(`${groups.whole}.${groups.fraction ?? 0}`));
	return time === undefined ? undefined : {time, known: stampKnown.all, end};
}
