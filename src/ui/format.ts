/** Numbers, spans and moments as the screen writes them. */

/** Count with thousands apart: `12,345`. */
export function count(value: number): string {
	return value.toLocaleString('en-US');
}

/** Count that fits into `room` columns: `12,345`, else `12.3k`, `4.56M`. */
export function compact(value: number, room: number): string {
	const whole = count(value);
	if (whole.length <= room) return whole;
	for (const [unit, size] of [
		['k', 1e3],
		['M', 1e6],
		['G', 1e9],
		['T', 1e12],
	] as const) {
		if (value >= size * 1000) continue;
		const digits = value / size >= 100 ? 0 : value / size >= 10 ? 1 : 2;
		for (let cut = digits; cut >= 0; cut -= 1) {
			const text = `${(Math.floor((value / size) * 10 ** cut) / 10 ** cut).toFixed(cut)}${unit}`;
			if (text.length <= room) return text;
		}
	}
	return '#'.repeat(Math.max(0, room));
}

/** Part of a whole in percent; `<1%` rather than a zero that is none, `>99%` rather than all of them. */
export function percent(part: number, whole: number): string {
	if (whole === 0 || part === 0) return '';
	const value = (100 * part) / whole;
	if (value < 1) return '<1%';
	if (value > 99 && value < 100) return '>99%';
	return `${Math.round(value)}%`;
}

/** A span of time in words people use: `90 s`, `5 min`, `3 h`, `12 d`. */
export function span(ms: number): string {
	if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
	if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
	if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
	return `${Math.round(ms / 86_400_000)} d`;
}

/** How moments are written. */
export type Moments = {
	/** `2026-10-12 08:21:40`. */
	readonly full: (ms: number | null) => string;
	/** `08:21:40` on the day of `near`, else `10-12 08:21`. */
	readonly brief: (ms: number | null, near: number | null) => string;
	/** The zone's name: `UTC`, `Europe/Berlin`. */
	readonly zone: string;
};

/** Moments as wall time of a zone, for whatever is not a moment a blank text. */
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
	const full = (ms: number | null): string =>
		ms === null || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15 ? '' : format.format(ms);
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
