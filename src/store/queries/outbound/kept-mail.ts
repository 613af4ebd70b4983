import type {Filter, Term} from '../../../model/filter.ts';
import {heldCanBe, type KeptMail} from '../../../model/outbound.ts';
import type {Calendar} from '../../../model/periods.ts';
import type {Condition} from '../../filter.ts';
import type {Store} from '../../store.ts';
import {allOf, asked, type Bound, binding, isOfDomain, ofDomain} from './terms.ts';

/** A month of sums of deleted mail: messages that a filter may mean, and of them those that it does mean. */
type Month = {
	readonly month: string;
	readonly zone: string;
	readonly messages: number;
	readonly meant: number;
	readonly moment: number;
};

/** The calendar for the sums of deleted mail; null where there are none, so that it is not loaded. */
export async function keptMonths(store: Store, load: () => Promise<Calendar>): Promise<Calendar | null> {
	const [row] = await store.all<{found: boolean}>(
		'select exists (from monthly_deliveries) or exists (from monthly_held) as found',
	);
	return row?.found === true ? load() : null;
}

/** What a filter asks of sums `k`, whose domain, direction and month are all that they know of a session. */
type Asked = {
	readonly from: number;
	readonly to: number;
	/** Sums of domains that it means; those of no named domain are it as long as no domain is asked for. */
	readonly where: string;
	readonly parameters: Bound;
	/** It asks what sums do not know: they may be meant, and none is known to be. */
	readonly isUnknown: boolean;
};

async function firstMoment(store: Store, since: number | undefined, last: number | null): Promise<number> {
	const from = since ?? Number.NEGATIVE_INFINITY;
	if (last === null) return from;
	const [row] = await store.all<{newest: number | null}>(
		'select epoch_ms(max(last_started))::double as newest from weighted_rows',
	);
	return row?.newest == null ? from : Math.max(from, row.newest - last);
}

/** Returns what a filter asks of sums; null where it means none. */
async function askedOfSums(store: Store, filter: Filter): Promise<Asked | null> {
	const {since, until, hops = [], terms = [], last = null} = filter;
	if (hops.length > 0 && !hops.includes('relay-out')) return null;
	const isMeant = (term: Term): boolean | 'ask' | null => {
		const can = heldCanBe(term);
		return typeof can === 'boolean' ? can !== (term.not === true) : can;
	};
	if (terms.some(term => isMeant(term) === false)) return null;
	const spans = terms.flatMap(term => (term.kind === 'begun' && term.not !== true ? [term] : []));
	const parameters: Bound = {};
	const bind = binding(parameters, 'kept_domain');
	const ofDomains = terms.filter(isOfDomain);
	const tests = ofDomains.map(term => asked(term, ofDomain('k.recipient_domain', term, bind)));
	return {
		from: Math.max(await firstMoment(store, since, last), ...spans.map(term => term.since ?? Number.NEGATIVE_INFINITY)),
		to: Math.min(until ?? Number.POSITIVE_INFINITY, ...spans.map(term => term.until ?? Number.POSITIVE_INFINITY)),
		where: tests.length === 0 ? 'true' : `not k.others and ${allOf(tests)}`,
		parameters,
		isUnknown: terms.some(term => isMeant(term) === null || (term.kind === 'begun' && term.not === true)),
	};
}

/**
 * A condition on the sums `k` of deleted mail: those of months that lie wholly in a filter, and what that leaves out. Sums know no
 * more of a session than its time, the domain and that its mail went out: where other terms ask for more, nothing of them is
 * selected, nor without a calendar. Where months are not asked for, all of them are left out.
 */
export async function keptMail(
	store: Store,
	filter: Filter,
	calendar: Calendar | null,
	byMonth = true,
): Promise<Condition & {readonly kept: KeptMail | null}> {
	const none = {where: 'false', parameters: {}, kept: null};
	const sums = calendar === null ? null : await askedOfSums(store, filter);
	if (calendar === null || sums === null) return none;
	const {from, to, where, parameters, isUnknown} = sums;
	const months = await store.all<Month>(
		`select k.month, k.zone, sum(k.messages)::double as messages, epoch_ms(min(k.first_seen))::double as moment,
			coalesce(sum(k.messages) filter (${where}), 0)::double as meant
		from (select month, zone, recipient_domain, others, sent as messages, first_seen from monthly_deliveries
			union all select month, zone, recipient_domain, others, held, first_seen from monthly_held) k
		where k.others or ${where} group by k.month, k.zone`,
		parameters,
	);
	const touched = months.filter(
		({moment}) => calendar.endOf('month', moment) > from && calendar.startOf('month', moment) < to,
	);
	if (touched.length === 0) return none;
	const isWhole = ({moment}: Month): boolean =>
		byMonth && !isUnknown && calendar.startOf('month', moment) >= from && calendar.endOf('month', moment) <= to;
	const whole = new Set(touched.filter(isWhole));
	return {
		where: `k.month || ' ' || k.zone in (select unnest(string_split($kept_months, chr(10)))) and ${where}`,
		parameters: {...parameters, kept_months: [...whole].map(({month, zone}) => `${month} ${zone}`).join('\n')},
		kept: {
			leftOut: touched.reduce((sum, month) => sum + month.messages - (whole.has(month) ? month.meant : 0), 0),
			otherZones: [...new Set([...whole].map(({zone}) => zone))].filter(zone => zone !== calendar.zone).sort(),
		},
	};
}
