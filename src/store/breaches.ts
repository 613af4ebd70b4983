import type {Hop} from '../tls/session.ts';
import type {Severity} from '../tls/severity.ts';
import {condition, type Filter} from './filter.ts';
import {othersOf} from './others.ts';
import {findingSteps} from './peer-findings.ts';
import {stepByStep} from './steps.ts';
import type {Store} from './store.ts';

/** Who broke a rule, and how often; the source and lines are those of the latest session. */
type BreachPeer = {
	peer_ip: string | null;
	peer_host: string | null;
	username: string | null;
	sessions: number;
	messages: number;
	last_seen: number | null;
	source: string | null;
	first_line: number | null;
	last_line: number | null;
};

/** One rule as it was broken on one hop and port. Times in ms since 1970 UTC. */
export type Breach = {
	rule: string;
	severity: Severity;
	hop: Hop;
	port: number | null;
	sessions: number;
	messages: number;
	/** How many different peers (address, name and user together). */
	peer_count: number;
	/** The busiest of them. */
	peers: BreachPeer[];
	/** What was seen instead, with the number of sessions; beyond the most frequent as one, see `othersOf`. */
	observed: Record<string, number>;
	required: string;
	reference: string;
	first_seen: number | null;
	last_seen: number | null;
};

/** As many peers as a breach carries; the view `violations` has them all. */
const mostPeers = 100;

/** As many different things observed as a breach carries by name: a peer may make up any number. */
const mostObserved = 100;

/** A group of findings, and the same group in another table. */
const group = 'rule, severity, hop, port';
const sameGroup = (a: string, b: string): string =>
	`${a}.rule = ${b}.rule and ${a}.severity = ${b}.severity and ${a}.hop = ${b}.hop and ${a}.port is not distinct from ${b}.port`;

/** Steps from `found` to each group's sums and its most frequent peers and observations. No window: that has no room for millions. */
const groupSteps = [
	{
		name: 'breach_peers',
		sql: `select ${group}, peer_ip, peer_host, username, sum(sessions)::double as sessions, sum(messages)::double as messages,
				max(last_seen) as last_seen, arg_max(latest, coalesce(last_seen, timestamp '-infinity')) as latest
			from found group by all`,
	},
	{
		name: 'breach_busiest',
		sql: `select ${group}, count(*)::double as peer_count, min({'rarity': -sessions, 'peer_ip': peer_ip,
				'peer_host': peer_host, 'username': username, 'messages': messages, 'last_seen': last_seen,
				'latest': latest}, ${mostPeers}) as most
			from breach_peers group by ${group}`,
	},
	{
		name: 'breach_observed',
		sql: `select ${group}, count(*) as names, sum(sessions) as sessions,
				min({'rarity': -sessions, 'what': observed}, ${mostObserved}) as most
			from (select ${group}, observed, sum(sessions)::double as sessions from found group by all) group by ${group}`,
	},
	{
		name: 'breach_sums',
		sql: `select ${group}, sum(sessions)::double as sessions, sum(messages)::double as messages,
				min(required) as required, arg_min(reference, required) as reference,
				epoch_ms(min(first_seen))::double as first_seen, epoch_ms(max(last_seen))::double as last_seen
			from found group by all`,
	},
];

/**
 * What is broken, the worst first: severity, then number of sessions. Call `judgeByPolicy` before. With
 * `fresh` only what the baseline does not know; see `setBaseline`.
 */
export async function breaches(store: Store, filter: Filter = {}, fresh = false): Promise<Breach[]> {
	const {where, parameters} = condition(filter, 'h');
	const rows = await stepByStep<Omit<Breach, 'observed'> & {observed: Array<{what: string; sessions: number}>}>(
		store,
		[...findingSteps(where, fresh), ...groupSteps],
		`with named as (
			select b.rule, b.severity, b.hop, b.port, any_value(b.peer_count) as peer_count, list({'peer_ip': b.p.peer_ip,
				'peer_host': b.p.peer_host, 'username': b.p.username, 'sessions': -b.p.rarity, 'messages': b.p.messages,
				'last_seen': epoch_ms(b.p.last_seen)::double, 'source': o.source, 'first_line': s.first_line,
				'last_line': s.last_line} order by b.place) as peers
			from (select ${group}, peer_count, unnest(most) as p, generate_subscripts(most, 1) as place from breach_busiest) b
				join session_rows s on s.rowid = b.p.latest join origins o on o.origin = s.origin
			group by all),
		kinds as (
			select ${group}, list({'what': what, 'sessions': sessions} order by place) as observed from (
				select ${group}, p.what, -p.rarity as sessions, place
				from (select ${group}, unnest(most) as p, generate_subscripts(most, 1) as place from breach_observed)
				union all
				select ${group}, ${othersOf('names', mostObserved)}, sessions + list_sum(list_transform(most, lambda m: m.rarity)),
					${mostObserved + 1}
				from breach_observed where names > ${mostObserved})
			group by all)
		select a.rule, a.severity, a.hop, a.port, a.sessions, a.messages, n.peer_count, n.peers, k.observed, a.required,
			a.reference, a.first_seen, a.last_seen
		from breach_sums a join named n on ${sameGroup('a', 'n')} join kinds k on ${sameGroup('a', 'k')}
		order by case a.severity when 'violation' then 0 when 'weakness' then 1 else 2 end, a.sessions desc, a.rule, a.hop,
			a.port`,
		parameters,
	);
	return rows.map(({observed, ...row}) => ({
		...row,
		observed: Object.fromEntries(observed.map(({what, sessions}) => [what, sessions])),
	}));
}
