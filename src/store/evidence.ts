import type {DuckDBValue} from '@duckdb/node-api';
import {type EvidenceRow, evidenceOf, type FailOn} from '../tls/evidence.ts';
import {asksAboutPeers, peerEvidence} from '../tls/peer-evidence.ts';
import type {Policy} from '../tls/policy.ts';
import {INTEGER, VARCHAR} from './duckdb.ts';
import {condition, type Filter} from './filter.ts';
import {append, handshakeFieldsOf, handshakes, type NumberedHandshake} from './judgement.ts';
import type {Parameters, Store} from './store.ts';

/** Made by `createEvidence` or kept by the loader of a live screen: what each handshake says, and what its summary lacks. */
export const evidenceTable = 'handshake_evidence(handshake integer, telling text, lacks text)';

/** Where sessions and what is said of their origin are kept: of reports or of a live screen. */
export type SessionTables = {readonly sessions: string; readonly origins: string};
const keptTables: SessionTables = {sessions: 'session_rows', origins: 'origins'};

/** smtpd gives a silent client five minutes (postconf(5) smtpd_timeout): a session the log cuts off is as near to its end. */
const margin = `interval 10 minute`;

/** Programs that are told by their names, those of the most sessions: more there are only where a peer makes them up. */
const mostNamed = 1000;

/** Peers about which an exception or a destination says something else than their handshake. */
const peerTable =
	'peer_evidence(handshake integer, peer_ip text, peer_host text, username text, telling text, lacks text)';

/**
 * Sessions counted by what they tell, in the order of hops and ports; those that lack something by their program, too. Cut off are sessions that lack something while their
 * program logs versions of others, and that are the first of their process where the log begins (of smtpd only those whose
 * connect line was not read), or the last one, not ended, where it ends: their summary stands before or behind the log. `where` is a condition on sessions `s` and
 * handshakes `h`; `peers` names a table of `peerTable`, if there is one.
 */
export async function countEvidence(
	store: Store,
	{where, parameters}: {readonly where: string; readonly parameters: Parameters},
	{sessions, origins}: SessionTables,
	peers: boolean,
): Promise<EvidenceRow[]> {
	const samePeer = ['peer_ip', 'peer_host', 'username'].map(name => `p.${name} is not distinct from s.${name}`);
	const overridden = peers
		? `left join peer_evidence p on p.handshake = s.handshake and ${samePeer.join(' and ')}`
		: '';
	const said = (name: string): string =>
		peers ? `case when p.handshake is null then e.${name} else p.${name} end` : `e.${name}`;
	// Of the services one alone has a setting of its own, and peers may make up the others.
	const service = `case when h.service = 'lmtp' then h.service end as service`;
	const from = `${sessions} s join handshakes h on h.handshake = s.handshake
		join handshake_evidence e on e.handshake = s.handshake ${overridden}`;
	const sameHost = 'l.log_host is not distinct from o.log_host';
	const sameProgram = `${sameHost} and l.tag is not distinct from o.tag`;
	return store.all<EvidenceRow>(
		`with lacking as materialized (
			select s.started_at, s.ended_at, s.pid, o.log_host, o.tag, h.hop, h.port, h.direction, ${service}, h.outcome, h.start_seen,
				${said('telling')} as telling, ${said('lacks')} as lacks, e.lacks is not null as unlogged,
				h.carried_mail or h.logged_in as used
			from ${from} join ${origins} o using (origin) where ${said('lacks')} is not null and ${where}),
		named as (
			select tag from lacking where tag is not null group by tag order by count(*) desc, tag limit ${mostNamed}),
		of_hosts as materialized (
			select o.origin, o.log_host, o.tag, exists (select 1 from lacking l where ${sameProgram}) as lacks
			from ${origins} o where exists (select 1 from lacking l where ${sameHost})),
		lived as materialized (
			select o.log_host, min(s.started_at) as born, max(coalesce(s.ended_at, s.started_at)) as died
			from ${sessions} s join of_hosts o using (origin) group by all),
		programs as materialized (
			select o.log_host, o.tag, s.pid, s.started_at, s.ended_at, s.handshake
			from ${sessions} s join of_hosts o using (origin) where o.lacks),
		telling as materialized (
			select o.log_host, o.tag, bool_or(o.ended_at is not null) as ends from programs o
			join handshakes h on h.handshake = o.handshake where h.protocol is not null group by all),
		edges as materialized (
			select o.log_host, o.tag, o.pid, min(o.started_at) as first, max(o.started_at) as last
			from programs o join lived l on ${sameHost}
			where o.started_at <= l.born + ${margin} or o.started_at >= l.died - ${margin} group by all),
		counted as (
			select o.hop, o.port, o.direction, n.tag, o.service, o.telling, o.lacks, o.used, t.ends is not null as tells,
				o.unlogged and t.ends is not null and coalesce(
					(o.started_at = d.first and o.started_at <= l.born + ${margin} and (o.direction = 'out' or not o.start_seen))
					or (o.ended_at is null and o.outcome is null and t.ends and o.started_at = d.last
						and o.started_at >= l.died - ${margin}), false) as cut
			from lacking o left join named n on n.tag = o.tag left join lived l on ${sameHost}
				left join telling t on t.log_host is not distinct from o.log_host and t.tag is not distinct from o.tag
				left join edges d on d.log_host is not distinct from o.log_host and d.tag is not distinct from o.tag
					and d.pid is not distinct from o.pid
			union all by name
			select h.hop, h.port, h.direction, null as tag, null as service, ${said('telling')} as telling, null as lacks,
				h.carried_mail or h.logged_in as used, true as tells, false as cut
			from ${from} where ${said('lacks')} is null and ${where}),
		sums as (
			select hop, port, direction, tag, service, telling, lacks, used, tells, cut, count(*)::double as sessions
			from counted group by all)
		from sums order by case hop when 'submission' then 0 when 'relay-in' then 1 when 'relay-out' then 2 when 'access' then 3
			when 'delivery' then 4 else 5 end, port nulls last, tag, telling, lacks`,
		parameters,
	);
}

