import {count} from '../text/number.ts';

/** Numbers as the screen writes them. */

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
