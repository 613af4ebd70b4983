import type {Filter} from '../../model/filter.ts';
import type {Histogram} from '../../model/summary.ts';
import {condition} from '../filter.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {brokenJudgements} from './order.ts';

/** Widths people know, in ms, so that a bin is a second or five minutes and not 37 seconds. */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const widths = [
	...[1, 2, 5, 10, 15, 30].map(n => n * second),
	...[1, 2, 5, 10, 15, 30].map(n => n * minute),
	...[1, 2, 3, 6, 12].map(n => n * hour),
	...[1, 2, 7, 14, 30, 90, 365].map(n => n * day),
];

/** The narrowest known width with which `span` ms need no more than `bins` bins. */
export function binWidth(span: number, bins: number): number {
	return widths.find(width => span / width + 1 <= bins) ?? Math.max(day, Math.ceil(span / Math.max(1, bins - 1)));
}

/** Where the parts of the time between two moments begin. */
export function binStarts(from: number | null, to: number | null, bins: number): number[] {
	if (from === null || to === null || bins < 1) return [];
	const width = binWidth(to - from, bins);
	const start = Math.floor(from / width) * width;
	return Array.from({length: Math.floor((to - start) / width) + 1}, (_, bin) => start + bin * width);
}

/** Counts sessions in at most `bins` parts of the time between `from` and `to`. */
export async function histogram(
	store: Store,
	filter: Filter,
	{from, to, bins}: {from: number | null; to: number | null; bins: number},
): Promise<Histogram> {
	if (from === null || to === null || bins < 1)
		return {from, to, width: minute, sessions: [], plaintext: [], failed: [], violations: []};
	const width = binWidth(to - from, bins);
	const start = Math.floor(from / width) * width;
	const length = Math.min(bins, Math.floor((to - start) / width) + 1);
	const {where, parameters} = await condition(store, filter);
	const rows = await store.all<{bin: number; outcome: string | null; violates: boolean; sessions: number}>(
		`select ((epoch_ms(s.started_at) - ${start}) // ${width})::integer as bin, h.outcome,
			coalesce(b.violation, false) as violates, ${sessionsOf(store)}::double as sessions
		from judged_rows s join handshakes h using (handshake) left join (${brokenJudgements}) b using (judgement)
		where s.started_at is not null and ${where} group by all`,
		parameters,
	);
	const empty = (): number[] => new Array<number>(length).fill(0);
	const result = {from: start, to, width, sessions: empty(), plaintext: empty(), failed: empty(), violations: empty()};
	for (const {bin, outcome, violates, sessions} of rows) {
		const at = Math.min(length - 1, Math.max(0, bin));
		const add = (counts: number[]): void => {
			counts[at] = (counts[at] ?? 0) + sessions;
		};
		add(result.sessions);
		if (outcome === 'plaintext') add(result.plaintext);
		if (outcome === 'failed') add(result.failed);
		if (violates) add(result.violations);
	}
	return result;
}
