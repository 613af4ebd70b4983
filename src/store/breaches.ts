import type {Severity} from '../tls/policy.ts';
import type {Hop} from '../tls/session.ts';
import {condition, type Filter} from './filter.ts';
import type {Store} from './store.ts';

/** Who broke a rule, and how often. */
type BreachPeer = {
	peer_ip: string | null;
	peer_host: string | null;
	username: string | null;
	sessions: number;
	messages: number;
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
	/** What was seen instead, with the number of sessions. */
	observed: Record<string, number>;
	required: string;
	reference: string;
	first_seen: number | null;
	last_seen: number | null;
};

/** As many peers as a breach carries; the view `violations` has them all. */
const mostPeers = 100;

type Key = Pick<Breach, 'rule' | 'severity' | 'hop' | 'port'>;

const keyOf = ({rule, severity, hop, port}: Key): string => JSON.stringify([rule, severity, hop, port]);

/** What is broken, the worst first: severity, then number of sessions. Call `judgeSessions` before. */
export async function breaches(store: Store, filter: Filter = {}): Promise<Breach[]> {
	const {where, parameters} = condition(filter);
	const groups = await store.all<Omit<Breach, 'peers' | 'observed'>>(
		`select s.rule, s.severity, s.hop, s.port, count(*)::double as sessions,
			coalesce(sum(s.messages), 0)::double as messages,
			count(distinct row(s.peer_ip, s.peer_host, s.username))::double as peer_count,
			any_value(s.required) as required, any_value(s.reference) as reference,
			epoch_ms(min(s.started_at))::double as first_seen,
			epoch_ms(max(coalesce(s.ended_at, s.started_at)))::double as last_seen
		from violations s where ${where} group by s.rule, s.severity, s.hop, s.port
		order by case s.severity when 'violation' then 0 when 'weakness' then 1 else 2 end, sessions desc, s.rule, s.hop, s.port`,
		parameters,
	);
	const peers = await store.all<Key & BreachPeer>(
		`select s.rule, s.severity, s.hop, s.port, s.peer_ip, s.peer_host, s.username, count(*)::double as sessions,
			coalesce(sum(s.messages), 0)::double as messages
		from violations s where ${where}
		group by s.rule, s.severity, s.hop, s.port, s.peer_ip, s.peer_host, s.username
		qualify row_number() over (partition by s.rule, s.severity, s.hop, s.port
			order by sessions desc, s.peer_ip, s.peer_host, s.username) <= ${mostPeers}
		order by sessions desc, s.peer_ip, s.peer_host, s.username`,
		parameters,
	);
	const seen = await store.all<Key & {observed: string; sessions: number}>(
		`select s.rule, s.severity, s.hop, s.port, s.observed, count(*)::double as sessions
		from violations s where ${where} group by all order by sessions desc, s.observed`,
		parameters,
	);
	const found = new Map(groups.map(group => [keyOf(group), {...group, peers: [], observed: {}} as Breach]));
	for (const row of peers) {
		const {peer_ip, peer_host, username, sessions, messages} = row;
		found.get(keyOf(row))?.peers.push({peer_ip, peer_host, username, sessions, messages});
	}
	for (const row of seen) {
		const breach = found.get(keyOf(row));
		if (breach !== undefined) breach.observed[row.observed] = row.sessions;
	}
	return [...found.values()];
}
