import type {Filter} from '../../model/filter.ts';
import type {SeenMail} from '../../model/hardening/seen-mail.ts';
import {type Protocol, protocols} from '../../tls/version.ts';
import {condition, versionRank} from '../filter.ts';
import type {Store} from '../store.ts';
import {sessionsOf, timesSessions, weightColumn} from '../tally/weight.ts';
import {lastMoment} from './order.ts';
import {heldCondition} from './outbound/outbound.ts';

/** Domains, those with the most mail: a hostile log may make up any number. All servers of a domain are there, or none. */
const mostDomains = 100_000;

/** The level of the policy by `tls=` (3.11): what was wanted, and behind the colon what came of it. */
const level = `split_part(h.tls_level, '/', 1)`;
const finalLevel = `case when contains(${level}, ':') then split_part(${level}, ':', 2) else ${level} end`;
const checkedLevels = `'dane', 'dane-only', 'halfdane', 'fingerprint', 'verify', 'secure'`;
const rank = versionRank('h.protocol');

/** Given up, or no session at all. */
const broke = `(h.outcome = 'failed' or h.failure is not null)`;
const toOthers = (where: string): string =>
	`judged_rows s join handshakes h using (handshake) where h.hop = 'relay-out' and ${where}`;
const server = 'coalesce(s.peer_host, s.peer_ip) as host, h.port';

/** Sessions by domain and server; failures and plaintext at the same server on which no recipient is logged. */
function seen(store: Store, where: string): string {
	const count = (test?: string): string => `${sessionsOf(store, test)}::double`;
	const encrypted = (test: string): string => count(`h.outcome = 'encrypted' and ${test}`);
	const verified = (test: string): string => encrypted(`h.trust = 'Verified' and coalesce(${test}, false)`);
	return `d as (
		select nullif(split_part(part, ' ', 1), '') as recipient_domain, split_part(part, ' ', 2)::integer as sent, x.*
		from (select unnest(string_split(s.deliveries, ',')) as part, ${server}, s.handshake, s.started_at,
			${lastMoment} as ended_at${weightColumn(store)} from ${toOthers(`s.deliveries is not null and ${where}`)}) x),
	seen as (
		select s.recipient_domain, s.host, s.port, ${count()} as sessions, sum(${timesSessions(store, 's.sent')})::double as messages,
			${count(`h.outcome = 'plaintext'`)} as plaintext, ${count(broke)} as failed, ${count('h.outcome is null')} as "unknown",
			${encrypted(`${rank} = 0`)} as versionless,
			min(${rank}) filter (where h.outcome = 'encrypted' and ${rank} > 0) as oldest,
			${encrypted(`(coalesce(h.trust = 'Verified', false) or coalesce(${finalLevel} in (${checkedLevels}), false))`)} as checked,
			${verified(`${level} in ('dane', 'dane-only')`)} as by_dane, ${verified(`${level} = 'verify'`)} as by_verify,
			${verified('h.tls_level is null')} as by_unnamed,
			epoch_ms(min(s.started_at))::double as first_seen, epoch_ms(max(s.ended_at))::double as last_seen
		from d s join handshakes h using (handshake) where s.recipient_domain is not null group by all),
	alone as (
		select ${server}, ${count()} as failures
		from ${toOthers(`s.deliveries is null and (${broke} or h.outcome = 'plaintext') and ${where}`)} group by all)`;
}

type Counted = Omit<SeenMail, 'oldest'> & {readonly oldest: number | null};

/**
 * How mail went out, by the domain of its recipients and the server that took it: what a policy for its next hop is decided by. The
 * sessions are judged before. A session that failed before its recipients were logged counts for every domain of its server.
 */
export async function seenMail(store: Store, filter: Filter = {}): Promise<SeenMail[]> {
	const {where, parameters} = await condition(store, filter);
	const held = heldCondition(filter);
	const rows = await store.all<Counted>(
		`with ${seen(store, where)},
		held as (select l.recipient_domain, count(distinct l.message)::double as held, mode(l.reason) as held_reason
			from held_messages l where l.recipient_domain is not null and ${held.where} group by l.recipient_domain),
		names as (select recipient_domain from
			(select recipient_domain, messages from seen union all select recipient_domain, 0 from held)
			group by recipient_domain order by sum(messages) desc, recipient_domain limit ${mostDomains})
		select recipient_domain, seen.host, seen.port, coalesce(seen.sessions, 0)::double as sessions,
			${['messages', 'plaintext', 'unknown', 'versionless', 'checked', 'by_dane', 'by_verify', 'by_unnamed'].map(name => `coalesce(seen."${name}", 0)::double as "${name}"`)},
			(coalesce(seen.failed, 0) + coalesce(alone.failures, 0))::double as failed,
			seen.oldest::integer as oldest, seen.first_seen, seen.last_seen,
			coalesce(held.held, 0)::double as held, held.held_reason
		from names left join seen using (recipient_domain) left join held using (recipient_domain)
			left join alone on alone.host is not distinct from seen.host and alone.port is not distinct from seen.port
				and seen.recipient_domain is not null
		order by recipient_domain, seen.host nulls last, seen.port nulls last`,
		{...parameters, ...held.parameters},
	);
	const versionOf = (place: number | null): Protocol | null => (place === null ? null : (protocols[place - 1] ?? null));
	return rows.map(row => ({...row, oldest: versionOf(row.oldest)}));
}
