import type {Filter} from '../../../model/filter.ts';
import type {BrokenRule, FindingGroup, Gravest} from '../../../model/findings.ts';
import {condition} from '../../filter.ts';
import type {Store} from '../../store.ts';
import {sessionsOf} from '../../tally/weight.ts';
import {othersOf, severityOrder} from '../order.ts';
import {type RunSteps, stepByStep} from '../steps.ts';
import {findingSteps} from './finding-steps.ts';

/** As many peers as a finding group carries; the view `violations` has them all. */
const mostPeers = 100;

/** As many different things observed as a finding group carries by name: a peer may make up any number. */
const mostObserved = 100;

/** A group of findings, and the same group in another table. */
const group = 'rule, severity, hop, port';
const sameGroup = (a: string, b: string): string =>
	`${a}.rule = ${b}.rule and ${a}.severity = ${b}.severity and ${a}.hop = ${b}.hop and ${a}.port is not distinct from ${b}.port`;

/** Steps from `found` to each group's sums and its most frequent peers and observations. No window: that has no room for millions. */
const groupSteps = [
	{
		name: 'group_peers',
		sql: `select ${group}, peer_ip, peer_host, username, sum(sessions)::double as sessions, sum(messages)::double as messages,
				max(last_seen) as last_seen, arg_max(latest, latest_at) as latest
			from found group by all`,
	},
	{
		name: 'group_busiest',
		sql: `select ${group}, count(*)::double as peer_count, min({'rarity': -sessions, 'peer_ip': peer_ip,
				'peer_host': peer_host, 'username': username, 'messages': messages, 'last_seen': last_seen,
				'latest': latest}, ${mostPeers}) as most
			from group_peers group by ${group}`,
	},
	{
		name: 'group_observed',
		sql: `select ${group}, count(*) as names, sum(sessions) as sessions,
				min({'rarity': -sessions, 'what': observed}, ${mostObserved}) as most
			from (select ${group}, observed, sum(sessions)::double as sessions from found group by all) group by ${group}`,
	},
	{
		name: 'group_sums',
		sql: `select ${group}, sum(sessions)::double as sessions, sum(messages)::double as messages,
				min(required) as required, arg_min(reference, required) as reference,
				epoch_ms(min(first_seen))::double as first_seen, epoch_ms(max(last_seen))::double as last_seen
			from found group by all`,
	},
];

/**
 * Returns what is broken by rule, hop and port, the worst first: severity, then number of sessions. The sessions are judged
 * before. With `fresh` only what the baseline does not know; see `setBaseline`.
 */
export async function findingGroups(
	store: Store,
	filter: Filter = {},
	fresh = false,
	run: RunSteps = stepByStep,
): Promise<FindingGroup[]> {
	const {where, times, parameters} = await condition(store, filter);
	const rows = await run<Omit<FindingGroup, 'observed'> & {observed: Array<{what: string; sessions: number}>}>(
		store,
		[...findingSteps(store, where, fresh), ...groupSteps],
		`with named as (
			select b.rule, b.severity, b.hop, b.port, any_value(b.peer_count) as peer_count, list({'peer_ip': b.p.peer_ip,
				'peer_host': b.p.peer_host, 'username': b.p.username, 'sessions': -b.p.rarity, 'messages': b.p.messages,
				'last_seen': epoch_ms(b.p.last_seen)::double, 'source': o.source, 'first_line': s.first_line,
				'last_line': s.last_line} order by b.place) as peers
			from (select ${group}, peer_count, unnest(most) as p, generate_subscripts(most, 1) as place from group_busiest) b
				join weighted_rows s on s.row = b.p.latest and ${times} join origins o on o.origin = s.origin
			group by all),
		kinds as (
			select ${group}, list({'what': what, 'sessions': sessions} order by place) as observed from (
				select ${group}, p.what, -p.rarity as sessions, place
				from (select ${group}, unnest(most) as p, generate_subscripts(most, 1) as place from group_observed)
				union all
				select ${group}, ${othersOf('names', mostObserved)}, sessions + list_sum(list_transform(most, lambda m: m.rarity)),
					${mostObserved + 1}
				from group_observed where names > ${mostObserved})
			group by all)
		select a.rule, a.severity, a.hop, a.port, a.sessions, a.messages, n.peer_count, n.peers, k.observed, a.required,
			a.reference, a.first_seen, a.last_seen
		from group_sums a join named n on ${sameGroup('a', 'n')} join kinds k on ${sameGroup('a', 'k')}
		order by ${severityOrder('a.severity')}, a.sessions desc, a.rule, a.hop, a.port`,
		parameters,
	);
	return rows.map(({observed, ...row}) => ({
		...row,
		observed: Object.fromEntries(observed.map(({what, sessions}) => [what, sessions])),
	}));
}

/**
 * Returns the first row that `findingGroups` would give, null when nothing but information is found: cheap enough to be asked
 * again and again. The sessions are judged before.
 */
export async function gravest(store: Store, filter: Filter = {}): Promise<Gravest | null> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<Gravest>(
		`with t as (select s.judgement, s.handshake, ${sessionsOf(store)} as sessions from judged_rows s where ${where} group by all),
			seen as (select f.rule, f.severity, h.hop, h.port, f.observed, sum(t.sessions) as sessions
				from t join handshakes h using (handshake) join judgement_findings f using (judgement)
				where f.excepted_until is null and f.severity in ('violation', 'weakness') group by all),
			first as (select ${group}, sum(sessions) as sessions, list(observed order by sessions desc, observed) as observed
				from seen group by ${group}
				order by ${severityOrder('severity')}, sessions desc, rule, hop, port limit 1)
		select f.rule, f.severity, f.hop, f.port, f.sessions::double as sessions, f.observed,
			(select count(*)::double from (select distinct s.peer_ip, s.peer_host, s.username
				from judged_rows s join handshakes h using (handshake) join judgement_findings j using (judgement)
				where ${where} and j.excepted_until is null and j.rule = f.rule and j.severity = f.severity
					and h.hop = f.hop and h.port is not distinct from f.port)) as peer_count
		from first f`,
		parameters,
	);
	return row ?? null;
}

/** Returns the rules that sessions break, over all hops, the worst first. */
export async function brokenRules(store: Store, filter: Filter = {}): Promise<BrokenRule[]> {
	const {where, parameters} = await condition(store, filter);
	return store.all<BrokenRule>(
		`select f.rule, f.severity, sum(t.sessions)::double as sessions
		from (select s.judgement, ${sessionsOf(store)} as sessions from judged_rows s where ${where} group by s.judgement) t
			join judgement_findings f using (judgement)
		where f.excepted_until is null group by f.rule, f.severity
		order by ${severityOrder('f.severity')}, sessions desc, f.rule`,
		parameters,
	);
}
