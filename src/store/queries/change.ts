import {type BrokenPlace, type ComparedSpan, ruleAt, type SpanCounts} from '../../model/change.ts';
import {domainsSent} from '../../model/deliveries.ts';
import type {Filter} from '../../model/filter.ts';
import {checkTrust} from '../../policy/check.ts';
import {ruleResults} from '../../policy/judge.ts';
import {destinationRule, destinationsOf} from '../../policy/peer.ts';
import type {Policy} from '../../policy/policy.ts';
import {condition} from '../filter.ts';
import {handshakeFieldsOf, handshakes, type NumberedHandshake} from '../handshakes.ts';
import {peerKey} from '../retention/former-peers.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {lastMoment} from './order.ts';
import {ways} from './summary.ts';

/** Returns when the newest session began; null where there is none with a date. */
export async function newestBegin(store: Store, filter: Filter = {}): Promise<number | null> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<{newest: number | null}>(
		`select epoch_ms(max(s.last_started))::double as newest from judged_rows s where ${where}`,
		parameters,
	);
	return row?.newest ?? null;
}

/** Returns how many sessions a side of a comparison has, and from when to when. */
export async function comparedSpan(store: Store, filter: Filter, database: string | null): Promise<ComparedSpan> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<Pick<ComparedSpan, 'sessions' | 'from' | 'to'>>(
		`select ${sessionsOf(store)}::double as sessions, epoch_ms(min(s.started_at))::double as "from",
			epoch_ms(max(${lastMoment}))::double as "to"
		from judged_rows s where ${where}`,
		parameters,
	);
	const {sessions = 0, from = null, to = null} = row ?? {};
	return {since: filter.since ?? null, until: filter.until ?? null, from, to, sessions, database};
}

/** The findings that count of `t`: sessions by judgement and handshake. */
const broken = (counted: string): string =>
	`select f.rule, f.severity, h.hop, h.port, sum(t.sessions)::double as sessions, epoch_ms(min(t.first_seen))::double as first_seen
	from (${counted}) t join handshakes h using (handshake) join judgement_findings f using (judgement)
	where f.excepted_until is null group by all`;

/** The failures of `t`: sessions by handshake. */
const failed = (counted: string): string =>
	`select coalesce(h.failure, 'other') as reason, h.hop, h.port, sum(t.sessions)::double as sessions,
		epoch_ms(min(t.first_seen))::double as first_seen
	from (${counted}) t join handshakes h using (handshake)
	where h.failure is not null or h.outcome = 'failed' group by all`;

/** Returns what a comparison counts of the sessions that pass a filter. They are judged before. */
export async function spanCounts(store: Store, filter: Filter): Promise<SpanCounts> {
	const {where, parameters} = await condition(store, filter);
	return {
		ways: await ways(store, filter),
		failures: await store.all(
			failed(`select s.handshake, ${sessionsOf(store)} as sessions, min(s.started_at) as first_seen
				from judged_rows s where ${where} group by s.handshake`),
			parameters,
		),
		broken: await store.all<BrokenPlace>(
			broken(`select s.judgement, s.handshake, ${sessionsOf(store)} as sessions, min(s.started_at) as first_seen
				from judged_rows s where ${where} group by all`),
			parameters,
		),
	};
}

/**
 * Returns the same of deleted sessions, by their sums, the first moment of them, and the one from which on no peer of them is
 * forgotten (null: none is).
 */
export async function formerCounts(
	store: Store,
	filter: Filter,
): Promise<Omit<SpanCounts, 'ways'> & {readonly from: number | null; readonly completeFrom: number | null}> {
	const {where, parameters} = await condition(store, {hops: filter.hops});
	const sums = `from monthly_sums s where ${where}`;
	const [row] = await store.all<{from: number | null; completeFrom: number | null}>(
		`select epoch_ms(min(s.first_seen))::double as "from",
			(select epoch_ms(max(complete_from))::double from former_peers_key) as "completeFrom" ${sums}`,
		parameters,
	);
	return {
		from: row?.from ?? null,
		completeFrom: row?.completeFrom ?? null,
		failures: await store.all(failed(`select s.handshake, s.sessions, s.first_seen ${sums}`), parameters),
		broken: await store.all<BrokenPlace>(
			broken(`select s.handshake as judgement, s.handshake, s.sessions, s.first_seen ${sums}`),
			parameters,
		),
	};
}

/** Peers by the rule that they broke and where, see `ruleAt`. */
type PeersByRule = ReadonlyMap<string, ReadonlySet<string>>;

/** The most of them that are looked for; of a rule with more of them nothing is known of all. */
const mostPeers = 10_000;
/** A peer that the log does not name: nothing shows that it came back. */
const unnamed = '';

