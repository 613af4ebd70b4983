import type {Filter, Paged, PageRequest} from '../../model/filter.ts';
import type {PeerGroup, PeerRow} from '../../model/sessions.ts';
import {condition, versionRank} from '../filter.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {brokenJudgements, lastMoment, tellingJudgements} from './order.ts';

/** What distinguishes the rows of a grouping, what is shown of each, and which sessions belong to it. */
const groups: Readonly<Record<PeerGroup, {keys: readonly string[]; picked: string; only: string}>> = {
	all: {
		keys: ['s.peer_ip', 's.peer_host'],
		picked: `min(s.peer_ip) as peer_ip, min(s.peer_host) as peer_host, min(s.username) as username,
			count(distinct s.username)::double as others`,
		only: 'true',
	},
	clients: {
		keys: ['s.peer_ip'],
		picked: `min(s.peer_ip) as peer_ip, min(s.peer_host) as peer_host, min(s.username) as username,
			count(distinct s.username)::double as others`,
		only: `k.direction = 'in'`,
	},
	destinations: {
		keys: ['s.peer_host', 'case when s.peer_host is null then s.peer_ip end'],
		picked: `min(s.peer_ip) as peer_ip, min(s.peer_host) as peer_host, null::varchar as username,
			count(distinct s.peer_ip)::double as others`,
		only: `k.direction = 'out'`,
	},
	users: {
		keys: ['s.username'],
		picked: `min(s.peer_ip) as peer_ip, min(s.peer_host) as peer_host, min(s.username) as username,
			count(distinct s.peer_ip)::double as others`,
		only: 's.username is not null',
	},
};

const ordersOf = (store: Store): Readonly<Record<string, string>> => ({
	peer: 'min(coalesce(s.peer_host, s.peer_ip, s.username))',
	user: 'min(s.username)',
	sessions: sessionsOf(store),
	messages: 'sum(s.messages)',
	plaintext: sessionsOf(store, `k.outcome = 'plaintext'`),
	failed: sessionsOf(store, `k.outcome = 'failed'`),
	violations: sessionsOf(store, 'b.violation'),
	// Plaintext is worse than any version.
	worst: `min(case when k.outcome = 'plaintext' then 0 else k.rank end)`,
	first: 'min(s.started_at)',
	last: `max(${lastMoment})`,
});

/** Peers of the sessions that pass a filter, a page of them: first who is on the page, then all about those few. */
export async function peers(
	store: Store,
	filter: Filter,
	group: PeerGroup,
	request: PageRequest,
): Promise<Paged<PeerRow>> {
	const {where, parameters} = await condition(store, filter);
	const {keys, picked, only} = groups[group];
	const orders = ordersOf(store);
	const count = (test: string): string => `${sessionsOf(store, test)}::double`;
	const named = keys.map((key, index) => `${key} as key${index}`);
	const names = keys.map((_, index) => `key${index}`);
	const samePeer = keys.map((key, index) => `${key} is not distinct from p.key${index}`).join(' and ');
	const direction = request.descending ? 'desc' : 'asc';
	const rows = await store.all<PeerRow & {total: number; worst_rank: number | null}>(
		`with kinds as (
			select h.handshake, h.direction, h.outcome, nullif(${versionRank('h.protocol')}, 0) as rank, h.protocol
			from handshakes h),
		page as (
			select ${named}, ${orders[request.order] ?? orders.sessions} as sorted, ${sessionsOf(store)} as size, count(*) over () as total
			from judged_rows s join kinds k using (handshake) left join (${brokenJudgements}) b using (judgement)
			where ${only} and ${where} group by ${keys}
			order by sorted ${direction} nulls last, size desc, ${names}
			limit ${Math.trunc(request.limit)} offset ${Math.trunc(request.offset)})
		select ${picked}, ${sessionsOf(store)}::double as sessions, coalesce(sum(s.messages), 0)::double as messages,
			${count(`k.outcome = 'plaintext'`)} as plaintext,
			${count(`k.outcome = 'failed'`)} as failed,
			${count('b.violation')} as violations,
			${count('b.weakness')} as weaknesses,
			${count('e.decided')} as judged,
			${count('e.undecided')} as undecided,
			min(k.rank) as worst_rank, arg_min(k.protocol, k.rank) as worst,
			epoch_ms(min(s.started_at))::double as first_seen,
			epoch_ms(max(${lastMoment}))::double as last_seen, any_value(p.total)::double as total
		from judged_rows s join kinds k using (handshake) left join (${brokenJudgements}) b using (judgement)
			left join (${tellingJudgements}) e using (judgement) join page p on ${samePeer} where ${only} and ${where}
		group by ${names.map(name => `p.${name}`)}
		order by any_value(p.sorted) ${direction} nulls last, any_value(p.size) desc, ${names.map(name => `p.${name}`)}`,
		parameters,
	);
	return {
		rows: rows.map(({total: _total, worst_rank: _rank, ...row}) => row),
		total: rows[0]?.total ?? (request.offset > 0 ? request.offset : 0),
	};
}