type PeerOfHandshake = NumberedHandshake & {
	readonly ip: string | null;
	readonly host: string | null;
	readonly username: string | null;
};

/** Asks about each peer of the handshakes that an exception or a destination may speak of, once. */
async function askAboutPeers(store: Store, policy: Policy, failOn: FailOn, now: number): Promise<void> {
	await store.read(`create or replace temp table ${peerTable}`);
	const result = await store.track(
		store.reader.stream(
			`select p.peer_ip as ip, p.peer_host as host, p.username, ${handshakeFieldsOf} from (
				select distinct handshake, peer_ip, peer_host, username from session_rows) p
				join handshakes h on h.handshake = p.handshake join handshake_evidence e on e.handshake = p.handshake
			where e.telling = 'undecided' or h.hop = 'relay-out'`,
		),
	);
	const rows: DuckDBValue[][] = [];
	for await (const peers of result.yieldRowObjectJs())
		for (const {ip, host, username, handshake, ...fields} of peers as unknown as Array<PeerOfHandshake>) {
			const own = evidenceOf(fields, policy, failOn);
			const {telling, lacks} = peerEvidence(fields, {ip, host, username}, policy, failOn, now);
			if (telling !== own.telling || lacks !== own.lacks) rows.push([handshake, ip, host, username, telling, lacks]);
		}
	await append(store, 'peer_evidence', [INTEGER, ...Array(5).fill(VARCHAR)], rows);
}

/**
 * What the sessions say about the rules of the policy that fail a check, counted by hop, port and program. Each distinct
 * handshake is asked once; call `judgeByPolicy` before, which finds them. `now` is milliseconds since 1970 UTC.
 */
export async function evidence(
	store: Store,
	policy: Policy,
	failOn: FailOn,
	now: number,
	filter: Filter = {},
): Promise<EvidenceRow[]> {
	await store.read(`create or replace temp table ${evidenceTable}`);
	for await (const some of handshakes(store)) {
		const rows = some.map(({handshake, ...fields}) => {
			const {telling, lacks} = evidenceOf(fields, policy, failOn);
			return [handshake, telling, lacks];
		});
		await append(store, 'handshake_evidence', [INTEGER, VARCHAR, VARCHAR], rows);
	}
	const peers = asksAboutPeers(policy);
	if (peers) await askAboutPeers(store, policy, failOn, now);
	return countEvidence(store, condition(filter, 'h'), keptTables, peers);
}
