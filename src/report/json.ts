import {escaped} from './plain.ts';
import {type Breach, countsBy, type Summary} from './summary.ts';

/** ISO 8601 in UTC, or null. */
export const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const breach = (entry: Breach): object => ({
	...entry,
	first_seen: iso(entry.first_seen),
	last_seen: iso(entry.last_seen),
});

/** A value as indented JSON that is safe on a terminal. */
export function jsonText(value: unknown): string {
	return escaped(`${JSON.stringify(value, null, 2)}\n`);
}

/** The summary report as JSON. */
export function reportJson(summary: Summary): string {
	const {coverage, period} = summary;
	return jsonText({
		policy: summary.policy,
		coverage: {
			lines: coverage.lines,
			understood: coverage.understood,
			irrelevant: coverage.irrelevant,
			foreign: coverage.foreign,
			malformed: coverage.malformed,
			not_understood: coverage.notUnderstood,
			no_dialogue: coverage.noDialogue,
			evicted: coverage.evicted,
			examples: coverage.examples,
			notices: coverage.notices,
		},
		period: {from: iso(period.from), to: iso(period.to)},
		hops: summary.hops.map(row => ({
			...row,
			versions: Object.fromEntries(countsBy(summary.suites, row, suite => suite.protocol)),
			ciphers: Object.fromEntries(countsBy(summary.suites, row, suite => suite.cipher)),
		})),
		violations: summary.violations.map(breach),
		failures: summary.failures,
	});
}

/** The outcome of `check` as JSON. */
export function checkJson(policy: string, pass: boolean, violations: readonly Breach[]): string {
	return jsonText({policy, pass, violations: violations.map(breach)});
}
