import {calendarOf} from '../cli/calendar.ts';
import type {Settings} from '../cli/settings.ts';
import type {Periods, PeriodUnit} from '../model/periods.ts';
import type {Policy} from '../policy/policy.ts';
import {asksAboutPeers} from '../policy/policy-evidence.ts';
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
	const {rows, leftOut, otherZones, undated} = await periods(store, filter, unit, calendarOf(zone), peers);
	const kept = rows.reduce((sum, {deleted}) => sum + deleted, 0);
	const why = unit === 'month' ? 'of months that lie only partly in the span' : 'which are counted by month only';
	return {
		unit,
		zone,
		rows,
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
			...(otherZones.length === 0 ? [] : [`months of deleted sessions are those of ${otherZones.join(', ')}`]),
			...(undated === 0 ? [] : [`${many(undated, 'session')} without a date ${undated === 1 ? 'is' : 'are'} left out`]),
		],
	};
}
