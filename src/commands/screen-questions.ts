import type {Settings} from '../cli/settings.ts';
import type {Filter, Term} from '../model/filter.ts';
import {binStarts} from '../store/queries/histogram.ts';
import type {StandingTally, TallyQuestion} from '../store/tally/tally-request.ts';

/*
 * What the views of a screen ask of a tally: the sessions of which times and hops they are about, and the moments at which they part them. In go a
 * filter and what is on the screen, out comes what the tally is made by.
 */

/** Bars of a histogram before its width is known. */
export const usualBins = 60;

/** Bounds of what is chosen besides by a view that was come from. */
const boundsOf = (terms: readonly Term[]): number[] =>
	terms.flatMap(term => (term.kind === 'begun' ? [term.since ?? [], term.until ?? []].flat() : []));

/** The time of a filter; the last so many ms are counted back from the newest session. */
async function timeOf({since, until, last = null}: Filter, tally: StandingTally | undefined): Promise<Filter> {
	const newest = last === null ? null : ((await tally?.newest()) ?? null);
	if (last === null || newest === null) return {since, until};
	return {since: Math.max(since ?? Number.NEGATIVE_INFINITY, newest - last), until};
}

/** What has to be known of a screen besides its filter. */
export type OnScreen = Pick<Settings, 'zone'> & {
	/** Bars of the histogram over all times of the filter. */
	readonly bins: number;
	readonly tally?: StandingTally | undefined;
};

/** What the views of groups ask; all of all times, so that what changed since yesterday is told by the same tally. */
export async function groupsQuestion(filter: Filter, {bins, zone, tally}: OnScreen): Promise<TallyQuestion> {
	const {since, until} = await timeOf(filter, tally);
	const {comparedSpans} = await import('../cli/compared-spans.ts');
	const isBounded = since !== undefined || until !== undefined;
	return {
		filter: {since, until, hops: filter.hops},
		cutsOf({from, to, newest}) {
			const compared =
				isBounded || newest === null
					? null
					: comparedSpans('yesterday', {since: undefined, until: undefined}, newest, zone);
			return [
				...boundsOf(filter.terms ?? []),
				...(compared === null ? [] : [compared.shown.since, compared.shown.until, compared.before.since]),
				...binStarts(from, to, bins),
			];
		},
	};
}

/** Whether a tally knows what a term asks of the sessions of its own times only: of others it leaves out what most of its rows differ by. */
function asksOfChosen(term: Term): boolean {
	if (term.kind === 'same') return term.column === 'username';
	if (term.kind === 'word') return ['user', 'text', 'sni'].includes(term.field);
	return term.kind === 'domain' || term.kind === 'rule' || term.kind === 'broken';
}

/** What the overview of some sessions asks, whose first and last moment are known: what is new in it rests on those before, too. */
export async function overviewQuestion(
	filter: Filter,
	{from, to}: {readonly from: number | null; readonly to: number | null},
	{bins, tally}: OnScreen,
): Promise<TallyQuestion> {
	const {since, until} = await timeOf(filter, tally);
	const {hops, terms = []} = filter;
	return {
		filter: {since: terms.some(asksOfChosen) ? undefined : since, until, hops},
		cutsOf: () => [...(since === undefined ? [] : [since]), ...boundsOf(terms), ...binStarts(from, to, bins)],
	};
}

/** What a comparison asks, see `changeShown`: what there was before counts, so it is about all times. */
export async function changeQuestion(filter: Filter, {zone, tally}: OnScreen): Promise<TallyQuestion> {
	const {since, until, last, hops, terms = []} = filter;
	const {comparedSpans} = await import('../cli/compared-spans.ts');
	const time = await timeOf(filter, tally);
	return {
		filter: {hops},
		cutsOf({newest}) {
			const spans = comparedSpans(last ?? 'yesterday', {since, until}, newest ?? Date.now(), zone);
			return [
				...boundsOf(terms),
				...[time.since, time.until].flatMap(bound => bound ?? []),
				...(spans === null ? [] : [spans.shown.since, spans.shown.until, spans.before.since]),
			];
		},
	};
}
