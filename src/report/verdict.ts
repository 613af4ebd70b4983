import type {FindingGroup, FindingTotal, Inconclusive, PeerFinding, Suppressed} from '../model/findings.ts';
import type {MissingLogging} from '../model/missing-logging.ts';
import {counts, type FailOn} from '../model/severity.ts';
import type {PlaceEvidence, Verdict} from '../model/verdict.ts';
import type {Exception, Policy} from '../policy/policy.ts';
import type {Operation} from './expectations.ts';

/** What is broken, and what to do about it. */
export type JudgedGroup = FindingGroup & {readonly remedy: string};

/** What judging found. */
export type Findings = {
	/** The day by whose calendar the policy judged, when it is not today. */
	readonly at: string | null;
	/** The policy's table of ways in, and what was seen. */
	readonly expectations: readonly Operation[];
	readonly violations: readonly JudgedGroup[];
	readonly suppressed: readonly Suppressed[];
	/** Exceptions of the policy that are past their date. */
	readonly expired: readonly Exception[];
	readonly inconclusive: readonly Inconclusive[];
	readonly verdict: Verdict;
	/** Sessions that break rules gravely enough, a session once per rule. */
	readonly counted: number;
	/** As many may. */
	readonly max: number;
	/** What the sessions of each hop and port say of the rules that fail a check. */
	readonly places: readonly PlaceEvidence[];
	/** Share of the sessions of a hop and port that may be undecided. */
	readonly maxUndecided: number;
	/** What the programs left out of the log. */
	readonly missing: readonly MissingLogging[];
	/** Why there is no session to judge; null where there is one. */
	readonly nothing: string | null;
	/** Not all logs could be read to the end. */
	readonly partial: boolean;
	/** What could not be read, each a sentence without a full stop that begins with its name. */
	readonly problems: readonly string[];
};

/** The gravest findings by peer, and how many peers and sessions there are of each rule and hop. */
export type PeerFindings = {
	readonly findings: readonly PeerFinding[];
	readonly totals: ReadonlyArray<Omit<FindingTotal, 'severity'>>;
};

/** The outcome of a check. `violations` holds what no baseline knows. */
export type Checked = Findings & {
	readonly policy: Policy;
	readonly failOn: FailOn;
	/** Sessions that a baseline lets pass. */
	readonly known: number;
	/** All sessions looked at. */
	readonly sessions: number;
};

/** Sessions that break rules gravely enough, a session once per rule. */
export function broken(violations: readonly FindingGroup[], failOn: FailOn): number {
	return violations.reduce((sum, {severity, sessions}) => sum + (counts(severity, failOn) ? sessions : 0), 0);
}
