import type {Filter} from '../../model/filter.ts';
import type {Calendar, PeriodRow, PeriodUnit} from '../../model/periods.ts';
import type {Outcome} from '../../model/session.ts';
import type {KeyExchangeKind} from '../../tls/group.ts';
import {protocols} from '../../tls/version.ts';
import {condition} from '../filter.ts';
import {kindOfKeyExchange} from '../key-exchange-kinds.ts';
import {periodBins} from '../period-bins.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {brokenJudgements} from './order.ts';
import {knownVersion} from './summary.ts';

/** Sessions of one period that ended alike. */
type Counted = {
	readonly period: string;
	readonly outcome: Outcome | null;
	readonly protocol: string | null;
	readonly violates: boolean;
	/** Of encrypted sessions, see `keyExchangeKind`. */
	readonly exchange: KeyExchangeKind | null;
	readonly sessions: number;
	readonly messages: number;
	/** Any moment of the period. */
	readonly moment: number;
};

const kinds = (exchange: string): string =>
	`h.outcome, ${knownVersion} as protocol, coalesce(b.violation, false) as violates, ${exchange} as exchange`;

/** Sessions that are there, by period. */
async function present(
	store: Store,
	filter: Filter,
	unit: PeriodUnit,
	calendar: Calendar,
	exchange: string,
): Promise<Counted[]> {
	const selected = await condition(store, filter);
	const bins = await periodBins(store, selected, unit, calendar, 'judged_rows');
	if (bins === null) return [];
	return store.all<Counted>(
		`with counted as (
			select c.period, s.handshake, s.judgement, ${sessionsOf(store)} as sessions, sum(s.messages) as messages, min(s.started_at) as moment
			from judged_rows s asof join (values ${bins}) c(start, period) on epoch_ms(s.started_at) >= c.start
			where s.started_at is not null and ${selected.where} group by all)
		select c.period, ${kinds(exchange)}, sum(c.sessions)::double as sessions, coalesce(sum(c.messages), 0)::double as messages,
			epoch_ms(min(c.moment))::double as moment
		from counted c join handshakes h using (handshake) left join (${brokenJudgements}) b using (judgement) group by all`,
		selected.parameters,
	);
}

/** The monthly sums of deleted sessions, with the zone of their months. */
async function deleted(
	store: Store,
	filter: Filter,
	exchange: string,
): Promise<Array<Counted & {readonly zone: string}>> {
	const {where, parameters} = await condition(store, {hops: filter.hops});
	return store.all<Counted & {readonly zone: string}>(
		`select s.month as period, s.zone, ${kinds(exchange)}, sum(s.sessions)::double as sessions, sum(s.messages)::double as messages,
			epoch_ms(min(s.first_seen))::double as moment
		from monthly_sums s join handshakes h using (handshake) left join (${brokenJudgements}) b on b.judgement = s.handshake
		where ${where} group by all`,
		parameters,
	);
}

/** Adds up the counts of each period. */
function rowsOf(
	counted: readonly Counted[],
	gone: ReadonlySet<Counted>,
	unit: PeriodUnit,
	calendar: Calendar,
	peersAsked: boolean,
): PeriodRow[] {
	const names = new Map<string, Counted[]>();
	for (const each of counted) names.set(each.period, [...(names.get(each.period) ?? []), each]);
	const rows = [...names].map(([period, all]): PeriodRow => {
		const sum = (test: (each: Counted) => boolean, field: 'sessions' | 'messages' = 'sessions'): number =>
			all.reduce((total, each) => total + (test(each) ? each[field] : 0), 0);
		const version = (name: string) => (each: Counted) =>
			each.outcome === 'encrypted' && (each.protocol ?? 'unknown') === name;
		const exchange = (kind: KeyExchangeKind): number => sum(each => each.exchange === kind);
		const moment = Math.min(...all.map(each => each.moment));
		const isGone = (each: Counted): boolean => gone.has(each);
		const versions = [...protocols, 'unknown'].map(name => [name, sum(version(name))] as const);
		return {
			period,
			from: calendar.startOf(unit, moment),
			until: calendar.endOf(unit, moment),
			sessions: sum(() => true),
			encrypted: sum(({outcome}) => outcome === 'encrypted'),
			plaintext: sum(({outcome}) => outcome === 'plaintext'),
			failed: sum(({outcome}) => outcome === 'failed'),
			unknown: sum(({outcome}) => outcome === null),
			messages: sum(() => true, 'messages'),
			violations: peersAsked && all.some(isGone) ? null : sum(({violates}) => violates),
			versions: Object.fromEntries(versions.filter(([, sessions]) => sessions > 0)),
			key_exchange: {
				...{hybrid: exchange('hybrid'), could: exchange('could'), cannot: exchange('cannot')},
				not_logged: exchange('not-logged'),
			},
			deleted: sum(isGone),
		};
	});
	return rows.sort((a, b) => a.from - b.from);
}

/** What the rows of `periods` rest on. */
export type PeriodsFound = {
	readonly rows: PeriodRow[];
	/** Deleted sessions that are left out: those of days and weeks, which their sums do not know, and of months cut by the filter. */
	readonly leftOut: number;
	/** Other zones in whose months deleted sessions were summed up. */
	readonly otherZones: readonly string[];
	/** Sessions without a date. */
	readonly undated: number;
};

/**
 * Returns the sessions by day, week or month of their beginning, the oldest first; by month with the sums of those that were
 * deleted, where the whole month passes the filter. `asksPeers`: what the policy finds depends on peers. The sessions are
 * judged before.
 */
export async function periods(
	store: Store,
	filter: Filter,
	unit: PeriodUnit,
	calendar: Calendar,
	asksPeers: boolean,
): Promise<PeriodsFound> {
	const exchange = await kindOfKeyExchange(store);
	const here = await present(store, filter, unit, calendar, exchange);
	const {since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY} = filter;
	const touched = (await deleted(store, filter, exchange)).filter(
		({moment}) => calendar.endOf('month', moment) > since && calendar.startOf('month', moment) < until,
	);
	const whole = touched.filter(
		({moment}) =>
			unit === 'month' && calendar.startOf('month', moment) >= since && calendar.endOf('month', moment) <= until,
	);
	const {where, parameters} = await condition(store, filter);
	const [undated] = await store.all<{sessions: number}>(
		`select ${sessionsOf(store)}::double as sessions from judged_rows s where s.started_at is null and ${where}`,
		parameters,
	);
	const inRows = new Set(whole);
	return {
		rows: rowsOf([...here, ...whole], inRows, unit, calendar, asksPeers),
		leftOut: touched.reduce((sum, each) => sum + (inRows.has(each) ? 0 : each.sessions), 0),
		otherZones: [...new Set(whole.map(({zone}) => zone))].filter(zone => zone !== calendar.zone).sort(),
		undated: undated?.sessions ?? 0,
	};
}
