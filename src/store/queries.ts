import type {Hop, Outcome, TlsMode} from '../tls/session.ts';
import {condition, type Filter} from './filter.ts';
import type {Store} from './store.ts';

/** First and last moment of the sessions, ms since 1970 UTC. */
export type Period = {from: number | null; to: number | null};

/** Counts of one hop on one port. `unknown`: sessions about which the log does not say whether they were encrypted. */
export type HopRow = {
	hop: Hop;
	port: number | null;
	sessions: number;
	encrypted: number;
	plaintext: number;
	failed: number;
	unknown: number;
	messages: number;
	/** Sessions that break the policy (severity `violation`). */
	violations: number;
};

/** Encrypted sessions of one hop, port, version and cipher; version or cipher are null where not logged. */
export type SuiteRow = {
	hop: Hop;
	port: number | null;
	protocol: string | null;
	cipher: string | null;
	sessions: number;
};

export type FailureRow = {reason: string; hop: Hop; port: number | null; count: number};

/** Plain equality of a nullable column: hops and ports sort with «not logged» last. */
const order = `case s.hop when 'submission' then 0 when 'relay-in' then 1 when 'relay-out' then 2 when 'access' then 3
	when 'delivery' then 4 else 5 end, s.port nulls last`;

export async function period(store: Store, filter: Filter = {}): Promise<Period> {
	const {where, parameters} = condition(filter);
	const rows = await store.all<{from: number | null; to: number | null}>(
		`select epoch_ms(min(s.started_at))::double as "from",
			epoch_ms(max(coalesce(s.ended_at, s.started_at)))::double as "to" from sessions s where ${where}`,
		parameters,
	);
	return rows[0] ?? {from: null, to: null};
}

/** The hop table: one row per hop and port. Call `judgeByPolicy` first. */
export async function hops(store: Store, filter: Filter = {}): Promise<HopRow[]> {
	const {where, parameters} = condition(filter);
	const having = (outcome: Outcome): string =>
		`(count(*) filter (where s.outcome = '${outcome}'))::double as ${outcome}`;
	return store.all<HopRow>(
		`with broken as (
			select s.hop, s.port, count(distinct s.session) as violations from judged s
			where s.severity = 'violation' and s.excepted_until is null and ${where} group by s.hop, s.port)
		select s.hop, s.port, count(*)::double as sessions, ${having('encrypted')}, ${having('plaintext')}, ${having('failed')},
			(count(*) filter (where s.outcome is null))::double as "unknown",
			coalesce(sum(s.messages), 0)::double as messages, coalesce(any_value(b.violations), 0)::double as violations
		from sessions s left join broken b on s.hop = b.hop and s.port is not distinct from b.port
		where ${where} group by s.hop, s.port order by ${order}`,
		parameters,
	);
}

/** Sessions that came one way into a service: port, kind of TLS, outcome, version. */
export type WayRow = {
	hop: Hop;
	port: number | null;
	tls_mode: TlsMode | null;
	outcome: Outcome | null;
	protocol: string | null;
	sessions: number;
	messages: number;
};

/** What was seen of each way into a service, for the table of wishes. */
export async function ways(store: Store, filter: Filter = {}): Promise<WayRow[]> {
	const {where, parameters} = condition(filter);
	return store.all<WayRow>(
		`select s.hop, s.port, s.tls_mode, s.outcome, s.protocol, count(*)::double as sessions,
			coalesce(sum(s.messages), 0)::double as messages
		from sessions s where ${where} group by s.hop, s.port, s.tls_mode, s.outcome, s.protocol
		order by ${order}, s.tls_mode, s.outcome, s.protocol`,
		parameters,
	);
}

/** Versions and ciphers of the encrypted sessions, the most frequent first within a hop and port. */
export async function suites(store: Store, filter: Filter = {}): Promise<SuiteRow[]> {
	const {where, parameters} = condition(filter);
	return store.all<SuiteRow>(
		`select s.hop, s.port, s.protocol, s.cipher, count(*)::double as sessions from sessions s
		where s.outcome = 'encrypted' and ${where}
		group by s.hop, s.port, s.protocol, s.cipher order by ${order}, sessions desc, s.protocol, s.cipher`,
		parameters,
	);
}

/** Failures by reason; a failed session without one counts as `other`. */
export async function failures(store: Store, filter: Filter = {}): Promise<FailureRow[]> {
	const {where, parameters} = condition(filter);
	return store.all<FailureRow>(
		`select coalesce(s.failure, 'other') as reason, s.hop, s.port, count(*)::double as count from sessions s
		where (s.failure is not null or s.outcome = 'failed') and ${where}
		group by reason, s.hop, s.port order by ${order}, count desc, reason`,
		parameters,
	);
}
