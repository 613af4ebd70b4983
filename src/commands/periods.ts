import {calendarOf} from '../cli/calendar.ts';
import type {Settings} from '../cli/settings.ts';
import {type Periods, type PeriodUnit, unitFor} from '../model/periods.ts';
import type {Period} from '../model/summary.ts';
import type {Policy} from '../policy/policy.ts';
import {asksAboutPeers} from '../policy/policy-evidence.ts';
import {cutMonths, keptMailNotes} from '../report/outbound.ts';
import {outboundPeriods} from '../store/queries/outbound/periods.ts';
import {periods} from '../store/queries/periods.ts';
import type {Store} from '../store/store.ts';
import {many} from '../text/number.ts';

/** What `--by` with a unit of time asks for. The sessions are judged before. */
export async function periodsOf(
	store: Store,
	policy: Policy,
	{filter, zone}: Pick<Settings, 'filter' | 'zone'>,
	unit: PeriodUnit,
): Promise<Periods> {
	const peers = asksAboutPeers(policy);
	const calendar = calendarOf(zone);
	const {rows, leftOut, otherZones, undated} = await periods(store, filter, unit, calendar, peers);
	const mail = await outboundPeriods(store, filter, unit, calendar);
	const kept = rows.reduce((sum, {deleted}) => sum + deleted, 0);
	const why = unit === 'month' ? cutMonths : 'which are counted by month only';
	return {
		unit,
		zone,
		rows,
		mail: mail.rows,
		notes: [
			...(kept === 0
				? []
				: [
						`${many(kept, 'session')} of these ${kept === 1 ? 'is' : 'are'} deleted and counted by sums that were kept`,
					]),
			...(kept === 0 || !peers
				? []
				: ['the policy asks about peers, whom these sums do not name: their violations are not known']),
			...(leftOut === 0 ? [] : [`${many(leftOut, 'deleted session')} ${why} ${leftOut === 1 ? 'is' : 'are'} left out`]),
			...keptMailNotes(
				mail.rows.reduce((sum, {deleted}) => sum + deleted, 0),
				mail.kept,
				why,
			),
			...(otherZones.length === 0 ? [] : [`months of deleted sessions are those of ${otherZones.join(', ')}`]),
			...(undated === 0 ? [] : [`${many(undated, 'session')} without a date ${undated === 1 ? 'is' : 'are'} left out`]),
		],
	};
}

/** The sessions over time for charts, by the unit that suits the time that they take. They are judged before. */
export async function timelineOf(
	store: Store,
	policy: Policy,
	settings: Pick<Settings, 'filter' | 'zone'>,
	{from, to}: Period,
): Promise<Periods | null> {
	if (from === null || to === null) return null;
	return periodsOf(store, policy, settings, unitFor(to - from));
}
