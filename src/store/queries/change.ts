import {type BrokenPlace, type ComparedSpan, ruleAt, type SpanCounts} from '../../model/change.ts';
import {domainsSent} from '../../model/deliveries.ts';
import type {Filter} from '../../model/filter.ts';
import {checkTrust} from '../../policy/check.ts';
import {ruleResults} from '../../policy/judge.ts';
import {destinationRule, destinationsOf} from '../../policy/peer.ts';
import type {Policy} from '../../policy/policy.ts';
import {condition} from '../filter.ts';
import {handshakeFieldsOf, handshakes, type NumberedHandshake} from '../handshakes.ts';
import type {Store} from '../store.ts';
import {lastMoment} from './order.ts';
import {ways} from './summary.ts';

/** Returns when the newest session began; null where there is none with a date. */
export async function newestBegin(store: Store, filter: Filter = {}): Promise<number | null> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<{newest: number | null}>(
		`select epoch_ms(max(s.started_at))::double as newest from judged_rows s where ${where}`,
		parameters,
	);
	return row?.newest ?? null;
}

/** Returns how many sessions a side of a comparison has, and from when to when. */
export async function comparedSpan(store: Store, filter: Filter, database: string | null): Promise<ComparedSpan> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<Pick<ComparedSpan, 'sessions' | 'from' | 'to'>>(
		`select count(*)::double as sessions, epoch_ms(min(s.started_at))::double as "from",
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
			failed(`select s.handshake, count(*) as sessions, min(s.started_at) as first_seen
				from judged_rows s where ${where} group by s.handshake`),
			parameters,
		),
		broken: await store.all<BrokenPlace>(
			broken(`select s.judgement, s.handshake, count(*) as sessions, min(s.started_at) as first_seen
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
			(select epoch_ms(complete_from)::double from former_peers_key) as "completeFrom" ${sums}`,
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

/**
 * Returns which rules, of those that were broken before, sessions of a filter kept, by `ruleAt`: sessions that the rule speaks of,
 * that carried mail or logged in, and whose log decides it. Only such a session shows that the rule is no longer broken.
 */
export async function passedRules(
	store: Store,
	filter: Filter,
	policy: Policy,
	before: readonly BrokenPlace[],
): Promise<ReadonlySet<string>> {
	const passed = new Set<string>();
	if (before.length === 0) return passed;
	const {where, parameters} = await condition(store, filter);
	const hops = [...new Set(before.map(({hop}) => `'${hop}'`))];
	const used = `(h.carried_mail or h.logged_in) and h.hop in (${hops})
		and h.handshake in (select s.handshake from judged_rows s where ${where})`;
	for await (const some of handshakes(store, 0, {where: used, parameters}))
		for (const handshake of some)
			for (const {rule, result} of ruleResults(handshake, policy))
				if (result === 'pass') passed.add(ruleAt({...handshake, rule}));
	if (!before.some(({rule}) => rule === destinationRule)) return passed;
	const sent = await store.all<NumberedHandshake & {readonly host: string | null; readonly deliveries: string | null}>(
		`select distinct s.peer_host as host, s.deliveries, ${handshakeFieldsOf} from judged_rows s join handshakes h using (handshake)
		where h.hop = 'relay-out' and h.carried_mail and h.outcome <> 'failed' and (s.peer_host is not null or s.deliveries is not null) and ${where}`,
		parameters,
	);
	for (const {host, deliveries, ...handshake} of sent) {
		const peer = {ip: null, host, username: null, domains: domainsSent(deliveries)};
		const wanted = destinationsOf(handshake, peer, policy);
		if (wanted.some(({trust}) => checkTrust(handshake, trust) === 'pass'))
			passed.add(ruleAt({...handshake, rule: destinationRule}));
	}
	return passed;
}
