import type {Exception, Policy, Severity} from '../tls/policy.ts';
import type {Hop} from '../tls/session.ts';
import type {Breach, Excepted, Undecided} from './summary.ts';
import type {Operation} from './wishes.ts';

/** What judging found. */
export type Judged = {
	readonly wishes: readonly Operation[];
	readonly violations: readonly Breach[];
	readonly excepted: readonly Excepted[];
	readonly expired: readonly Exception[];
	readonly undecided: readonly Undecided[];
};

/** One rule as one peer broke it on one hop and port: what a CI or a baseline counts. Times in ms since 1970 UTC. */
export type Incident = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	/** Address, or host where the log has no address. */
	readonly peer: string;
	readonly peer_host: string | null;
	readonly usernames: readonly string[];
	readonly sessions: number;
	readonly messages: number;
	readonly observed: readonly string[];
	readonly required: string;
	readonly reference: string;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
	/** Where the latest session stands in the logs. */
	readonly source: string | null;
	readonly first_line: number | null;
	readonly last_line: number | null;
};

/** The outcome of a check. `violations` holds what no baseline knows. */
export type Verdict = Judged & {
	readonly policy: Policy;
	readonly pass: boolean;
	readonly failOn: 'violation' | 'weakness';
	/** As many sessions may break rules. */
	readonly max: number;
	/** Sessions that count against `max`, a session once per rule. */
	readonly counted: number;
	/** Sessions that a baseline lets pass. */
	readonly known: number;
	/** All sessions looked at. */
	readonly sessions: number;
};

/** Whether a finding of the severity counts against a check. */
export function counts(severity: Severity, failOn: Verdict['failOn']): boolean {
	return severity === 'violation' || (failOn === 'weakness' && severity === 'weakness');
}

/** Sessions that break rules gravely enough, a session once per rule. */
export function broken(violations: readonly Breach[], failOn: Verdict['failOn']): number {
	return violations.reduce((sum, {severity, sessions}) => sum + (counts(severity, failOn) ? sessions : 0), 0);
}
