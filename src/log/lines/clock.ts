import {tzOffset} from '@date-fns/tz';

/** What a stamp leaves open, filled in: the year it lacks and the zone it lacks. All results are ms since 1970 UTC. */
export type Clock = {
	/** A new source begins: `modified` (ms, null = unknown) bounds the year of its first stamp. */
	restart(modified: number | null): void;
	/** Wall time with a year, in the clock's zone. `undefined` for an impossible date. */
	dated(year: number, month: number, day: number, secondOfDay: number): number | undefined;
	/** Wall time without a year (RFC 3164): the year nearest to what was seen before. `undefined` for an impossible date. */
	yearless(month: number, day: number, secondOfDay: number): number | undefined;
	/** Gives the clock an absolute time seen in the same source. */
	saw(time: number): void;
	/** Whether a time is within a day of the last one: only then a stamp without a year, read before, still means the same. */
	near(time: number): boolean;
	/** Whether the clocks of the zone change on no moment within some hours of a time. */
	steady(time: number): boolean;
	/** What follows is far from what was seen before: no stamp read before means the same, and what is seen is noted. */
	beginAhead(): void;
	/** What was seen since then. */
	seen(): ClockSpan;
};

/** Times that a clock saw, ms since 1970 UTC. */
export type ClockSpan = {
	/** Infinite where there was none. */
	readonly earliest: number;
	readonly latest: number;
	/** One was more than a day before the last one. */
	readonly fell: boolean;
	/** Wall time that a change of the zone's clocks makes come twice. */
	readonly twice: boolean;
};

export type ClockOptions = {
	/** IANA name of the zone of stamps without one. */
	readonly zone: string;
	/** The year of the first stamp without one. */
	readonly year?: number | undefined;
	/** Now, in ms: the bound for stamps of sources whose age is unknown. */
	readonly now: number;
};

const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
const quarterHour = 900_000;
/** A step back of more than this inside the repeated hour of autumn means its second pass; less is only disorder. */
const disorder = 600_000;

const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the day exists in some year; 29 February is checked against the year later. */
function possible(month: number, day: number, secondOfDay: number): boolean {
	return (
		month >= 0 && month < 12 && day >= 1 && day <= (daysIn[month] ?? 0) && secondOfDay >= 0 && secondOfDay <= 86_400
	);
}

function isLeap(year: number): boolean {
	return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** What a clock remembers, as plain data. */
export type ClockState = {
	/** The last time seen, ms. */
	last: number | null;
	/** No stamp of the source is later, ms; null: now. */
	bound: number | null;
	/** The given year was used up by the first stamp. */
	started: boolean;
};

export function emptyClockState(): ClockState {
	return {last: null, bound: null, started: false};
}

const noTimes = (): {-readonly [Key in keyof ClockSpan]: ClockSpan[Key]} => ({
	earliest: Number.POSITIVE_INFINITY,
	latest: Number.NEGATIVE_INFINITY,
	fell: false,
	twice: false,
});

/** A new source begins: `modified` (ms, null = unknown) bounds the year of its first stamp, unless a `year` was given. */
export function restartClock(state: ClockState, year: number | undefined, modified: number | null): void {
	if (year === undefined) state.last = null;
	state.bound = modified;
}

/** Makes a clock for stamps that lack year or zone. Pure but for its memory of the last time seen. */
export function createClock(options: ClockOptions, state: ClockState): Clock {
	// Offsets are looked up once a quarter of an hour of log: zone rules are far too slow for every line.
	const offsets = new Map<number, readonly [number, number]>();
	let steadyHour = Number.NaN;
	let isSteady = false;
	/** Nothing was seen since `beginAhead`. */
	let isFar = false;
	let span = noTimes();

	function offsetAt(utc: number): number {
		return tzOffset(options.zone, new Date(utc)) * 60_000;
	}

	function candidates(local: number): readonly [number, number] {
		const key = Math.floor(local / quarterHour);
		const known = offsets.get(key);
		if (known) return known;
		const before = offsetAt(local - 14 * hourMs);
		const after = offsetAt(local + 14 * hourMs);
		let pair: readonly [number, number] = [before, before];
		if (before !== after) {
			const first = offsetAt(local - before) === before;
			const second = offsetAt(local - after) === after;
			if (first && second) pair = [before, after];
			else if (second) pair = [after, after];
		}
		if (offsets.size > 4096) offsets.clear();
		offsets.set(key, pair);
		return pair;
	}

	function toUtc(local: number): number {
		const [before, after] = candidates(local);
		const first = local - before;
		if (before !== after) span.twice = true;
		if (before === after || state.last === null || first >= state.last - disorder) return first;
		return local - after;
	}

	function nearestYear(month: number, day: number): number {
		const leapDay = month === 1 && day === 29;
		if (state.last === null) {
			const bound = state.bound ?? options.now;
			let year = (state.started ? undefined : options.year) ?? new Date(bound + dayMs).getUTCFullYear();
			state.started = true;
			if (options.year === undefined && Date.UTC(year, month, day) > bound + dayMs) year--;
			while (leapDay && !isLeap(year)) year--;
			return year;
		}
		const reference = state.last;
		const middle = new Date(reference).getUTCFullYear();
		let best = middle;
		let distance = Number.POSITIVE_INFINITY;
		for (let year = middle - (leapDay ? 4 : 1); year <= middle + (leapDay ? 4 : 1); year++) {
			if (leapDay && !isLeap(year)) continue;
			const away = Math.abs(Date.UTC(year, month, day) - reference);
			if (away < distance) {
				distance = away;
				best = year;
			}
		}
		return best;
	}

	function dated(year: number, month: number, day: number, secondOfDay: number): number | undefined {
		if (!possible(month, day, secondOfDay)) return undefined;
		if (month === 1 && day === 29 && !isLeap(year)) return undefined;
		return toUtc(Date.UTC(year, month, day) + secondOfDay * 1000);
	}

	return {
		restart: modified => restartClock(state, options.year, modified),
		dated,
		yearless(month, day, secondOfDay) {
			if (!possible(month, day, secondOfDay)) return undefined;
			return dated(nearestYear(month, day), month, day, secondOfDay);
		},
		steady(time) {
			const hour = Math.floor(time / hourMs);
			if (hour !== steadyHour) {
				steadyHour = hour;
				isSteady = offsetAt(time - 14 * hourMs) === offsetAt(time + 14 * hourMs);
			}
			return isSteady;
		},
		near: time => !isFar && state.last !== null && Math.abs(time - state.last) <= dayMs,
		beginAhead() {
			isFar = true;
			span = noTimes();
		},
		seen: () => span,
		saw(time) {
			isFar = false;
			if (time < span.earliest) span.earliest = time;
			if (time > span.latest) span.latest = time;
			if (state.last !== null && state.last - time > dayMs) span.fell = true;
			if (state.last === null || time > state.last || state.last - time > dayMs) state.last = time;
		},
	};
}

/** The system's time zone by its IANA name. The first call of a thread takes 12 ms, as it loads the rules of all zones. */
export function systemZone(): string {
	return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
