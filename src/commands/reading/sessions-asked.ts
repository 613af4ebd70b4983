import type {Settings} from '../../cli/settings.ts';
import {type PeriodUnit, unitFor} from '../../model/periods.ts';
import type {StoreOptions} from '../../store/store.ts';
import {mostCuts, type TallyQuestion} from '../../store/tally/tally-request.ts';

const dayMs = 86_400_000;

type CutsOf = TallyQuestion['cutsOf'];

/** Moments from one start to the next. */
function starts(first: number, to: number, next: (start: number) => number): number[] | null {
	const cuts: number[] = [];
	for (let start = first; start <= to; start = next(start)) {
		if (cuts.length === mostCuts) return null;
		cuts.push(start);
	}
	return cuts;
}

/** The moments that part sessions by what a report is asked for: bounds of periods, of days of UTC, or none. */
async function cutsFor({by, format, zone}: Pick<Settings, 'by' | 'format' | 'zone'>): Promise<CutsOf> {
	if (format === 'tlsrpt')
		return ({earliest, to}) =>
			earliest === null || to === null ? [] : starts(Math.floor(earliest / dayMs) * dayMs, to, start => start + dayMs);
	const isTime = by !== undefined && by !== 'domain' && by !== 'suite';
	if (!isTime && format !== 'html') return () => [];
	const {startOf, endOf} = (await import('../../cli/calendar.ts')).calendarOf(zone);
	return ({from, to}) => {
		if (from === null || to === null) return [];
		const unit: PeriodUnit = isTime ? by : unitFor(to - from);
		return starts(startOf(unit, from), to, start => endOf(unit, start));
	};
}

/**
 * What a comparison asks: its spans end where the newest session begins, and what there was before them counts, too. Null where charts need the hours
 * of a long span.
 */
async function comparedQuestion(settings: Settings, compare: string): Promise<TallyQuestion> {
	const {filter, format, zone} = settings;
	const {comparedSpans} = await import('../../cli/compared-spans.ts');
	const {startOf, endOf} = (await import('../../cli/calendar.ts')).calendarOf(zone);
	const others = await cutsFor({...settings, format: 'json'});
	return {
		filter: {hops: filter.hops},
		cutsOf(span) {
			const spans = comparedSpans(compare, filter, span.newest ?? 0, zone);
			const shown = spans?.shown ?? {since: filter.since ?? span.from, until: filter.until ?? span.to};
			const {since, until} = shown;
			// The unit of charts rests on the sessions of the span alone; all units begin with an hour.
			const charts =
				format !== 'html' || since === null || until === null
					? []
					: starts(startOf('hour', since), until, start => endOf('hour', start));
			const periods = others(span);
			if (charts === null || periods === null || charts.length + periods.length > mostCuts) return null;
			const bounds = [filter.since, filter.until, since, until, spans?.before.since];
			return [...bounds.flatMap(bound => bound ?? []), ...charts, ...periods];
		},
	};
}

/**
 * What a command asks of sessions: whether it shows none, and whether a tally answers it, see `src/store/tally/tally.ts`; of which times and hops it shows
 * some.
 */
export async function sessionsAsked(settings: Settings): Promise<Pick<StoreOptions, 'countedOnly' | 'tally' | 'only'>> {
	const {command, filter, compare} = settings;
	const isChosen = filter.since !== undefined || filter.until !== undefined || filter.hops.length > 0;
	if (command === 'sessions') return isChosen ? {only: filter} : {};
	if (command === 'sql') return {};
	const countedOnly = true;
	if (command === 'check' || command === 'whatif' || command === 'harden')
		return {countedOnly, tally: {filter, cutsOf: () => []}};
	// Without a terminal what is shown is the report.
	if (command !== 'report' && command !== 'show') return {countedOnly};
	if (compare !== undefined) return {countedOnly, tally: await comparedQuestion(settings, compare)};
	return {countedOnly, tally: {filter, cutsOf: await cutsFor(settings)}};
}
