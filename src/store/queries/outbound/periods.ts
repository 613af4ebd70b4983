import type {Filter} from '../../../model/filter.ts';
import type {KeptMail, MailCounts, MailPeriod} from '../../../model/outbound.ts';
import type {Calendar, PeriodUnit} from '../../../model/periods.ts';
import {condition} from '../../filter.ts';
import {periodBins} from '../../period-bins.ts';
import type {Store} from '../../store.ts';
import {keptMail} from './kept-mail.ts';
import {type CountedMail, formerlySent, heldCondition, mailRow, sent, sentSums} from './outbound.ts';

/** Mail of one period; `moment` is any of its moments, ms since 1970 UTC. */
type Counted = CountedMail & {readonly period: string; readonly moment: number};

const moment = (column: string): string => `epoch_ms(min(${column}))::double as moment`;

/** Mail sent in sessions that are there. */
async function presentlySent(store: Store, filter: Filter, unit: PeriodUnit, calendar: Calendar): Promise<Counted[]> {
	const {where, parameters} = await condition(store, filter);
	const carried = {where: `s.deliveries is not null and ${where}`, parameters};
	const bins = await periodBins(store, carried, unit, calendar, 'judged_rows');
	if (bins === null) return [];
	return store.all<Counted>(
		`select c.period, ${sentSums}, ${moment('d.started_at')}
		from (${sent(store, where)}) d asof join (values ${bins}) c(start, period) on epoch_ms(d.started_at) >= c.start
		group by c.period`,
		parameters,
	);
}

/** Messages that TLS held back, each in the period of its first line. */
async function presentlyHeld(store: Store, filter: Filter, unit: PeriodUnit, calendar: Calendar): Promise<Counted[]> {
	const {where, parameters} = heldCondition(filter);
	const first = `(select l.message, min(l.seen_at) as started_at from held_messages l where ${where} group by l.message)`;
	const bins = await periodBins(store, {where: 'true', parameters}, unit, calendar, first);
	if (bins === null) return [];
	return store.all<Counted>(
		`select c.period, count(*)::double as held, ${moment('s.started_at')}
		from ${first} s asof join (values ${bins}) c(start, period) on epoch_ms(s.started_at) >= c.start
		where s.started_at is not null group by c.period`,
		parameters,
	);
}

function added(a: MailCounts, b: MailCounts): MailCounts {
	const both = (field: 'versions' | 'trust'): Record<string, number> => {
		const names = new Set([...Object.keys(a[field]), ...Object.keys(b[field])]);
		const of = (counts: MailCounts, name: string): number => (counts[field] as Record<string, number>)[name] ?? 0;
		return Object.fromEntries([...names].map(name => [name, of(a, name) + of(b, name)]));
	};
	return {
		messages: a.messages + b.messages,
		versions: both('versions'),
		plaintext: a.plaintext + b.plaintext,
		unknown: a.unknown + b.unknown,
		trust: both('trust'),
		held: a.held + b.held,
		deleted: a.deleted + b.deleted,
	};
}

/**
 * Returns the mail that went out by day, week or month, the oldest first: sent by the beginning of its session, held back by its first
 * line; by month with the sums of what was deleted, where the whole month passes the filter. What has no date is left out. The
 * sessions are judged before.
 */
export async function outboundPeriods(
	store: Store,
	filter: Filter,
	unit: PeriodUnit,
	calendar: Calendar,
): Promise<{readonly rows: MailPeriod[]; readonly kept: KeptMail | null}> {
	const {where, parameters, kept} = await keptMail(store, filter, calendar, unit === 'month');
	const counted = [
		...(await presentlySent(store, filter, unit, calendar)),
		...(await presentlyHeld(store, filter, unit, calendar)),
		...(await store.all<Counted>(
			`select d.month as period, ${sentSums}, ${moment('d.started_at')}
			from (${formerlySent(where)}) d group by d.month`,
			parameters,
		)),
		...(await store.all<Counted>(
			`select k.month as period, sum(k.held)::double as held, sum(k.held)::double as held_deleted, ${moment('k.first_seen')}
			from monthly_held k where ${where} group by k.month`,
			parameters,
		)),
	];
	const rows = new Map<string, MailPeriod>();
	for (const each of counted) {
		const {recipient_domain: _none, others: _others, ...counts} = mailRow({...each, recipient_domain: null});
		const {period} = each;
		const known = rows.get(period);
		const place = {
			period,
			from: calendar.startOf(unit, each.moment),
			until: calendar.endOf(unit, each.moment),
		};
		rows.set(period, {...place, ...(known === undefined ? counts : added(known, counts))});
	}
	return {rows: [...rows.values()].sort((a, b) => a.from - b.from), kept};
}
