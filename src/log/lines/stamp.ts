import type {Clock} from './clock.ts';
import type {MonthNames} from './month-names.ts';
import {readShapedStamp, type StampKnown, stampKnown} from './stamp-shapes.ts';

/** Where a stamp ended and what it says; one object is used over and over, so copy what you keep. */
export type Stamp = {
	/** ms since 1970 UTC; NaN when the stamp bears no date (monotonic) or an impossible one. */
	time: number;
	/** A date that no calendar has: 31 April, hour 25. */
	impossible: boolean;
	/** Position after the stamp; -1 when there is no stamp. */
	end: number;
	/** How much of the moment is written down. */
	known: StampKnown;
};

const none = -1;
const zoneBehindBlank = /^ [+-]\d\d:?\d\d(?!\d)/;
/** A zone as journalctl writes it: an abbreviation, or an offset where the zone has none. */
const zoneWord = /^(?:[A-Z]{1,5}|[+-]\d\d(?:\d\d)?)$/;

function digit(line: string, at: number): number {
	const code = line.charCodeAt(at) - 48;
	return code >= 0 && code <= 9 ? code : Number.NaN;
}

function two(line: string, at: number): number {
	return digit(line, at) * 10 + digit(line, at + 1);
}

const months = new Map(
	['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
		(name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
		index,
	]),
);

function monthAt(line: string, at: number): number {
	return months.get((line.charCodeAt(at) << 16) | (line.charCodeAt(at + 1) << 8) | line.charCodeAt(at + 2)) ?? none;
}

/** Seconds of the day of `HH:MM:SS`, NaN when it is none. Second 60 (leap second) is let through. */
function secondOfDay(line: string, at: number): number {
	if (line.charCodeAt(at + 2) !== 58 || line.charCodeAt(at + 5) !== 58) return Number.NaN;
	const hour = two(line, at);
	const minute = two(line, at + 3);
	const second = two(line, at + 6);
	return hour < 24 && minute < 60 && second <= 60 ? hour * 3600 + minute * 60 + second : Number.NaN;
}

let fractionEnd = 0;
/** Milliseconds of `.123456` or `,123` at `at` (0 when there is none); leaves the position after it in `fractionEnd`. */
function fraction(line: string, at: number): number {
	fractionEnd = at;
	const mark = line.charCodeAt(at);
	if (mark !== 46 && (mark !== 44 || Number.isNaN(digit(line, at + 1)))) return 0;
	let ms = 0;
	let end = at + 1;
	for (; ; end++) {
		const value = line.charCodeAt(end) - 48;
		if (!(value >= 0 && value <= 9)) break;
		if (end < at + 4) ms = ms * 10 + value;
	}
	for (let digits = end; digits < at + 4; digits++) ms *= 10;
	fractionEnd = end;
	return ms;
}

/** The clock is given minutes: the scanner, which reports lines like others before to it, knows no more of them. */
const minuteOf = (time: number): number => Math.floor(time / 60_000) * 60_000;

/**
 * Reads a stamp of any known framing. Keeps the last second it worked out: most lines share it with their neighbour. One
 * closure, as all ways share that second.
 */
