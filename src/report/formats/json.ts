import {coverageCounts} from '../../model/coverage.ts';
import type {FindingGroup} from '../../model/findings.ts';
import type {ProbeResult} from '../../model/probe-result.ts';
import {escaped} from '../../text/plain.ts';
import {isoDate} from '../../text/time.ts';
import {type Choice, columns, type Operation} from '../expectations.ts';
import {suitesJson} from '../inventory/suite-tables.ts';
import {keptMailNotes} from '../outbound.ts';
import {countsBy, type Summary} from '../summary.ts';
import {verdictSentence} from '../text/sentences.ts';
import type {Checked, Findings} from '../verdict.ts';
import {type TriedRule, totals, unlogged} from '../what-if-result.ts';
import {changeJson, periodsJson} from './change-json.ts';

const group = (entry: FindingGroup): object => ({
	...entry,
	peers: entry.peers.map(peer => ({...peer, last_seen: isoDate(peer.last_seen)})),
	first_seen: isoDate(entry.first_seen),
	last_seen: isoDate(entry.last_seen),
});

const dated = <Row extends {readonly last_seen: number | null}>(row: Row): object => ({
	...row,
	last_seen: isoDate(row.last_seen),
});

/** What both `report` and `check` say of the policy. */
const said = ({
	violations,
	expectations,
	suppressed,
	expired,
	inconclusive,
	places,
	maxUndecided,
	missing,
	partial,
}: Findings): object => ({
	partial,
	violations: violations.map(group),
	hop_table: expectationsJson(expectations),
	excepted: suppressed.map(entry => ({...entry, last_seen: isoDate(entry.last_seen)})),
	expired_exceptions: expired,
	undecided: inconclusive,
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
		at: summary.at,
		verdict: summary.verdict,
		summary: verdictSentence(summary),
		coverage: {
			...coverageCounts(coverage),
			examples: coverage.examples,
			notices: coverage.notices,
		},
		period: {from: isoDate(period.from), to: isoDate(period.to)},
		log_host_count: summary.logHosts.host_count,
		log_hosts: summary.logHosts.hosts,
		hops: summary.hops.map(row => ({
			...row,
			versions: Object.fromEntries(countsBy(summary.suites, row, suite => suite.protocol)),
			ciphers: Object.fromEntries(countsBy(summary.suites, row, suite => suite.cipher)),
		})),
		...said(summary),
		key_exchange: summary.keyExchange,
		not_hybrid_peer_count: summary.notHybrid.peer_count,
		not_hybrid_peers: summary.notHybrid.peers.map(dated),
		failures: summary.failures,
		outbound: {...summary.outbound.all, notes: keptMailNotes(summary.outbound.all.deleted, summary.outbound.kept)},
		domain_count: summary.outbound.domainCount,
		domains: summary.outbound.domains,
		held: summary.outbound.held.map(row => ({
			...row,
			first_seen: isoDate(row.first_seen),
			last_seen: isoDate(row.last_seen),
		})),
		...(summary.change == null ? {} : {change: changeJson(summary.change)}),
		...(summary.by == null ? {} : {by: summary.by.unit === 'suite' ? suitesJson(summary.by) : periodsJson(summary.by)}),
	});
}

/** The outcome of `check` as JSON. */
export function checkJson({policy, failOn, known, ...findings}: Checked): string {
	const {verdict, max, counted} = findings;
	return jsonText({
		policy: policy.name,
		at: findings.at,
		// A verdict that the log does not carry is neither.
		pass: verdict === 'pass' ? true : verdict === 'fail' ? false : null,
		verdict,
		summary: verdictSentence({...findings, policy: policy.name}),
		fail_on: failOn,
		max_violations: max,
		counted,
		known,
		...said(findings),
	});
}

/** One row as a line of JSON. */
export function ndjsonLine(row: Readonly<Record<string, unknown>>): string {
	return `${escaped(JSON.stringify(row))}\n`;
}

/**
 * The outcome of `whatif` as JSON. `breaks` and `totals` hold every peer whose TLS would not come about; those that only
 * probed (no mail, no login) are marked, and counted once more in `probes`.
 */
export function whatIfJson(result: TriedRule): string {
	return jsonText({
		rule: result.rule,
		breaks: result.breaks.map(dated),
		totals: totals(result.breaks),
		cannot_tell: unlogged(result),
		nothing_read: result.nothing,
		partial: result.partial,
		probes: totals(result.breaks.filter(({probe}) => probe)),
		users: result.users.map(dated),
		domains: result.domains.map(dated),
		remains: result.remains,
	});
}

/** The outcome of `probe` as JSON. */
export function probeJson(rows: ProbeResult): string {
	const {usual, verdict, ...rest} = rows;
	return jsonText({...rest, verdict, pass: verdict === 'clean'});
}

const cellJson = (choice: Choice): object =>
	Object.fromEntries(columns.map(name => [name, choice.cells[name].sessions]));

/** The same for programs. */
function expectationsJson(operations: readonly Operation[]): object[] {
	return operations.map(({operation, hop, dane, choices}) => ({
		operation,
		hop,
		dane,
		choices: choices.map(choice => ({
			port: choice.port,
			tls: choice.tls,
			policy: choice.expected,
			seen: choice.seen,
			sessions: cellJson(choice),
			unwanted: columns.filter(name => {
				const {expected, sessions} = choice.cells[name];
				return sessions > 0 && expected !== null && expected !== 'allowed';
			}),
			messages: choice.messages,
		})),
	}));
}
