import {summaryOf} from '../../src/commands/report.ts';
import {createLiveMetrics, type LiveMetrics} from '../../src/metrics/live-metrics.ts';
import {type Coverage, emptyCoverage} from '../../src/model/coverage.ts';
import type {Session} from '../../src/model/session.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {reportJson} from '../../src/report/formats/json.ts';
import {saveCoverage} from '../../src/store/coverage.ts';
import {judgeByPolicy, judgingBy} from '../../src/store/judgement.ts';
import {createLoader} from '../../src/store/load.ts';
import {openStore} from '../../src/store/store.ts';
import {protocols} from '../../src/tls/version.ts';
import {tally} from '../tally.ts';
import type {Sample} from './exposition.ts';
import {sums} from './exposition.ts';

/** What of `report --format json` the counters are held against. */
export type Report = {
	readonly coverage: Readonly<Record<string, number>>;
	readonly hops: ReadonlyArray<
		Readonly<Record<'sessions' | 'encrypted' | 'plaintext' | 'failed' | 'unknown', number>> & {
			readonly hop: string;
			readonly port: number | null;
			readonly versions: Readonly<Record<string, number>>;
		}
	>;
	readonly violations: ReadonlyArray<{readonly rule: string; readonly severity: string; readonly sessions: number}>;
	readonly key_exchange: ReadonlyArray<
		Readonly<Record<'hybrid' | 'could' | 'cannot' | 'not_logged', number>> & {readonly hop: string}
	>;
	readonly failures: ReadonlyArray<{readonly reason: string; readonly whose: string; readonly count: number}>;
};

/** Counters of a policy; `ports` are named by the operator. */
export const metricsFor = (policy: Policy, now: number, ports: readonly number[] = []): LiveMetrics =>
	createLiveMetrics({policy, judging: judgingBy(policy, () => now), ports, version: '1.2.3', now: () => now});

/** Sessions go the way of a live log, made visible after each so many of them; returns counters and report. */
export async function counted(
	sessions: readonly Session[],
	coverage: Coverage = emptyCoverage(),
	policy: Policy,
	now: number,
	every: number,
): Promise<{metrics: LiveMetrics; report: Report}> {
	const store = await openStore();
	const metrics = metricsFor(policy, now);
	const loader = await createLoader(store, metrics.sessions);
	for (const [index, session] of sessions.entries()) {
		loader.add(session);
		if (index % every === every - 1) loader.flush();
	}
	loader.end();
	metrics.lines({coverage, lineTime: null});
	await saveCoverage(store, coverage);
	await judgeByPolicy(store, policy, now);
	const filter = {since: undefined, until: undefined, hops: []};
	const summary = await summaryOf(
		store,
		policy,
		{filter, asOf: now, judging: {}},
		{nothing: null, partial: false, problems: []},
	);
	await store.close();
	return {metrics, report: JSON.parse(reportJson(summary))};
}

const mail = [24, 25, 110, 143, 465, 587, 993, 995, 4190];

const isVersion = (name: string): boolean => (protocols as readonly string[]).includes(name);

/** Sums by labels of the counters and of the report, which are to be the same. */
export function bothSums(samples: readonly Sample[], {coverage, hops, violations, key_exchange, failures}: Report) {
	const port = (value: number | null): string =>
		value === null ? 'not-logged' : mail.includes(value) ? String(value) : 'other';
	const outcomes = ['encrypted', 'plaintext', 'failed', 'unknown'] as const;
	const kinds = ['hybrid', 'could', 'cannot', 'not_logged'] as const;
	const inReport = {
		places: tally(
			hops.flatMap(row => outcomes.map(name => [`${row.hop} ${port(row.port)} ${name}`, row[name]] as const)),
		),
		versions: tally(
			hops.flatMap(({hop, versions}) =>
				Object.entries(versions).map(
					([name, count]) => [`${hop} ${isVersion(name) ? name : 'no version'}`, count] as const,
				),
			),
		),
		exchanges: tally(
			key_exchange.flatMap(row => kinds.map(kind => [`${row.hop} ${kind.replace('_', '-')}`, row[kind]] as const)),
		),
		violations: tally(violations.map(({rule, severity, sessions}) => [`${rule} ${severity}`, sessions])),
		failures: tally(failures.map(({reason, count}) => [reason, count])),
		lines: tally(
			(['understood', 'irrelevant', 'foreign', 'malformed'] as const).map(kind => [kind, coverage[kind] ?? 0]),
		),
		notUnderstood: tally([['', coverage.not_understood ?? 0]]),
	};
	const encrypted = samples.filter(({labels}) => labels.outcome === 'encrypted');
	const inMetrics: typeof inReport = {
		places: sums(samples, 'tlsaudit_sessions_total', 'hop', 'port', 'outcome'),
		versions: tally(
			encrypted.map(({labels: {hop, version = ''}, value}) => [
				`${hop} ${isVersion(version) ? version : 'no version'}`,
				value,
			]),
		),
		exchanges: sums(encrypted, 'tlsaudit_sessions_total', 'hop', 'key_exchange'),
		violations: sums(samples, 'tlsaudit_violations_total', 'rule', 'severity'),
		failures: sums(samples, 'tlsaudit_failures_total', 'reason'),
		lines: sums(samples, 'tlsaudit_lines_total', 'kind'),
		notUnderstood: sums(samples, 'tlsaudit_lines_not_understood_total'),
	};
	return {inReport, inMetrics};
}
