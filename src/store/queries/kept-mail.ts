import type {Filter} from '../../model/filter.ts';
import type {KeptMail} from '../../model/outbound.ts';
import type {Calendar} from '../../model/periods.ts';
import type {Condition} from '../filter.ts';
import type {Store} from '../store.ts';

/** A month of sums of deleted mail. */
type Month = {readonly month: string; readonly zone: string; readonly messages: number; readonly moment: number};

/** Whether mail of deleted sessions is known by sums. */
export async function hasKeptMail(store: Store): Promise<boolean> {
	const [row] = await store.all<{found: boolean}>(
		'select exists (from monthly_deliveries) or exists (from monthly_held) as found',
	);
	return row?.found === true;
}

/**
 * A condition on the sums `k` of deleted mail: those of months that lie wholly in a filter, and what that leaves out. Sums know no
 * more of a session than its time and that its mail went out: by other terms nothing of them is selected, and without a
 * calendar, either. Where months are not asked for, all of them are left out.
 */
export async function keptMail(
	store: Store,
	{since, until, hops = [], terms = [], last = null}: Filter,
	calendar: Calendar | null,
	byMonth = true,
): Promise<Condition & {readonly kept: KeptMail | null}> {
	const none = {where: 'false', parameters: {}, kept: null};
	if (calendar === null || terms.length > 0 || last !== null) return none;
	if (hops.length > 0 && !hops.includes('relay-out')) return none;
	const months = await store.all<Month>(
		`select month, zone, sum(messages)::double as messages, epoch_ms(min(first_seen))::double as moment from (
			select month, zone, sent as messages, first_seen from monthly_deliveries
			union all select month, zone, held, first_seen from monthly_held)
		group by month, zone`,
	);
	const [from, to] = [since ?? Number.NEGATIVE_INFINITY, until ?? Number.POSITIVE_INFINITY];
	const touched = months.filter(
		({moment}) => calendar.endOf('month', moment) > from && calendar.startOf('month', moment) < to,
	);
	if (touched.length === 0) return none;
	const whole = new Set(
		touched.filter(
			({moment}) => byMonth && calendar.startOf('month', moment) >= from && calendar.endOf('month', moment) <= to,
		),
	);
	return {
		where: `k.month || ' ' || k.zone in (select unnest(string_split($kept_months, chr(10))))`,
		parameters: {kept_months: [...whole].map(({month, zone}) => `${month} ${zone}`).join('\n')},
		kept: {
			leftOut: touched.reduce((sum, month) => sum + (whole.has(month) ? 0 : month.messages), 0),
			otherZones: [...new Set([...whole].map(({zone}) => zone))].filter(zone => zone !== calendar.zone).sort(),
		},
	};
}
