import {tz} from '@date-fns/tz';
import {startOfDay, subDays} from 'date-fns';
import {momentBefore} from './date-flag.ts';

/** Two spans, the second one right before the first; ms since 1970 UTC, the end exclusive. */
export type ComparedSpans = {
	readonly shown: {readonly since: number; readonly until: number};
	readonly before: {readonly since: number; readonly until: number};
};

/**
 * The span that is shown, and the one before it. `compare` is `yesterday` (the day of the end, from its midnight in the zone,
 * against the day before), a span such as `7 days` (as much up to the end against as much before), or a number of ms. The end
 * is `until`, else the newest session: a log is compared by its own clock, so that an archive has a yesterday, too. With `since`
 * that is the span, and the one before is as long; one that begins after all sessions ends where it begins. Null: `compare` is no span.
 */
export function comparedSpans(
	compare: string | number,
	{since, until}: {readonly since: number | undefined; readonly until: number | undefined},
	newest: number,
	zone: string,
): ComparedSpans | null {
	const end = until ?? Math.max(newest, since ?? newest) + 1;
	const spans = (from: number, earlier: number): ComparedSpans => ({
		shown: {since: from, until: end},
		before: {since: earlier, until: from},
	});
	const isDay = typeof compare === 'string' && compare.trim().toLowerCase() === 'yesterday';
	const back = (moment: number): number | null => {
		if (typeof compare === 'number') return moment - compare;
		if (isDay) return subDays(startOfDay(moment, {in: tz(zone)}), 1).getTime();
		return momentBefore(moment, compare, zone);
	};
	const first = isDay
		? startOfDay(end - 1, {in: tz(zone)}).getTime()
		: back(typeof compare === 'number' ? end - 1 : end);
	if (first === null) return null;
	if (since !== undefined) return spans(since, since - (end - since));
	return spans(first, back(first) ?? first);
}
