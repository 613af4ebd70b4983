import type {Settings} from '../../cli/settings.ts';
import {type PeriodUnit, unitFor} from '../../model/periods.ts';
import type {StoreOptions} from '../../store/store.ts';

const dayMs = 86_400_000;

/** More cuts make a tally of as many rows as there are sessions, and a query that a server does not take. */
const mostCuts = 500;

type CutsOf = NonNullable<StoreOptions['tally']>['cutsOf'];

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
 * What a command asks of sessions: whether it shows none, and whether a tally answers it, see `src/store/tally/tally.ts`. A comparison asks about
 * spans that only the sessions tell; what `harden` asks is of single sessions.
 */
export async function sessionsAsked(settings: Settings): Promise<Pick<StoreOptions, 'countedOnly' | 'tally'>> {
	const {command, filter, compare} = settings;
	if (command === 'show' || command === 'sessions' || command === 'sql') return {countedOnly: false};
	const countedOnly = true;
	if (command === 'check' || command === 'whatif') return {countedOnly, tally: {filter, cutsOf: () => []}};
	if (command !== 'report' || compare !== undefined) return {countedOnly};
	return {countedOnly, tally: {filter, cutsOf: await cutsFor(settings)}};
}
