import type {Calendar} from '../../model/periods.ts';
import {namedVersion} from '../handshakes.ts';
import {periodBins} from '../period-bins.ts';
import {deliveriesOf} from '../schema.ts';
import type {Store} from '../store.ts';

/*
 * What is left of mail that went out or was held back, when its sessions and lines are deleted: messages by month and domain of
 * recipients, of deliveries by outcome, version and trust, of mail held back by reason.
 */

/** Sums of a month that name their domain, those with the most messages; the others of a kind are one. A year of them is 3 MB. */
const mostNamed = 10_000;
/** Sums of a table written at once: fewer than a row group, see `src/store/ledger/unfinished.ts`. */
const mostSums = 80_000;

type Sums = {
	readonly table: 'monthly_deliveries' | 'monthly_held';
	/** What tells the sums of a month and domain apart. */
	readonly kinds: readonly string[];
	readonly counts: readonly string[];
};

const ofDeliveries: Sums = {
	table: 'monthly_deliveries',
	kinds: ['outcome', 'protocol', 'trust'],
	counts: ['sent', 'deferred', 'bounced'],
};
const ofHeld: Sums = {
	table: 'monthly_held',
	kinds: ['reason'],
	counts: ['held', 'messages', 'before_connection', 'delivered_later'],
};

/** Adds what a query gives, by month, domain and kind, to a table of sums; in the writer's transaction that is open. */
async function addSums(
	store: Store,
	{table, kinds, counts}: Sums,
	fresh: string,
	zone: string,
	named = mostNamed,
): Promise<void> {
	const summed = `${counts.map(name => `sum(n.${name})::bigint as ${name}`)}, min(n.first_seen) as first_seen,
		max(n.last_seen) as last_seen`;
	const ofKind = kinds.map(name => `n.${name}`);
	await store.run(`create or replace temp table fresh_sums as ${fresh}`);
	await store.run(
		`create or replace temp table new_sums as select n.month, n.zone, n.recipient_domain, n.others, ${ofKind}, ${summed} from (
			select *, $zone as zone, false as others from fresh_sums
			union all by name
			select m.* from ${table} m semi join fresh_sums using (month) where m.zone = $zone) n group by all`,
		{zone},
	);
	const found = await store.track(
		store.writer.runAndReadAll(
			`select count(*)::double, max(sums)::double from (
				select month, count(*) filter (not others) as sums from new_sums group by month)`,
		),
	);
	const [months = 0, most = 0] = (found.getRowsJS()[0] ?? []).map(Number);
	const room = Math.max(1, Math.min(named, Math.floor(mostSums / Math.max(1, months))));
	if (most > room)
		// No window over them: that has no room for millions.
		await store.run(
			`create or replace temp table new_sums as
			with named as (
				select unnest(min({'rarity': -(${counts.map(name => `n.${name}`).join(' + ')}), 'domain': coalesce(n.recipient_domain, ''),
					'row': n.rowid}, ${room})).row as row
				from new_sums n where not n.others group by n.month)
			select n.month, n.zone, case when k.row is not null then n.recipient_domain end as recipient_domain,
				k.row is null as others, ${ofKind}, ${summed}
			from new_sums n left join named k on k.row = n.rowid group by all`,
		);
	await store.run(`delete from ${table} where zone = $zone and month in (select month from new_sums)`, {zone});
	await store.run(`insert into ${table} by name from new_sums`);
	for (const name of ['fresh_sums', 'new_sums']) await store.run(`drop table temp.${name}`);
}

/**
 * Adds the mail that the sessions in the temporary table `going` took to other servers to the sums of its months; in the
 * writer's transaction that is open. `bins` are their months in the zone, see `periodBins`.
 */
export async function addDeliverySums(store: Store, bins: string, zone: string, named?: number): Promise<void> {
	const gone = deliveriesOf(
		'(select r.deliveries, g.* from session_rows r join going g on g.row = r.rowid)',
		`s.hop = 'relay-out'`,
		's.handshake, s.started_at, s.last_seen',
	);
	await addSums(
		store,
		ofDeliveries,
		`select b.month, d.recipient_domain, h.outcome, ${namedVersion} as protocol, h.trust,
			${ofDeliveries.counts.map(name => `sum(d.${name})::bigint as ${name}`)},
			min(d.started_at) as first_seen, max(d.last_seen) as last_seen
		from (${gone}) d asof join (values ${bins}) b(start, month) on epoch_ms(d.started_at) >= b.start
			join handshakes h using (handshake) group by all`,
		zone,
		named,
	);
}

/**
 * Messages of which all lines are from before `$before`, with when and why they were first held back. Each goes as a whole, and
 * counts in the month of its first line: Postfix tries again within hours (maximal_backoff_time), so that no more is to come of it.
 */
const goingHeld = `select log_host, queue_id, recipient_domain, min(seen_at) filter (reason is not null) as started_at,
		arg_min(reason, seen_at) filter (reason is not null) as first_reason
	from held_lines group by log_host, queue_id, recipient_domain
	having bool_and(seen_at is not null) and max(seen_at) < epoch_ms($before::bigint)`;

const sameMessage = ['queue_id', 'log_host', 'recipient_domain']
	.map(name => `g.${name} is not distinct from l.${name}`)
	.join(' and ');

/** The months of the mail held back that was last heard of before a moment, as `periodBins` gives them; null where there is none. */
export const heldMonths = (store: Store, before: number, calendar: Calendar): Promise<string | null> =>
	periodBins(store, {where: 'true', parameters: {before}}, 'month', calendar, `(${goingHeld})`);

/** Deletes lines about mail held back that was last heard of before a moment, and keeps its sums; in the writer's transaction that is open. */
export async function moveHeldLines(
	store: Store,
	before: number,
	bins: string,
	zone: string,
	named?: number,
): Promise<void> {
	await store.run(`create or replace temp table going_held as ${goingHeld}`, {before});
	const messages = (test: string): string => `(count(distinct l.message) filter (${test}))::bigint`;
	await addSums(
		store,
		ofHeld,
		`select b.month, l.recipient_domain, l.reason, ${messages('l.reason = l.first_reason')} as held,
			${messages('true')} as messages, ${messages('not l.connected')} as before_connection,
			${messages('l.delivered_later')} as delivered_later, min(l.seen_at) as first_seen, max(l.seen_at) as last_seen
		from (select l.*, g.started_at, g.first_reason from held_messages l join going_held g on ${sameMessage}) l
			asof join (values ${bins}) b(start, month) on epoch_ms(l.started_at) >= b.start group by all`,
		zone,
		named,
	);
	await store.run(
		`delete from held_lines where rowid in (select l.rowid from held_lines l join going_held g on ${sameMessage})`,
	);
	await store.run('drop table temp.going_held');
}