export function createStampReader(
	clock: Clock,
	months: MonthNames,
): (line: string, at: number, into: Stamp, anyShape?: boolean) => void {
	let lastPrefix = '\u0000';
	let lastTime = 0;
	// RFC 3339: the minute last worked out, `YYYY-MM-DDTHH:MM:`, and the zone that followed the fraction.
	let minutePrefix = '\u0000';
	let minuteZone = '\u0000';
	let minuteTime = 0;
	let lastDay = 0;
	let lastDayMs = Number.NaN;

	/** `Mmm dd HH:MM:SS[.frac][ YYYY]`, the day padded by blank or zero. */
	function rfc3164(line: string, at: number, into: Stamp): void {
		// A year may follow a time that was seen without one.
		const cached =
			line.startsWith(lastPrefix, at) &&
			clock.near(lastTime) &&
			(line.charCodeAt(at + 15) !== 32 || Number.isNaN(digit(line, at + 16)));
		if (!cached) {
			const month = monthAt(line, at);
			if (month === none || line.charCodeAt(at + 3) !== 32 || line.charCodeAt(at + 6) !== 32) return;
			const tens = line.charCodeAt(at + 4) === 32 ? 0 : digit(line, at + 4);
			const day = tens * 10 + digit(line, at + 5);
			const seconds = secondOfDay(line, at + 7);
			if (Number.isNaN(day) || Number.isNaN(seconds)) return;
			const year = yearAfter(line, at + 15);
			const time = year === none ? clock.yearless(month, day, seconds) : clock.dated(year, month, day, seconds);
			into.end = at + 15 + (year === none ? 0 : 5);
			into.known = year === none ? stampKnown.noYear : stampKnown.noZone;
			into.time = time ?? Number.NaN;
			if (time === undefined) return;
			if (year === none) {
				lastPrefix = line.slice(at, at + 15);
				lastTime = time;
			}
			clock.saw(minuteOf(time));
		} else {
			clock.saw(minuteOf(lastTime));
			into.time = lastTime;
			into.end = at + 15;
			into.known = stampKnown.noYear;
		}
		const ms = fraction(line, into.end);
		into.time += ms;
		into.end = fractionEnd;
	}

	function yearAfter(line: string, at: number): number {
		if (line.charCodeAt(at) !== 32 || line.charCodeAt(at + 5) !== 32) return none;
		const year = two(line, at + 1) * 100 + two(line, at + 3);
		return year >= 1990 && year < 2200 ? year : none;
	}

	/** `YYYY-MM-DDTHH:MM:SS[.frac][Z|±hh[:]mm]`; without a zone it is wall time of the clock's zone. */
	function rfc3339(line: string, at: number, into: Stamp): void {
		if (line.startsWith(minutePrefix, at)) {
			const second = two(line, at + 17);
			const ms = fraction(line, at + 19);
			if (second < 60 && line.startsWith(minuteZone, fractionEnd)) {
				into.known = stampKnown.all;
				into.end = fractionEnd + minuteZone.length;
				into.time = minuteTime + second * 1000 + ms;
				clock.saw(minuteTime);
				return;
			}
		}
		if (line.charCodeAt(at + 4) !== 45 || line.charCodeAt(at + 7) !== 45) return;
		const year = two(line, at) * 100 + two(line, at + 2);
		const month = two(line, at + 5);
		const day = two(line, at + 8);
		const seconds = secondOfDay(line, at + 11);
		if (Number.isNaN(year + month + day) || Number.isNaN(seconds)) return;
		const ms = fraction(line, at + 19);
		let end = fractionEnd;
		let sign = line.charCodeAt(end);
		into.end = end;
		if (sign === 32 && zoneBehindBlank.test(line.slice(end, end + 7))) sign = line.charCodeAt(++end);
		const zoned = (sign === 43 || sign === 45) && !Number.isNaN(two(line, end + 1));
		into.known = sign === 90 || zoned ? stampKnown.all : stampKnown.noZone;
		if (sign === 90) {
			end++;
			into.time = absolute(year, month, day, seconds, 0);
		} else if (zoned) {
			const colon = line.charCodeAt(end + 3) === 58 ? 1 : 0;
			const minutes = two(line, end + 1) * 60 + two(line, end + 3 + colon);
			end += 5 + colon;
			into.time = absolute(year, month, day, seconds, (sign === 45 ? -minutes : minutes) * 60_000);
		} else {
			into.time = clock.dated(year, month - 1, day, seconds) ?? Number.NaN;
		}
		into.end = end;
		if (Number.isNaN(into.time)) return;
		if (sign === 90 || zoned) {
			minutePrefix = line.slice(at, at + 17);
			minuteZone = line.slice(fractionEnd, end);
			minuteTime = into.time - (seconds % 60) * 1000;
		}
		clock.saw(minuteOf(into.time));
		into.time += ms;
	}

	function absolute(year: number, month: number, day: number, seconds: number, offset: number): number {
		const key = (year * 100 + month) * 100 + day;
		if (key !== lastDay) {
			lastDay = key;
			lastDayMs = Date.UTC(year, month - 1, day);
			// Date.UTC rolls 31 April over into May: an impossible date must not become another one.
			if (month < 1 || month > 12 || day < 1 || new Date(lastDayMs).getUTCDate() !== day) lastDayMs = Number.NaN;
		}
		return lastDayMs + seconds * 1000 - offset;
	}

	/** `1794035521.123456` (journalctl -o short-unix). */
	function unix(line: string, at: number, into: Stamp): void {
		let end = at;
		let seconds = 0;
		while (end < at + 11) {
			const value = digit(line, end);
			if (Number.isNaN(value)) break;
			seconds = seconds * 10 + value;
			end++;
		}
		if (end - at < 9 || line.charCodeAt(end) !== 46) return;
		into.time = seconds * 1000 + fraction(line, end);
		into.end = fractionEnd;
		into.known = stampKnown.all;
		clock.saw(into.time);
	}

	/** `@4000000067779a2d077a9e94`: TAI64N, 10 s + leap seconds ahead of UTC; the 10 s are what multilog's label holds. */
	function tai64n(line: string, at: number, into: Stamp): void {
		const hex = line.slice(at + 1, at + 25);
		if (!/^4[0-9a-f]{23}$/.test(hex)) return;
		into.time =
			(Number.parseInt(hex.slice(1, 16), 16) - 10) * 1000 + Math.floor(Number.parseInt(hex.slice(16), 16) / 1e6);
		into.end = at + 25;
		into.known = stampKnown.all;
		clock.saw(into.time);
	}

	/** `Thu 2026-11-05 07:12:01 UTC` (journalctl -o short-full): the zone is a name, so only UTC is absolute. */
	function weekday(line: string, at: number, into: Stamp): void {
		rfc3339(line, at + 4, into);
		if (into.end < 0) return;
		const end = line.indexOf(' ', into.end + 1);
		const zone = line.slice(into.end + 1, end < 0 ? line.length : end);
		if (!zoneWord.test(zone)) return;
		if (zone === 'UTC' || zone === 'GMT') {
			const utc = Date.parse(`${line.slice(at + 4, at + 14)}T${line.slice(at + 15, at + 23)}Z`);
			if (!Number.isNaN(utc)) into.time = utc;
			into.known = stampKnown.all;
		}
		into.end = end < 0 ? line.length : end;
	}

	function common(line: string, at: number, into: Stamp): void {
		const first = line.charCodeAt(at);
		if (first >= 65 && first <= 90) {
			if (line.charCodeAt(at + 3) !== 32) return;
			if (line.charCodeAt(at + 8) === 45) weekday(line, at, into);
			else rfc3164(line, at, into);
		} else if (first >= 48 && first <= 57) {
			if (line.charCodeAt(at + 4) === 45) rfc3339(line, at, into);
			else if (line.charCodeAt(at + 4) === 32 && monthAt(line, at + 5) !== none) {
				// `2026 Nov  5 07:12:01`
				const year = two(line, at) * 100 + two(line, at + 2);
				if (Number.isNaN(year)) return;
				const day = (line.charCodeAt(at + 9) === 32 ? 0 : digit(line, at + 9)) * 10 + digit(line, at + 10);
				into.time = clock.dated(year, monthAt(line, at + 5), day, secondOfDay(line, at + 12)) ?? Number.NaN;
				into.end = at + 20;
				into.known = stampKnown.noZone;
			} else unix(line, at, into);
		} else if (first === 64) tai64n(line, at, into);
		else if (first === 91) {
			// `[  123.456789]`: time since boot, no date
			const close = line.indexOf(']', at);
			if (close > 0 && close < at + 24 && /^\[ *\d+\.\d+$/.test(line.slice(at, close))) into.end = close + 1;
		}
	}

	return (line, at, into, anyShape = false) => {
		into.end = none;
		into.time = Number.NaN;
		into.known = stampKnown.nothing;
		common(line, at, into);
		// `[  123.456789]` bears no date, which is not an impossible one.
		into.impossible = into.end >= 0 && Number.isNaN(into.time) && line.charCodeAt(at) !== 91;
		if (!anyShape || into.end >= 0) return;
		const found = readShapedStamp(line, at, clock, months);
		if (!found) return;
		into.end = found.end;
		into.time = found.time;
		into.known = found.known;
		into.impossible = Number.isNaN(found.time);
		if (!into.impossible) clock.saw(found.time);
	};
}
