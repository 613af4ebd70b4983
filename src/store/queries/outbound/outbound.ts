import type {Filter} from '../../../model/filter.ts';
import {type DomainRow, deliveredTrust, type HeldRow, type Outbound} from '../../../model/outbound.ts';
import type {Calendar} from '../../../model/periods.ts';
import {protocols} from '../../../tls/version.ts';
import {condition} from '../../filter.ts';
import {deliveriesOf} from '../../schema.ts';
import type {Parameters, Store} from '../../store.ts';
import {timesSessions, weightColumn} from '../../tally/weight.ts';
import {knownVersion} from '../summary.ts';
import {keptMail} from './kept-mail.ts';

/** Domains listed where nobody asked for all of them, and at most: a hostile log may make up any number. */
const usualDomains = 200;
const mostDomains = 100_000;
/** Domains and reasons of held mail. */
const mostHeld = 10_000;

const versions = [...protocols].reverse();

/** Counts of a grouping, as the database gives them. */
export type CountedMail = {readonly recipient_domain: string | null; readonly [count: string]: number | string | null};

const sum = (test: string, name: string): string =>
	`coalesce(sum(d.sent) filter (where ${test}), 0)::double as "${name}"`;

/** Messages sent, of a grouping of `d`, see `sent`. */
export const sentSums: string = [
	'coalesce(sum(d.sent), 0)::double as messages',
	sum('d.deleted', 'deleted'),
	sum(`d.outcome = 'plaintext'`, 'plaintext'),
	sum('d.outcome is null', 'unknown'),
	...versions.map(name => sum(`d.outcome = 'encrypted' and d.version = '${name}'`, `version ${name}`)),
	sum(`d.outcome = 'encrypted' and coalesce(d.version, 'unknown') = 'unknown'`, 'version unknown'),
	...deliveredTrust.map(name =>
		sum(`d.outcome = 'encrypted' and coalesce(d.trust, 'unknown') = '${name}'`, `trust ${name}`),
	),
].join(', ');

/** Deliveries to other servers, of the sessions `s` that a condition selects. */
export const sent = (
	store: Store,
	where: string,
): string => `select s.recipient_domain, ${timesSessions(store, 's.sent')} as sent, s.started_at, s.last_started as last_seen, h.outcome, ${knownVersion} as version, h.trust,
		false as deleted, false as others${weightColumn(store)}
	from (${deliveriesOf('judged_rows', where, `s.handshake, s.started_at, s.last_started${weightColumn(store)}`)}) s join handshakes h using (handshake)
	where h.hop = 'relay-out'`;

/** The same of deleted sessions, by their sums `k` that a condition selects. */
export const formerlySent = (
	where: string,
): string => `select k.month, k.recipient_domain, k.sent, k.first_seen as started_at, k.last_seen, k.outcome,
		k.protocol as version, k.trust, true as deleted, k.others
	from monthly_deliveries k where ${where}`;

/** The names of a row's counts behind a word, those that are not 0. */
function named(row: CountedMail, word: string, names: readonly string[]): Record<string, number> {
	return Object.fromEntries(
		names.map(name => [name, Number(row[`${word} ${name}`] ?? 0)] as const).filter(([, count]) => count > 0),
	);
}

/** Makes a row of counts. */
export const mailRow = (row: CountedMail): DomainRow => ({
	recipient_domain: row.recipient_domain,
	messages: Number(row.messages ?? 0),
	versions: named(row, 'version', [...versions, 'unknown']),
	plaintext: Number(row.plaintext ?? 0),
	unknown: Number(row.unknown ?? 0),
	trust: named(row, 'trust', deliveredTrust),
	held: Number(row.held ?? 0),
	deleted: Number(row.deleted ?? 0) + Number(row.held_deleted ?? 0),
	...(Number(row.others ?? 0) > 0 ? {others: true} : {}),
});

/** A condition on held mail `l`: by time as sessions are selected; by hops all or nothing, as it is mail that goes out. */
export function heldCondition({since, until, hops = [], last = null}: Filter): {where: string; parameters: Parameters} {
	const parts: string[] = [];
	const parameters: Record<string, number> = {};
	if (hops.length > 0 && !hops.includes('relay-out')) parts.push('false');
	if (since !== undefined) {
		parts.push('l.seen_at >= make_timestamp($held_since::bigint)');
		parameters.held_since = since * 1000;
	}
	if (until !== undefined) {
		parts.push('l.seen_at < make_timestamp($held_until::bigint)');
		parameters.held_until = until * 1000;
	}
	if (last !== null) {
		parts.push('l.seen_at >= (select max(last_started) from weighted_rows) - to_milliseconds($held_last::bigint)');
		parameters.held_last = last;
	}
	return {where: parts.length === 0 ? 'true' : parts.join(' and '), parameters};
}

