import type {EvidenceRow} from '../../model/evidence.ts';
import type {Filter} from '../../model/filter.ts';
import {condition} from '../filter.ts';
import type {Store} from '../store.ts';
import {edgeMinutes} from '../tally/tally.ts';
import {sessionsOf, weightColumn} from '../tally/weight.ts';
import {hopOrder, lastMoment} from './order.ts';
import {type RunSteps, type Step, stepByStep} from './steps.ts';

/** smtpd gives a silent client five minutes (postconf(5) smtpd_timeout): a session the log cuts off is as near to its end. */
const margin = `interval ${edgeMinutes} minute`;

/** Programs that are shown by their names, those of the most sessions: more there are only where a peer makes them up. */
const mostNamed = 1000;

/** What sessions are counted by, but their program and where they are in the log. Few, whatever peers make up. */
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

/** A judgement as a kind: of the services lmtp alone has a setting of its own. */
const kindOf = `select j.judgement, h.hop, h.port, h.direction, h.service = 'lmtp' as lmtp, h.outcome is null as silent,
		h.start_seen, h.carried_mail or h.logged_in as used, j.telling, j.lacks, j.unlogged
	from judgements j join handshakes h using (handshake)`;

const sameKind = kindColumns.map(name => `k.${name} is not distinct from x.${name}`).join(' and ');

/** Steps that give each judgement the number of its kind. */
const kindSteps: readonly Step[] = [
	{
		name: 'evidence_kinds',
		sql: `select (row_number() over ())::integer as kind, * from (select distinct ${kindColumns} from (${kindOf}))`,
	},
	{
		name: 'evidence_judgements',
		sql: `select x.judgement, k.kind from (${kindOf}) x join evidence_kinds k on ${sameKind}`,
	},
];

/**
 * Steps that find the sessions that lack something, with numbers for their host and program: hashes, as names are long and
 * peers may make up millions. `where` is a condition on sessions `s`.
 */
function missingSteps(store: Store, where: string): Step[] {
	const found = `select s.origin, s.pid, s.started_at, s.ended_at, k.kind${weightColumn(store)}
		from judged_rows s join evidence_judgements k using (judgement)`;
	return [
		{
			name: 'evidence_sums',
			sql: `select kind, ${sessionsOf(store)} as sessions from (${found} where ${where}) s group by kind`,
		},
		{
			name: 'evidence_missing',
			sql: `select hash(o.log_host) as host, hash(o.log_host, o.tag) as program, s.pid, s.started_at, s.ended_at, s.kind${weightColumn(store)}
				from (${found} where ${where} and k.kind in (select kind from evidence_kinds where lacks is not null)) s
					join origins o using (origin)`,
		},
		{
			name: 'evidence_origins',
			sql: `select o.origin, hash(o.log_host) as host, hash(o.log_host, o.tag) as program from origins o
				where hash(o.log_host) in (select host from evidence_missing)`,
		},
		{
			name: 'evidence_names',
			sql: `select hash(o.log_host, o.tag) as program, min(o.tag) as tag from origins o where hash(o.log_host, o.tag) in (
				select program from evidence_missing s group by program order by ${sessionsOf(store)} desc, program limit ${mostNamed}) group by all`,
		},
	];
}

/**
 * Steps that find where a host's log begins and ends, whether a program logs versions, and its processes' first and last
 * sessions.
 */
const programSteps: readonly Step[] = [
	{
		name: 'evidence_lives',
		sql: `select o.host, min(s.started_at) as born, max(${lastMoment}) as died
				from weighted_rows s join evidence_origins o using (origin) group by o.host`,
	},
	{
		name: 'evidence_programs',
		sql: `select o.host, o.program, s.pid, s.started_at, s.ended_at, s.handshake
				from weighted_rows s join evidence_origins o using (origin)
				where o.program in (select program from evidence_missing)`,
	},
	{
		name: 'evidence_loggers',
		sql: `select s.program, bool_or(s.ended_at is not null) as ends from evidence_programs s
				where s.handshake in (select handshake from handshakes where protocol is not null) group by s.program`,
	},
	{
		name: 'evidence_edges',
		sql: `select s.program, s.pid, min(s.started_at) as first, max(s.started_at) as last
				from evidence_programs s join evidence_lives l using (host)
				where s.started_at <= l.born + ${margin} or s.started_at >= l.died - ${margin} group by s.program, s.pid`,
	},
];

/** Steps that mark the sessions that lack something as cut off or not; one table is joined at a time. */
const markingSteps = (store: Store): readonly Step[] => [
	{
		name: 'evidence_placed',
		sql: `select s.*, s.started_at <= l.born + ${margin} as early, s.started_at >= l.died - ${margin} as late
			from evidence_missing s left join evidence_lives l using (host)`,
	},
	{
		name: 'evidence_by_logger',
		sql: `select s.*, t.ends from evidence_placed s left join evidence_loggers t using (program)`,
	},
	{
		name: 'evidence_marked',
		sql: `select s.program, s.kind${weightColumn(store)}, s.ends is not null as tells,
				k.unlogged and s.ends is not null and coalesce(
					(s.started_at = d.first and s.early and (k.direction = 'out' or not k.start_seen))
					or (s.ended_at is null and k.silent and s.ends and s.started_at = d.last and s.late), false) as cut
			from evidence_by_logger s join evidence_kinds k using (kind)
				left join evidence_edges d on d.program = s.program and d.pid is not distinct from s.pid`,
	},
];

const counts = (store: Store): string => `from (
		select hop, port, direction, tag, service, telling, lacks, used, tells, cut, sum(sessions)::double as sessions from (
			select k.hop, k.port, k.direction, n.tag, if(k.lmtp, 'lmtp', null) as service, k.telling, k.lacks, k.used, m.tells, m.cut,
				m.sessions
			from (select program, kind, tells, cut, ${sessionsOf(store)} as sessions from evidence_marked s group by all) m
				join evidence_kinds k using (kind) left join evidence_names n using (program)
			union all
			select k.hop, k.port, k.direction, null, null, k.telling, null, k.used, true, false, s.sessions
			from evidence_sums s join evidence_kinds k using (kind) where k.lacks is null)
		group by all)
	order by ${hopOrder('hop')}, port nulls last, tag, telling, lacks, direction, service, used, tells, cut`;

/**
 * Returns the sessions counted by what they say about the rules of the policy that fail a check, in the order of hops and ports;
 * those that lack something by their program, too. Cut off are sessions that lack something while their program logs versions of
 * others, and that are the first of their process where the log begins (of smtpd only those whose connect line was not read), or
 * the last one, not ended, where it ends: their summary lies before or behind the log. The sessions are judged before.
 */
export async function evidence(store: Store, filter: Filter = {}, run: RunSteps = stepByStep): Promise<EvidenceRow[]> {
	const {where, parameters} = await condition(store, filter);
	const steps = [...kindSteps, ...missingSteps(store, where), ...programSteps, ...markingSteps(store)];
	return run<EvidenceRow>(store, steps, counts(store), parameters);
}
