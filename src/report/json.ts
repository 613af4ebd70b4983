import {escaped} from '../text/plain.ts';
import {isoDate} from '../text/time.ts';
import {type Breach, countsBy, type Summary} from './summary.ts';
import type {Checked, Judged} from './verdict.ts';
import {verdictSentence} from './verdict-text.ts';
import {wishesJson} from './wishes-text.ts';

const breach = (entry: Breach): object => ({
	...entry,
	peers: entry.peers.map(peer => ({...peer, last_seen: isoDate(peer.last_seen)})),
	first_seen: isoDate(entry.first_seen),
	last_seen: isoDate(entry.last_seen),
});

/** What both `report` and `check` say of the policy. */
const said = ({violations, wishes, excepted, expired, undecided, places, maxUndecided, missing}: Judged): object => ({
	violations: violations.map(breach),
	hop_table: wishesJson(wishes),
	excepted: excepted.map(entry => ({...entry, last_seen: isoDate(entry.last_seen)})),
	expired_exceptions: expired,
	undecided,
	evidence: places,
	max_undecided: maxUndecided,
	missing_logging: missing,
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
		verdict: summary.verdict,
		summary: verdictSentence(summary),
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
		period: {from: isoDate(period.from), to: isoDate(period.to)},
		hops: summary.hops.map(row => ({
			...row,
			versions: Object.fromEntries(countsBy(summary.suites, row, suite => suite.protocol)),
			ciphers: Object.fromEntries(countsBy(summary.suites, row, suite => suite.cipher)),
		})),
		...said(summary),
		failures: summary.failures,
	});
}

/** The outcome of `check` as JSON. */
export function checkJson({policy, failOn, known, ...judged}: Checked): string {
	const {verdict, max, counted} = judged;
	return jsonText({
		policy: policy.name,
		// A verdict that the log does not carry is neither.
		pass: verdict === 'pass' ? true : verdict === 'fail' ? false : null,
		verdict,
		summary: verdictSentence({...judged, policy: policy.name}),
		fail_on: failOn,
		max_violations: max,
		counted,
		known,
		...said(judged),
	});
}