/** Returns the peers of the sessions that pass a filter and broke a rule at one of the places. They are judged before. */
export async function peersThatBroke(
	store: Store,
	filter: Filter,
	places: readonly BrokenPlace[],
): Promise<PeersByRule> {
	const peers = new Map<string, Set<string>>();
	if (places.length === 0) return peers;
	const {where, parameters} = await condition(store, filter);
	const there = places.map(
		({rule, hop, port}) =>
			`(f.rule = '${rule.replaceAll("'", "''")}' and h.hop = '${hop}' and h.port is not distinct from ${port ?? 'null'})`,
	);
	const rows = await store.all<BrokenPlace & {readonly key: string | null}>(
		`select distinct f.rule, h.hop, h.port, ${peerKey} as key
		from judged_rows s join handshakes h using (handshake) join judgement_findings f using (judgement)
		where f.excepted_until is null and (${there.join(' or ')}) and ${where} limit ${mostPeers + 1}`,
		parameters,
	);
	for (const row of rows.slice(0, mostPeers)) {
		const place = ruleAt(row);
		peers.set(place, (peers.get(place) ?? new Set()).add(row.key ?? unnamed));
	}
	if (rows.length > mostPeers) for (const some of peers.values()) some.add(unnamed);
	return peers;
}

/** Peers that broke a rule before and keep it in a session of a filter that carried mail or logged in, by `ruleAt`. */
async function mendedPeers(
	store: Store,
	filter: Filter,
	policy: Policy,
	peers: PeersByRule,
): Promise<Map<string, Set<string>>> {
	const mended = new Map<string, Set<string>>();
	const note = (place: string, key: string): void => {
		if (peers.get(place)?.has(key) === true) mended.set(place, (mended.get(place) ?? new Set()).add(key));
	};
	const keys = [...new Set([...peers.values()].flatMap(each => [...each]))];
	if (keys.length === 0) return mended;
	const {where, parameters} = await condition(store, filter);
	type Used = NumberedHandshake & {
		readonly key: string;
		readonly host: string | null;
		readonly deliveries: string | null;
	};
	const rows = await store.all<Used>(
		`select distinct ${peerKey} as key, s.peer_host as host, s.deliveries, ${handshakeFieldsOf}
		from judged_rows s join handshakes h using (handshake)
		where (h.carried_mail or h.logged_in) and ${peerKey} in (select unnest(string_split($keys, chr(10)))) and ${where}`,
		{...parameters, keys: keys.join('\n')},
	);
	for (const {key, host, deliveries, ...handshake} of rows) {
		for (const {rule, result} of ruleResults(handshake, policy))
			if (result === 'pass') note(ruleAt({...handshake, rule}), key);
		const peer = {ip: null, host, username: null, domains: domainsSent(deliveries)};
		const wanted = handshake.hop === 'relay-out' ? destinationsOf(handshake, peer, policy) : [];
		if (wanted.some(({trust}) => checkTrust(handshake, trust) === 'pass'))
			note(ruleAt({...handshake, rule: destinationRule}), key);
	}
	return mended;
}

/** Sessions of a filter that keep each rule, by `ruleAt`: they carried mail or logged in, and their log decides it. */
export async function keepingSessions(
	store: Store,
	filter: Filter,
	policy: Policy,
	before: readonly BrokenPlace[],
): Promise<ReadonlyMap<string, number>> {
	const keeping = new Map<string, number>();
	if (before.length === 0) return keeping;
	const {where, parameters} = await condition(store, filter);
	const hops = [...new Set(before.map(({hop}) => `'${hop}'`))];
	const used = `(h.carried_mail or h.logged_in) and h.hop in (${hops})
		and h.handshake in (select s.handshake from judged_rows s where ${where})`;
	// Some at a time: peers may make handshakes up by millions.
	for await (const some of handshakes(store, 0, {where: used, parameters})) {
		const [from = 0, to = 0] = [some[0]?.handshake, some.at(-1)?.handshake];
		const counted = await store.all<{handshake: number; sessions: number}>(
			`select s.handshake, ${sessionsOf(store)}::double as sessions from judged_rows s
			where s.handshake between ${from} and ${to} and ${where} group by s.handshake`,
			parameters,
		);
		const sessions = new Map(counted.map(each => [each.handshake, each.sessions]));
		for (const handshake of some)
			for (const {rule, result} of ruleResults(handshake, policy)) {
				const place = ruleAt({...handshake, rule});
				if (result === 'pass') keeping.set(place, (keeping.get(place) ?? 0) + (sessions.get(handshake.handshake) ?? 0));
			}
	}
	return keeping;
}

/** Returns the rules, by `ruleAt`, that all peers who broke them before keep in sessions of a filter. */
export async function mendedRules(
	store: Store,
	filter: Filter,
	policy: Policy,
	peers: PeersByRule,
): Promise<ReadonlySet<string>> {
	const mended = await mendedPeers(store, filter, policy, peers);
	return new Set([...peers].filter(([place, all]) => mended.get(place)?.size === all.size).map(([place]) => place));
}
