import type {DuckDBValue} from '@duckdb/node-api';
import type {EvidenceRow} from '../tls/evidence.ts';
import type {Policy} from '../tls/policy.ts';
import {asksAboutPeers, evidenceOf, peerEvidence} from '../tls/policy-evidence.ts';
import type {FailOn} from '../tls/severity.ts';
import {INTEGER, VARCHAR} from './duckdb.ts';
import {condition, type Filter} from './filter.ts';
import {append, handshakeFieldsOf, handshakes, type NumberedHandshake} from './judgement.ts';
import {type Step, stepByStep} from './steps.ts';
import type {Store} from './store.ts';

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

/** What sessions are counted by, but their program and where they stand in the log. Few, whatever peers make up. */
const kindColumns = [
	'hop',
	'port',
	'direction',
	'lmtp',
	'silent',
	'start_seen',
	'used',
	'telling',
	'lacks',
	'unlogged',
];

/** A handshake as a kind: of the services lmtp alone has a setting of its own. `said` holds what it, or a peer of it, tells. */
const kindOf = (said: string): string => `select h.handshake, h.hop, h.port, h.direction, h.service = 'lmtp' as lmtp,
	h.outcome is null as silent, h.start_seen, h.carried_mail or h.logged_in as used, ${said}.telling, ${said}.lacks,
	e.lacks is not null as unlogged`;

/** Steps that give each handshake the number of its kind, and each peer that is judged for itself. */
function kindSteps(peers: boolean): Step[] {
	const own = `${kindOf('e')} from handshakes h join handshake_evidence e using (handshake)`;
	const ofPeers = `${kindOf('p')}, p.peer_ip, p.peer_host, p.username
		from peer_evidence p join handshakes h using (handshake) join handshake_evidence e using (handshake)`;
	const same = kindColumns.map(name => `k.${name} is not distinct from x.${name}`).join(' and ');
	const all = [own, ...(peers ? [ofPeers] : [])].map(sql => `select distinct ${kindColumns} from (${sql})`);
	return [
		{
			name: 'evidence_kinds',
			sql: `select (row_number() over ())::integer as kind, * from (${all.join(' union ')})`,
		},
		{
			name: 'evidence_handshakes',
			sql: `select x.handshake, k.kind from (${own}) x join evidence_kinds k on ${same}`,
		},
		...(peers
			? [
					{
						name: 'evidence_peers',
						sql: `select x.handshake, x.peer_ip, x.peer_host, x.username, k.kind
							from (${ofPeers}) x join evidence_kinds k on ${same}`,
					},
				]
			: []),
	];
}

const samePeer = ['peer_ip', 'peer_host', 'username']
	.map(name => `p.${name} is not distinct from s.${name}`)
	.join(' and ');

/**
 * Steps that find the sessions that lack something, with numbers for their machine and program: hashes, as names are long and
 * peers may make up millions.
 */
function lackingSteps(where: string, {sessions, origins}: SessionTables, peers: boolean): Step[] {
	const asked = `select s.origin, s.pid, s.started_at, s.ended_at, ${peers ? 'coalesce(p.kind, k.kind)' : 'k.kind'} as kind
		from ${sessions} s join evidence_handshakes k on k.handshake = s.handshake
		${peers ? `left join evidence_peers p on p.handshake = s.handshake and ${samePeer}` : ''}`;
	// The conditions of a filter are on sessions \`s\` and on the hop of \`h\`.
	const found = `${asked} join evidence_kinds h on h.kind = ${peers ? 'coalesce(p.kind, k.kind)' : 'k.kind'} where ${where}`;
	return [
		{
			name: 'evidence_sums',
			sql: `select kind, count(*) as sessions from (${found}) group by kind`,
		},
		{
			name: 'evidence_lacking',
			sql: `select hash(o.log_host) as machine, hash(o.log_host, o.tag) as program, s.pid, s.started_at, s.ended_at, s.kind
				from (${found} and h.lacks is not null) s join ${origins} o using (origin)`,
		},
		{
			name: 'evidence_origins',
			sql: `select o.origin, hash(o.log_host) as machine, hash(o.log_host, o.tag) as program from ${origins} o
				where hash(o.log_host) in (select machine from evidence_lacking)`,
		},
		{
			name: 'evidence_names',
			sql: `select hash(o.log_host, o.tag) as program, min(o.tag) as tag from ${origins} o where hash(o.log_host, o.tag) in (
				select program from evidence_lacking group by program order by count(*) desc, program limit ${mostNamed}) group by all`,
		},
	];
}

