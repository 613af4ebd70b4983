import type {Hop} from '../tls/session.ts';
import type {Replay} from '../tls/what-if.ts';
import {INTEGER, VARCHAR} from './duckdb.ts';
import {condition, type Filter} from './filter.ts';
import {append, handshakes} from './judgement.ts';
import type {Store} from './store.ts';

type Costs = {sessions: number; messages: number; last_seen: number | null};

/** What one address on one hop would lose. `last_seen` in ms since 1970 UTC. */
type BreakingPeer = Costs & {
	hop: Hop;
	peer_ip: string | null;
	peer_host: string | null;
	/** The busiest user behind the address; `usernames` has all. */
	username: string | null;
	usernames: string[];
	/** The same address was also seen, on the same hop, with TLS that the rule allows: it can do better. */
	also_seen_allowed: boolean;
	/** Nothing was carried and nobody logged in: a probe, a scanner, or a client that was only tried out. */
	probe: boolean;
	reasons: string[];
};
type BreakingUser = Costs & {username: string; hops: Hop[]; peers: number; also_seen_allowed: boolean};
/** A host's name without its first label, relay hops only. */
type BreakingDomain = Costs & {domain: string; hops: Hop[]; peers: number; also_seen_allowed: boolean};

/** Sessions of one hop and port under the rule; failed sessions are in none of the three. */
type RemainingRow = {
	hop: Hop;
	port: number | null;
	sessions: number;
	breaks: number;
	unknown: number;
	remains: number;
	remaining_messages: number;
};

export type Trial = {
	breaks: BreakingPeer[];
	users: BreakingUser[];
	domains: BreakingDomain[];
	remains: RemainingRow[];
};

/** Sessions by handshake and peer; what the rule says of them is joined to it. */
const replayed = `select h.hop, h.port, h.outcome, h.carried_mail or h.logged_in as real, v.verdict, v.reason, t.*
	from replay_tally t join handshakes h using (handshake) join replay_verdicts v using (handshake)`;

const costs = `sum(sessions)::double as sessions, sum(messages)::double as messages,
	epoch_ms(max(last_seen))::double as last_seen`;

/** Plaintext stays plaintext under a rule about TLS, which does not show that a peer can do better. */
const allowed = `verdict = 'stays' and outcome = 'encrypted'`;

/**
 * Tries a stricter rule on the sessions: who would be turned away and what remains. The rule is asked once per distinct
 * handshake; call `judgeSessions` or `judgeByPolicy` before, which find them. Grouped by hop and address; sessions without
 * an address by their host.
 */
export async function replaySessions(store: Store, replay: Replay, filter: Filter = {}): Promise<Trial> {
	const {where, parameters} = condition(filter, 'h');
	await store.read('create or replace temp table replay_verdicts(handshake integer, verdict text, reason text)');
	for await (const some of handshakes(store)) {
		const verdicts = some.map(({handshake, ...fields}) => {
			const {verdict, reasons} = replay(fields);
			return [handshake, verdict, reasons.join('; ')];
		});
		await append(store, 'replay_verdicts', [INTEGER, VARCHAR, VARCHAR], verdicts);
	}
	await store.read(
		`create or replace temp table replay_tally as
		select h.handshake, s.peer_ip, s.peer_host, s.username, coalesce(s.peer_ip, s.peer_host, '') as peer,
			count(*) as sessions, coalesce(sum(s.messages), 0) as messages, max(coalesce(s.ended_at, s.started_at)) as last_seen
		from session_rows s join handshakes h on h.handshake = s.handshake where ${where} group by all`,
		parameters,
	);
	const breaks = await store.all<BreakingPeer>(
		`with r as (${replayed}), better as (select distinct hop, peer from r where ${allowed})
		select r.hop, r.peer_ip, arg_max(r.peer_host, r.last_seen) as peer_host, mode(r.username order by r.username) as username,
			coalesce(list(distinct r.username order by r.username) filter (where r.username is not null), []) as usernames,
			${costs}, bool_or(b.peer is not null) as also_seen_allowed, not bool_or(r.real) as probe,
			list(distinct r.reason order by r.reason) as reasons
		from r left join better b on b.hop = r.hop and b.peer = r.peer
		where r.verdict = 'breaks' group by r.hop, r.peer, r.peer_ip
		order by probe, messages desc, sessions desc, r.hop, r.peer`,
	);
	const users = await store.all<BreakingUser>(
		`with r as (${replayed} where t.username is not null)
		select username, list(distinct hop order by hop) as hops, count(distinct peer)::double as peers, ${costs},
			username in (select username from r where ${allowed}) as also_seen_allowed
		from r where verdict = 'breaks' group by username order by messages desc, sessions desc, username`,
	);
	const domains = await store.all<BreakingDomain>(
		`with r as (select *, lower(regexp_replace(rtrim(peer_host, '.'), '^[^.]+\\.([^.]+\\.)', '\\1')) as domain
			from (${replayed}) where hop in ('relay-in', 'relay-out') and peer_host is not null
				and not regexp_matches(peer_host, '^[0-9.]+$|:'))
		select domain, list(distinct hop order by hop) as hops, count(distinct peer)::double as peers, ${costs},
			domain in (select domain from r where ${allowed}) as also_seen_allowed
		from r where verdict = 'breaks' and real group by domain order by messages desc, sessions desc, domain`,
	);
	const count = (what: string): string => `coalesce(sum(sessions) filter (where ${what}), 0)::double`;
	const remains = await store.all<RemainingRow>(
		`with r as (${replayed})
		select hop, port, sum(sessions)::double as sessions, ${count(`verdict = 'breaks'`)} as breaks,
			${count(`verdict = 'unknown'`)} as "unknown",
			${count(`verdict = 'stays' and outcome is distinct from 'failed'`)} as remains,
			coalesce(sum(messages) filter (where verdict = 'stays'), 0)::double as remaining_messages
		from r group by hop, port order by case hop when 'submission' then 0 when 'relay-in' then 1 when 'relay-out' then 2
			when 'access' then 3 when 'delivery' then 4 else 5 end, port nulls last`,
	);
	return {breaks, users, domains, remains};
}
