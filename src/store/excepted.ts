import type {Policy} from '../tls/policy.ts';
import type {Hop} from '../tls/session.ts';
import type {Severity} from '../tls/severity.ts';
import {condition, type Filter} from './filter.ts';
import type {Store} from './store.ts';

/** Findings that an exception of the policy lets pass, by exception. `last_seen` in ms since 1970 UTC. */
export type Excepted = {
	rule: string;
	severity: Severity;
	hop: Hop;
	port: number | null;
	reason: string;
	/** Last day of the exception. */
	until: string;
	sessions: number;
	messages: number;
	peer_count: number;
	last_seen: number | null;
};

/** What is let pass, the exceptions that end first at the top. Call `judgeByPolicy` before. */
export async function excepted(store: Store, filter: Filter = {}): Promise<Excepted[]> {
	const {where, parameters} = condition(filter);
	return store.all<Excepted>(
		`select s.rule, s.severity, s.hop, s.port, s.reason, s.until, count(*)::double as sessions,
			coalesce(sum(s.messages), 0)::double as messages,
			count(distinct row(s.peer_ip, s.peer_host, s.username))::double as peer_count,
			epoch_ms(max(coalesce(s.ended_at, s.started_at)))::double as last_seen
		from excepted s where ${where} group by s.rule, s.severity, s.hop, s.port, s.reason, s.until
		order by s.until, sessions desc, s.rule, s.hop, s.port, s.reason`,
		parameters,
	);
}

/** A rule about which some sessions say nothing: neither passed nor broken. */
export type Undecided = {rule: string; severity: Severity; hop: Hop; port: number | null; sessions: number};

/** What the log does not let the policy decide. Call `judgeByPolicy` before. */
export async function undecidedRules(store: Store, policy: Policy, filter: Filter = {}): Promise<Undecided[]> {
	const {where, parameters} = condition(filter, 'h');
	const severities = new Map(policy.rules.map(({id, severity}) => [id, severity]));
	const rows = await store.all<Omit<Undecided, 'severity'>>(
		`select u.rule, h.hop, h.port, sum(s.sessions)::double as sessions from (
			select s.handshake, count(*) as sessions from session_rows s join handshakes h on h.handshake = s.handshake
			where s.handshake in (select handshake from handshake_undecided) and ${where} group by s.handshake) s
		join handshakes h on h.handshake = s.handshake join handshake_undecided u on u.handshake = s.handshake
		group by u.rule, h.hop, h.port order by sessions desc, u.rule, h.hop, h.port`,
		parameters,
	);
	return rows.map(row => ({...row, severity: severities.get(row.rule) ?? 'info'}));
}