/** Steps that tell where a machine's log begins and ends, whether a program logs versions, and its processes' first and last sessions. */
function programSteps({sessions}: SessionTables): Step[] {
	return [
		{
			name: 'evidence_lives',
			sql: `select o.machine, min(s.started_at) as born, max(coalesce(s.ended_at, s.started_at)) as died
				from ${sessions} s join evidence_origins o using (origin) group by o.machine`,
		},
		{
			name: 'evidence_programs',
			sql: `select o.machine, o.program, s.pid, s.started_at, s.ended_at, s.handshake
				from ${sessions} s join evidence_origins o using (origin)
				where o.program in (select program from evidence_lacking)`,
		},
		{
			name: 'evidence_telling',
			sql: `select s.program, bool_or(s.ended_at is not null) as ends from evidence_programs s
				where s.handshake in (select handshake from handshakes where protocol is not null) group by s.program`,
		},
		{
			name: 'evidence_edges',
			sql: `select s.program, s.pid, min(s.started_at) as first, max(s.started_at) as last
				from evidence_programs s join evidence_lives l using (machine)
				where s.started_at <= l.born + ${margin} or s.started_at >= l.died - ${margin} group by s.program, s.pid`,
		},
	];
}

/** Steps that mark the sessions that lack something as cut off or not; one table is joined at a time. */
const markingSteps: readonly Step[] = [
	{
		name: 'evidence_placed',
		sql: `select s.*, s.started_at <= l.born + ${margin} as early, s.started_at >= l.died - ${margin} as late
			from evidence_lacking s left join evidence_lives l using (machine)`,
	},
	{
		name: 'evidence_told',
		sql: `select s.*, t.ends from evidence_placed s left join evidence_telling t using (program)`,
	},
	{
		name: 'evidence_marked',
		sql: `select s.program, s.kind, s.ends is not null as tells,
				k.unlogged and s.ends is not null and coalesce(
					(s.started_at = d.first and s.early and (k.direction = 'out' or not k.start_seen))
					or (s.ended_at is null and k.silent and s.ends and s.started_at = d.last and s.late), false) as cut
			from evidence_told s join evidence_kinds k using (kind)
				left join evidence_edges d on d.program = s.program and d.pid is not distinct from s.pid`,
	},
];

const counts = `from (
		select hop, port, direction, tag, service, telling, lacks, used, tells, cut, sum(sessions)::double as sessions from (
			select k.hop, k.port, k.direction, n.tag, if(k.lmtp, 'lmtp', null) as service, k.telling, k.lacks, k.used, m.tells, m.cut,
				m.sessions
			from (select program, kind, tells, cut, count(*) as sessions from evidence_marked group by all) m
				join evidence_kinds k using (kind) left join evidence_names n using (program)
			union all
			select k.hop, k.port, k.direction, null, null, k.telling, null, k.used, true, false, s.sessions
			from evidence_sums s join evidence_kinds k using (kind) where k.lacks is null)
		group by all)
	order by case hop when 'submission' then 0 when 'relay-in' then 1 when 'relay-out' then 2 when 'access' then 3
		when 'delivery' then 4 else 5 end, port nulls last, tag, telling, lacks`;

/**
 * Sessions counted by what they tell, in the order of hops and ports; those that lack something by their program, too. Cut off
 * are sessions that lack something while their program logs versions of others, and that are the first of their process where
 * the log begins (of smtpd only those whose connect line was not read), or the last one, not ended, where it ends: their
 * summary stands before or behind the log. `where` is a condition on sessions `s` and the hop of `h`; `peers` tells whether
 * there is a table of peers that are judged for themselves.
 */
export function evidenceSteps(where: string, tables: SessionTables, peers: boolean) {
	const steps = [...kindSteps(peers), ...lackingSteps(where, tables, peers), ...programSteps(tables), ...markingSteps];
	return {steps, question: counts};
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
	const {where, parameters} = condition(filter, 'h');
	const {steps, question} = evidenceSteps(where, keptTables, peers);
	return stepByStep<EvidenceRow>(store, steps, question, parameters);
}
