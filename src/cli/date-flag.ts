import {tz} from '@date-fns/tz';
import {isValid, parseISO, startOfDay, sub} from 'date-fns';

const units = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const;
const letters = {s: 'seconds', m: 'minutes', min: 'minutes', h: 'hours', d: 'days', w: 'weeks', y: 'years'} as const;
const ago = /^(\d{1,6})\s*([a-z]+?)s?(?:\s+ago)?$/i;

function unitOf(word: string): (typeof units)[number] | undefined {
	return letters[word as keyof typeof letters] ?? units.find(unit => unit === `${word}s`);
}

/** The moment that lies a span such as `2 hours`, `90d` or `1 month` before another, by the calendar of a zone; null: no span. */
export function momentBefore(moment: number, span: string, zone: string): number | null {
	const [, amount, word] = ago.exec(span.trim().toLowerCase()) ?? [];
	const unit = word === undefined ? undefined : unitOf(word);
	return unit === undefined ? null : sub(moment, {[unit]: Number(amount)}, {in: tz(zone)}).getTime();
}

/**
 * A date as people write it: ISO 8601 (without an offset: wall time in `zone`), `2 hours ago`, `90d`, `now`, `today`,
 * `yesterday` (their midnight). Gives milliseconds since 1970 UTC. Throws one sentence that begins with `flag`, where a flag
 * brought it.
 */
export function readMoment(text: string, flag: string, zone: string, now: number): number {
	const words = text.trim().toLowerCase();
	const there = {in: tz(zone)};
	if (words === 'now') return now;
	if (words === 'today') return startOfDay(now, there).getTime();
	if (words === 'yesterday') return startOfDay(sub(now, {days: 1}, there), there).getTime();
	const passed = momentBefore(now, words, zone);
	if (passed !== null) return passed;
	const date = parseISO(text.trim().replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T'), there);
	if (isValid(date)) return date.getTime();
	const where = flag === '' ? '' : `${flag} `;
	throw new Error(`${where}"${text}": no time; write 2026-01-31, 2026-01-31T08:00, "2 hours ago" or yesterday`);
}