/**
 * Mail that TLS held back, by domain; of lines `l` and sums `k` that conditions select. Sums count a message that goes out later at
 * each of its reasons: at least so many as at one of them did.
 */
export const heldByDomain = (
	where: string,
	whereKept: string,
): string => `select recipient_domain, others, sum(held)::double as held,
		coalesce(sum(held) filter (deleted), 0)::double as held_deleted, sum(delivered_later)::double as delivered_later,
		max(last_held) as last_held
	from (
		select l.recipient_domain, false as others, false as deleted, count(distinct l.message) as held,
			count(distinct l.message) filter (l.delivered_later) as delivered_later, max(l.seen_at) as last_held
		from held_messages l where ${where} group by l.recipient_domain
		union all by name
		select k.recipient_domain, k.others, true as deleted, sum(k.held) as held, max(k.delivered_later) as delivered_later,
			max(k.last_seen) as last_held
		from monthly_held k where ${whereKept} group by k.month, k.zone, k.recipient_domain, k.others)
	group by recipient_domain, others`;

/** Mail that TLS held back, by domain and reason, the most first; of lines `l` and sums `k` that conditions select. */
export async function heldMail(
	store: Store,
	where: string,
	whereKept: string,
	parameters: Parameters,
): Promise<HeldRow[]> {
	const rows = await store.all<Omit<HeldRow, 'others'> & {readonly others: boolean}>(
		`select recipient_domain, others, reason, sum(messages)::double as messages,
			sum(before_connection)::double as before_connection, sum(delivered_later)::double as delivered_later,
			sum(deleted)::double as deleted, epoch_ms(min(first_seen))::double as first_seen,
			epoch_ms(max(last_seen))::double as last_seen
		from (
			select l.recipient_domain, false as others, l.reason, count(distinct l.message) as messages,
				count(distinct l.message) filter (not l.connected) as before_connection,
				count(distinct l.message) filter (l.delivered_later) as delivered_later, 0 as deleted,
				min(l.seen_at) as first_seen, max(l.seen_at) as last_seen
			from held_messages l where ${where} group by l.recipient_domain, l.reason
			union all by name
			select k.recipient_domain, k.others, k.reason, k.messages, k.before_connection, k.delivered_later, k.messages as deleted,
				k.first_seen, k.last_seen
			from monthly_held k where ${whereKept})
		group by recipient_domain, others, reason
		order by sum(messages) desc, others, recipient_domain nulls last, reason limit ${mostHeld}`,
		parameters,
	);
	return rows.map(({others, ...row}) => ({...row, ...(others ? {others} : {})}));
}

/**
 * Mail that went out to other servers by the domain of its recipients, the most first; with a calendar also that of deleted sessions,
 * by the sums of months that lie wholly in the filter. The sessions are judged before.
 */
export async function outbound(
	store: Store,
	filter: Filter,
	byDomain: boolean,
	calendar: Calendar | null = null,
): Promise<Outbound> {
	const {where, parameters: own} = await condition(store, filter);
	const held = heldCondition(filter);
	const former = await keptMail(store, filter, calendar);
	const parameters = {...own, ...held.parameters, ...former.parameters};
	const counted = (grouped: boolean): string => {
		const heldBack = heldByDomain(held.where, former.where);
		return `with d as (${sent(store, where)} union all by name ${formerlySent(former.where)}),
			sent as (select ${grouped ? 'd.recipient_domain, d.others, ' : ''}${sentSums} from d ${grouped ? 'group by all' : ''}),
			held as (${grouped ? heldBack : `select sum(held)::double as held, sum(held_deleted)::double as held_deleted from (${heldBack})`})`;
	};
	const [all] = await store.all<CountedMail>(
		`${counted(false)} select *, null as recipient_domain from sent, held`,
		parameters,
	);
	const domains = await store.all<CountedMail & {readonly total: number}>(
		`${counted(true)} select sent.* exclude (recipient_domain, others), held.held, held.held_deleted,
			coalesce(sent.recipient_domain, held.recipient_domain) as recipient_domain,
			coalesce(sent.others, held.others)::integer as others,
			(count(*) filter (not coalesce(sent.others, held.others)) over ())::double as total
		from sent full join held on sent.recipient_domain is not distinct from held.recipient_domain and sent.others = held.others
		order by others, coalesce(sent.messages, 0) desc, held.held desc nulls last, recipient_domain nulls last
		limit ${byDomain ? mostDomains : usualDomains}`,
		parameters,
	);
	const {recipient_domain: _none, ...whole} = mailRow(all ?? {recipient_domain: null});
	return {
		all: whole,
		domainCount: domains[0]?.total ?? 0,
		domains: domains.map(mailRow),
		byDomain,
		held: await heldMail(store, held.where, former.where, {...held.parameters, ...former.parameters}),
		kept: former.kept,
	};
}
