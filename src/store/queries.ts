import type {Hop, Outcome, TlsMode} from '../tls/session.ts';
import {protocols} from '../tls/version.ts';
import {condition, type Filter} from './filter.ts';
import {othersOf} from './others.ts';
import {stepByStep} from './steps.ts';
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

/** The version of a session; all names that are none are one, as peers may make up any number. */
const knownVersion = `case when s.protocol in (${protocols.map(name => `'${name}'`)}) then s.protocol
	when s.protocol is not null then 'unknown' end`;

/** What was seen of each way into a service, for the table of wishes. */
export async function ways(store: Store, filter: Filter = {}): Promise<WayRow[]> {
	const {where, parameters} = condition(filter);
	return store.all<WayRow>(
		`from (
			select s.hop, s.port, s.tls_mode, s.outcome, ${knownVersion} as protocol, count(*)::double as sessions,
				coalesce(sum(s.messages), 0)::double as messages
			from sessions s where ${where} group by all) s
		order by ${order}, s.tls_mode, s.outcome, s.protocol`,
		parameters,
	);
}

/** Versions, and ciphers, of a hop and port that have rows of their own. No honest log has so many; a peer may make up any number. */
const mostNames = 50;

/**
 * The names of one column by hop and port: how many there are, and the most frequent ones. No window over them: that has no room
 * for millions.
 */
const frequent = (column: 'protocol' | 'cipher'): string => `
	select hop, port, count(*) as names, min({'rarity': -sessions, 'name': ${column}}, ${mostNames}) as most
	from (select hop, port, ${column}, sum(sessions)::bigint as sessions from suite_sessions where ${column} is not null
		group by hop, port, ${column}) group by hop, port`;

/** A name as it is where it is a frequent one, else all others as one, with their number; `f` and `n` are of `frequent`. */
const namedAs = (
	column: 'protocol' | 'cipher',
	f: string,
	n: string,
): string => `case when c.${column} is null then null
	when ${n}.name is not null then c.${column} else ${othersOf(`${f}.names`, mostNames)} end as ${column}`;

/**
 * Versions and ciphers of the encrypted sessions, the most frequent first within a hop and port. Names beyond the most
 * frequent ones are one name, see `othersOf`.
 */
export async function suites(store: Store, filter: Filter = {}): Promise<SuiteRow[]> {
	const {where, parameters} = condition(filter, 'h');
	const steps = [
		{
			name: 'suite_handshakes',
			sql: `select s.handshake, count(*) as sessions from session_rows s
				${filter.hops?.length ? 'join handshakes h on h.handshake = s.handshake' : ''} where ${where} group by s.handshake`,
		},
		{
			name: 'suite_sessions',
			sql: `select h.hop, h.port, h.protocol, h.cipher, sum(t.sessions)::bigint as sessions
				from suite_handshakes t join handshakes h on h.handshake = t.handshake where h.outcome = 'encrypted' group by all`,
		},
		{name: 'suite_versions', sql: frequent('protocol')},
		{name: 'suite_ciphers', sql: frequent('cipher')},
	];
	const named = `with version_names as (select hop, port, unnest(most).name as name from suite_versions),
		cipher_names as (select hop, port, unnest(most).name as name from suite_ciphers),
		s as (
			select c.hop, c.port, ${namedAs('protocol', 'fv', 'v')}, ${namedAs('cipher', 'fc', 'n')}, sum(c.sessions)::double as sessions
			from suite_sessions c
			left join suite_versions fv on fv.hop = c.hop and fv.port is not distinct from c.port
			left join suite_ciphers fc on fc.hop = c.hop and fc.port is not distinct from c.port
			left join version_names v on v.hop = c.hop and v.port is not distinct from c.port and v.name = c.protocol
			left join cipher_names n on n.hop = c.hop and n.port is not distinct from c.port and n.name = c.cipher group by all)
		select * from s order by ${order}, s.sessions desc, s.protocol, s.cipher`;
	return stepByStep<SuiteRow>(store, steps, named, parameters);
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
