import type {Narrow, Paged, Slice} from './narrow.ts';
import {type Screen, tells} from './screen.ts';
import {versionRank, whereOf} from './where.ts';

const peerGroups = ['all', 'clients', 'destinations', 'users'] as const;
/** `all`: by address; `clients`: those that connect to us; `destinations`: relays we connect to; `users`: by login. */
export type PeerGroup = (typeof peerGroups)[number];

/** One peer, destination or user. Times in ms since 1970 UTC. */
export type PeerRow = {
	peer_ip: string | null;
	peer_host: string | null;
	username: string | null;
	/** How many users logged in from there (from how many addresses the user came). */
	others: number;
	sessions: number;
	messages: number;
	plaintext: number;
	failed: number;
	violations: number;
	weaknesses: number;
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	judged: number;
	undecided: number;
	/** The oldest version agreed, null when none was. */
	worst: string | null;
	first_seen: number | null;
	last_seen: number | null;
};

/** What tells the rows of a grouping apart, what is shown of each, and which sessions belong to it. */
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

const orders: Readonly<Record<string, string>> = {
	peer: 'min(coalesce(s.peer_host, s.peer_ip, s.username))',
	user: 'min(s.username)',
	sessions: 'count(*)',
	messages: 'sum(s.messages)',
	plaintext: `count(*) filter (where k.outcome = 'plaintext')`,
	failed: `count(*) filter (where k.outcome = 'failed')`,
	violations: 'count(*) filter (where k.violation)',
	worst: 'min(k.rank)',
	first: 'min(s.started_at)',
	last: 'max(coalesce(s.ended_at, s.started_at))',
};

/** Peers of the sessions in question, a page of them: first who is on the page, then all about those few. */
export async function peers(screen: Screen, narrow: Narrow, group: PeerGroup, slice: Slice): Promise<Paged<PeerRow>> {
	const {where, parameters} = await whereOf(screen, narrow);
	const {keys, picked, only} = groups[group];
	const named = keys.map((key, index) => `${key} as key${index}`);
	const names = keys.map((_, index) => `key${index}`);
	const samePeer = keys.map((key, index) => `${key} is not distinct from p.key${index}`).join(' and ');
	const direction = slice.descending ? 'desc' : 'asc';
	const rows = await screen.store.all<PeerRow & {total: number; worst_rank: number | null}>(
		`with kinds as (
			select h.handshake, h.direction, h.outcome, nullif(${versionRank('h.protocol')}, 0) as rank, h.protocol,
				coalesce(f.violation, false) as violation, coalesce(f.weakness, false) as weakness, ${tells('decided')} as judged,
				${tells('undecided')} as undecided
			from handshakes h left join (
				select handshake, bool_or(severity = 'violation') as violation, bool_or(severity = 'weakness') as weakness
				from handshake_findings group by handshake) f using (handshake)),
		page as (
			select ${named}, ${orders[slice.order] ?? 'count(*)'} as sorted, count(*) as size, count(*) over () as total
			from live_sessions s join kinds k using (handshake) where ${only} and ${where} group by ${keys}
			order by sorted ${direction} nulls last, size desc, ${names}
			limit ${Math.trunc(slice.limit)} offset ${Math.trunc(slice.offset)})
		select ${picked}, count(*)::double as sessions, coalesce(sum(s.messages), 0)::double as messages,
			(count(*) filter (where k.outcome = 'plaintext'))::double as plaintext,
			(count(*) filter (where k.outcome = 'failed'))::double as failed,
			(count(*) filter (where k.violation))::double as violations,
			(count(*) filter (where k.weakness))::double as weaknesses,
			(count(*) filter (where k.judged))::double as judged,
			(count(*) filter (where k.undecided))::double as undecided,
			min(k.rank) as worst_rank, arg_min(k.protocol, k.rank) as worst,
			epoch_ms(min(s.started_at))::double as first_seen,
			epoch_ms(max(coalesce(s.ended_at, s.started_at)))::double as last_seen, any_value(p.total)::double as total
		from live_sessions s join kinds k using (handshake) join page p on ${samePeer} where ${only} and ${where}
		group by ${names.map(name => `p.${name}`)}
		order by any_value(p.sorted) ${direction} nulls last, any_value(p.size) desc, ${names.map(name => `p.${name}`)}`,
		parameters,
	);
	return {
		rows: rows.map(({total: _total, worst_rank: _rank, ...row}) => row),
		total: rows[0]?.total ?? (slice.offset > 0 ? slice.offset : 0),
	};
}
