import type {Filter} from '../../../model/filter.ts';
import type {FindingTotal, KnownFinding, PeerFinding} from '../../../model/findings.ts';
import {INTEGER, VARCHAR} from '../../duckdb.ts';
import {condition} from '../../filter.ts';
import {append} from '../../judgement.ts';
import type {Store} from '../../store.ts';
import {severityOrder} from '../order.ts';
import {stepByStep} from '../steps.ts';
import {findingSteps, peerWord} from './finding-steps.ts';

/** Stores what is known already, for queries with `fresh`: for this run only, nothing of it reaches a file. */
export async function setBaseline(store: Store, known: readonly KnownFinding[]): Promise<void> {
	await store.read('create or replace temp table baseline(rule text, hop text, port integer, peer text)');
	const rows = known.map(({rule, hop, port, peer}) => [rule, hop, port, peer]);
	await append(store, 'baseline', [VARCHAR, VARCHAR, INTEGER, VARCHAR], rows);
}

/** Files of findings are read by viewers that take no more: GitHub's limit of results in a run of SARIF. */
const mostFindings = 25_000;

const samePlace = `g.rule = s.rule and g.hop = s.hop and g.port is not distinct from s.port`;

/** Findings by rule, hop, port and peer, of `found`. */
const byPeer = `select s.rule, s.severity, s.hop, s.port, ${peerWord} as peer, max(s.peer_host) as peer_host,
		sum(s.sessions)::double as sessions, sum(s.messages)::double as messages, min(s.required) as required,
		epoch_ms(min(s.first_seen))::double as first_seen, epoch_ms(max(s.last_seen))::double as last_seen,
		arg_max(s.latest, s.latest_at) as latest
	from found s group by s.rule, s.severity, s.hop, s.port, ${peerWord}`;

/**
 * Findings by peer, in a stable order: the gravest with the most sessions, so many at most; `findingTotals` counts all. With
 * `fresh` only what the baseline does not know; see `setBaseline`.
 */
export async function peerFindings(
	store: Store,
	filter: Filter = {},
	fresh = false,
	most = mostFindings,
): Promise<PeerFinding[]> {
	const {where, times, parameters} = await condition(store, filter);
	// Lists are made of what is chosen alone: those of millions of peers have no room.
	const chosen = `from (${byPeer}) order by ${severityOrder('severity')}, sessions desc, rule, hop, port, peer limit ${most}`;
	return stepByStep<PeerFinding>(
		store,
		[...findingSteps(store, where, fresh), {name: 'chosen_findings', sql: chosen}],
		`with lists as (
			select s.rule, s.hop, s.port, ${peerWord} as peer, arg_min(s.reference, s.required) as reference,
				coalesce(list(distinct s.username order by s.username) filter (where s.username is not null), []) as usernames,
				list(distinct s.observed order by s.observed) as observed
			from found s where exists (select 1 from chosen_findings g where ${samePlace} and g.peer = ${peerWord})
			group by s.rule, s.hop, s.port, ${peerWord})
		select g.rule, g.severity, g.hop, g.port, g.peer, g.peer_host, l.usernames, g.sessions, g.messages, l.observed, g.required,
			l.reference, g.first_seen, g.last_seen, o.source, s.first_line, s.last_line
		from chosen_findings g join lists l on l.rule = g.rule and l.hop = g.hop and l.port is not distinct from g.port and l.peer = g.peer
			join weighted_rows s on s.row = g.latest and ${times} join origins o on o.origin = s.origin
		order by ${severityOrder('g.severity')}, g.rule, g.hop, g.port, g.peer`,
		parameters,
	);
}

/** All findings by peer, counted by rule and hop. */
export async function findingTotals(store: Store, filter: Filter = {}, fresh = false): Promise<FindingTotal[]> {
	const {where, parameters} = await condition(store, filter);
	return stepByStep<FindingTotal>(
		store,
		findingSteps(store, where, fresh),
		`select rule, severity, hop, count(*)::double as incidents, sum(sessions)::double as sessions from (
			select s.rule, s.severity, s.hop, s.port, ${peerWord} as peer, sum(s.sessions) as sessions from found s group by all)
		group by all order by rule, severity, hop`,
		parameters,
	);
}

/** All that is broken now, as a baseline knows it: whatever is no mere note. */
export async function brokenNow(store: Store, filter: Filter = {}): Promise<KnownFinding[]> {
	const {where, parameters} = await condition(store, filter);
	return stepByStep<KnownFinding>(
		store,
		findingSteps(store, where, false),
		`select distinct s.rule, s.hop, s.port, ${peerWord} as peer from found s
		where s.severity <> 'info'`,
		parameters,
	);
}
