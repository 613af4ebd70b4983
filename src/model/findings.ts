import type {Hop} from './session.ts';
import type {Severity} from './severity.ts';

/*
 * Rows of the queries about what breaks a policy. Times are ms since 1970 UTC.
 */

/** Who broke a rule, and how often; the source and lines are those of the latest session. */
type FindingPeer = {
	readonly peer_ip: string | null;
	readonly peer_host: string | null;
	readonly username: string | null;
	readonly sessions: number;
	readonly messages: number;
	readonly last_seen: number | null;
	readonly source: string | null;
	readonly first_line: number | null;
	readonly last_line: number | null;
};

/** One rule as it was broken on one hop and port. */
export type FindingGroup = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
	readonly messages: number;
	/** The number of different peers (address, name and user together). */
	readonly peer_count: number;
	/** The busiest of them. */
	readonly peers: readonly FindingPeer[];
	/** What was seen instead, with the number of sessions; beyond the most frequent as one name such as `4950 others`. */
	readonly observed: Readonly<Record<string, number>>;
	readonly required: string;
	readonly reference: string;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** A finding as a baseline knows it. */
export type KnownFinding = {
	readonly rule: string;
	readonly hop: string;
	readonly port: number | null;
	/** Address, or host where the log has no address. */
	readonly peer: string;
};

/** One rule as one peer broke it on one hop and port: what a CI or a baseline counts; source and lines are of the latest session. */
export type PeerFinding = {
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
	readonly source: string | null;
	readonly first_line: number | null;
	readonly last_line: number | null;
};

/** The number of peers that break a rule on a hop, and of their sessions. */
export type FindingTotal = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly incidents: number;
	readonly sessions: number;
};

/** Findings that an exception of the policy suppresses, by exception. */
export type Suppressed = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	readonly reason: string;
	/** Last day of the exception, `YYYY-MM-DD`. */
	readonly until: string;
	readonly sessions: number;
	readonly messages: number;
	readonly peer_count: number;
	readonly last_seen: number | null;
};

/** A rule about which the log says nothing for some sessions: neither passed nor broken. */
export type Inconclusive = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
};

/** A rule that sessions break, over all hops. */
export type BrokenRule = {readonly rule: string; readonly severity: Severity; readonly sessions: number};

/** The first row of what is broken: the gravest rule where it is broken most. */
export type Gravest = Pick<FindingGroup, 'rule' | 'severity' | 'hop' | 'port' | 'sessions' | 'peer_count'> & {
	/** What was seen instead, the most frequent first. */
	readonly observed: readonly string[];
};

/** One finding of the policy about a session. */
export type SessionFinding = {
	readonly rule: string;
	readonly severity: Severity;
	readonly observed: string;
	readonly required: string;
	readonly reference: string;
};
