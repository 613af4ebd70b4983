import type {Remedy} from './failure/remedy.ts';
import type {Hop, Outcome, TlsMode} from './session.ts';

/*
 * Rows of the summary queries, as the store gives them and as reports and the screen show them. Times are ms since 1970 UTC.
 */

/** First and last moment of the sessions. */
export type Period = {readonly from: number | null; readonly to: number | null};

/** The earlier of two moments; the known one where one is not known. */
export const earlier = (a: number | null, b: number | null): number | null =>
	a === null || b === null ? (a ?? b) : Math.min(a, b);

/** The later of two moments; the known one where one is not known. */
export const later = (a: number | null, b: number | null): number | null =>
	a === null || b === null ? (a ?? b) : Math.max(a, b);

/** The hosts that the log is of, those of the most sessions first, and how many there are; null where the log names none. */
export type LogHosts = {
	readonly hosts: ReadonlyArray<{readonly log_host: string | null; readonly sessions: number}>;
	readonly host_count: number;
};

/** The last moment of the sessions that a host of the log has logged, ms since 1970 UTC. */
export type HostEnd = {readonly log_host: string; readonly last_seen: number};

/** Counts of one hop on one port. `unknown`: sessions about which the log does not say whether they were encrypted. */
export type HopRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
	readonly encrypted: number;
	readonly plaintext: number;
	readonly failed: number;
	readonly unknown: number;
	readonly messages: number;
	/** Sessions that break the policy (severity `violation`), and those with a finding of severity `weakness`. */
	readonly violations: number;
	readonly weaknesses: number;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** One hop on one port, with its versions and what its sessions say; see `PlaceEvidence`. */
export type OverviewRow = HopRow & {
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	readonly judged: number;
	readonly undecided: number;
	/** Encrypted sessions by version; `''` where none was logged. */
	readonly versions: Readonly<Record<string, number>>;
};

/** Encrypted sessions of one hop, port, version and cipher; version or cipher are null where not logged. */
export type SuiteRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly protocol: string | null;
	readonly cipher: string | null;
	readonly sessions: number;
	readonly messages: number;
	readonly violations: number;
	readonly weaknesses: number;
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	readonly judged: number;
	readonly undecided: number;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** A peer whose handshakes failed. */
export type FailedPeer = {
	/** Such as `mail.example[192.0.2.1]`. */
	readonly peer: string;
	readonly peer_ip: string | null;
	/** Null where the host is not known, or is the address. */
	readonly peer_host: string | null;
	readonly sessions: number;
};

/** Failures of one reason and alert on one hop and port, by the outcome of the session, and by whose they are. */
export type FailureRow = Remedy & {
	readonly reason: string;
	/** The alert or the reason of the library; see `Session`. */
	readonly alert: string | null;
	readonly hop: Hop;
	readonly port: number | null;
	readonly outcome: Outcome | null;
	readonly sessions: number;
	readonly peer_count: number;
	/** Those of the most sessions, at most 100. */
	readonly peers: readonly FailedPeer[];
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** Sessions that came one way into a service: port, kind of TLS, outcome, version. */
export type WayRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly tls_mode: TlsMode | null;
	readonly outcome: Outcome | null;
	readonly protocol: string | null;
	readonly sessions: number;
	readonly messages: number;
};

/** Sessions of one tag, service, port, kind and version. */
export type ObservedRow = {
	readonly direction: 'in' | 'out';
	readonly hop: Hop;
	readonly tag: string | null;
	readonly service: string | null;
	readonly port: number | null;
	readonly tls_mode: TlsMode | null;
	readonly outcome: Outcome | null;
	readonly protocol: string | null;
	readonly sessions: number;
	/** Sessions that carried mail or a login. */
	readonly used: number;
	readonly messages: number;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
	/** Sessions begun since the configuration is in force; all of them where that is not known. */
	readonly current: number;
	/** Those of them that carried mail or a login. */
	readonly current_used: number;
};

/** Something a hop had not done before: a version with a cipher, plaintext, or a kind of failure. */
export type News = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly outcome: Outcome | null;
	readonly protocol: string | null;
	readonly cipher: string | null;
	readonly failure: string | null;
	readonly sessions: number;
	readonly violations: number;
	readonly weaknesses: number;
	readonly first_seen: number | null;
};

/** Sessions over time. Each list has one count a bin; bin `i` begins at `from + i * width`. */
export type Histogram = {
	readonly from: number | null;
	readonly to: number | null;
	readonly width: number;
	readonly sessions: readonly number[];
	readonly plaintext: readonly number[];
	readonly failed: readonly number[];
	readonly violations: readonly number[];
};
