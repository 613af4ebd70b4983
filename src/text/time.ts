/**
 * Dates and spans as text, for the reports, the screen and error lines: milliseconds since 1970 UTC come in, words go out.
 * Dates that a user types are read by `cli/date-flag.ts`, which knows calendars.
 */

/** The farthest from 1970 that a date may be, ms (ECMA-262, time values). */
const farthest = 8.64e15;

const isDate = (ms: number | null): ms is number => ms !== null && Number.isFinite(ms) && Math.abs(ms) <= farthest;

/** ISO 8601 in UTC, `2026-10-12T08:21:40.000Z`; null for what is no date. */
export function isoDate(ms: number | null): string | null {
	return isDate(ms) ? new Date(ms).toISOString() : null;
}

const utc = (ms: number | null, letters: number): string => (isoDate(ms) ?? '').slice(0, letters).replace('T', ' ');

/** `2026-10-12` in UTC; empty for what is no date. */
export const utcDay = (ms: number | null): string => utc(ms, 10);

/** `2026-10-12 08:21` in UTC; empty for what is no date. */
export const utcMinute = (ms: number | null): string => utc(ms, 16);

/** `2026-10-12 08:21:40` in UTC; empty for what is no date. */
export const utcSecond = (ms: number | null): string => utc(ms, 19);

/** How dates are written in one time zone. */
export type Moments = {
	/** `2026-10-12 08:21:40`. */
	readonly full: (ms: number | null) => string;
	/** `08:21:40` on the day of `near`, else `10-12 08:21`. */
	readonly brief: (ms: number | null, near: number | null) => string;
	/** The zone's name: `UTC`, `Europe/Berlin`. */
	readonly zone: string;
};

/** Dates as wall time of a zone; empty for what is no date. */
export function createMoments(zone: string): Moments {
	const format = new Intl.DateTimeFormat('sv-SE', {
		timeZone: zone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
	});
	const full = (ms: number | null): string => (isDate(ms) ? format.format(ms) : '');
	return {
		zone,
		full,
		brief(ms, near) {
			const text = full(ms);
			const day = text.slice(0, 10);
			if (day === full(near).slice(0, 10)) return text.slice(11);
			return day.slice(0, 4) === full(near).slice(0, 4) ? text.slice(5, 16) : text.slice(0, 10);
		},
	};
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A span of time in words people use: `90 s`, `5 min`, `3 h`, `12 d`. */
export function spanText(ms: number): string {
	if (ms < 2 * minute) return `${Math.round(ms / second)} s`;
	if (ms < 2 * hour) return `${Math.round(ms / minute)} min`;
	if (ms < 2 * day) return `${Math.round(ms / hour)} h`;
	return `${Math.round(ms / day)} d`;
}

/** Units of spans that users type, in ms. */
const units = {ms: 1, s: second, m: minute, min: minute, h: hour, d: day, w: 7 * day} as const;
type SpanUnit = keyof typeof units;

/** The span in `24h` or `90 d`, in ms; null where it is none or its unit is not among `allowed`. */
export function spanOf(text: string, allowed: readonly SpanUnit[]): number | null {
	const [, digits = '', word = ''] = /^(\d{1,12})\s*([a-z]+)$/i.exec(text.trim()) ?? [];
	const unit = allowed.find(each => each === word.toLowerCase());
	return unit === undefined ? null : Number(digits) * units[unit];
}
