import type {Hop} from '../tls/session.ts';
import type {Verdict} from '../tls/verdict.ts';
import type {Protocol} from '../tls/version.ts';

/** Columns that may be asked to be exactly equal, null included. */
type SameColumn =
	| 'hop'
	| 'port'
	| 'direction'
	| 'service'
	| 'outcome'
	| 'protocol'
	| 'cipher'
	| 'failure'
	| 'peer_ip'
	| 'peer_host'
	| 'username'
	| 'source';
export type WordField = 'peer' | 'user' | 'text' | 'service' | 'failure' | 'log' | 'sni';
export type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** A stricter rule to try. */
export type Trial = {readonly minVersion?: string; readonly ban?: readonly string[]};

/** One condition on a session; `not` turns it round. `net` is an address between two, as hexadecimal digits. */
export type Term = {readonly not?: boolean} & (
	| {readonly kind: 'same'; readonly column: SameColumn; readonly value: string | number | null}
	| {readonly kind: 'word'; readonly field: WordField; readonly word: string}
	| {readonly kind: 'hop' | 'outcome' | 'tls'; readonly values: readonly string[]}
	| {readonly kind: 'port'; readonly ports: readonly number[]}
	| {readonly kind: 'version'; readonly is: Comparison; readonly version: Protocol}
	| {readonly kind: 'net'; readonly low: string; readonly high: string}
	| {readonly kind: 'cipher'; readonly word: string}
	| {readonly kind: 'rule'; readonly rule: string}
	| {readonly kind: 'broken'; readonly severity: 'violation' | 'weakness' | 'info'}
	| {readonly kind: 'what-if'; readonly minVersion?: string; readonly ban?: readonly string[]}
);

/** Which sessions a screen is about; all terms hold. `last` counts ms back from the newest session. */
export type Narrow = {readonly terms: readonly Term[]; readonly last: number | null};
type Slice = {
	readonly order: string;
	readonly descending: boolean;
	readonly offset: number;
	readonly limit: number;
};
type Paged<Row> = {readonly rows: readonly Row[]; readonly total: number};

/** Times in all rows are ms since 1970 UTC. */
export type HopRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
	readonly messages: number;
	readonly encrypted: number;
	readonly plaintext: number;
	readonly failed: number;
	readonly unknown: number;
	readonly violations: number;
	readonly weaknesses: number;
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	readonly judged: number;
	readonly undecided: number;
	/** Encrypted sessions by version; `''` where none was logged. */
	readonly versions: Readonly<Record<string, number>>;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** Something a hop had not done before. */
export type News = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly outcome: string | null;
	readonly protocol: string | null;
	readonly cipher: string | null;
	readonly failure: string | null;
	readonly sessions: number;
	readonly violations: number;
	readonly weaknesses: number;
	readonly first_seen: number | null;
};

/** Counts over time: bin `i` begins at `from + i * width`. */
export type Histogram = {
	readonly from: number | null;
	readonly to: number | null;
	readonly width: number;
	readonly sessions: readonly number[];
	readonly plaintext: readonly number[];
	readonly failed: readonly number[];
	readonly violations: readonly number[];
};

export type Overview = {
	readonly rows: readonly HopRow[];
	readonly news: readonly News[];
	/** Rules that are broken, the worst first. */
	readonly broken: ReadonlyArray<{readonly rule: string; readonly severity: string; readonly sessions: number}>;
	readonly histogram: Histogram;
	readonly verdict: Verdict;
	/** The verdict in one sentence. */
	readonly sentence: string;
	/** Sentences about what the log lacks and the setting to change, the most sessions first. */
	readonly missing: readonly string[];
};

export type ViolationRow = {
	readonly rule: string;
	readonly severity: string;
	readonly hop: string;
	readonly port: number | null;
	readonly sessions: number;
	readonly messages: number;
	readonly peers: number;
	readonly observed: string;
	readonly required: string;
	readonly reference: string;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

export const peerGroups = ['all', 'clients', 'destinations', 'users'] as const;
export type PeerGroup = (typeof peerGroups)[number];

export type PeerRow = {
	readonly peer_ip: string | null;
	readonly peer_host: string | null;
	readonly username: string | null;
	/** How many users came from there, or from how many addresses the user came. */
	readonly others: number;
	readonly sessions: number;
	readonly messages: number;
	readonly plaintext: number;
	readonly failed: number;
	readonly violations: number;
	readonly weaknesses: number;
	readonly judged: number;
	readonly undecided: number;
	readonly worst: string | null;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

export type CipherRow = {
	readonly protocol: string | null;
	readonly cipher: string | null;
	readonly sessions: number;
	readonly messages: number;
	readonly violations: number;
	readonly weaknesses: number;
	readonly judged: number;
	readonly undecided: number;
	readonly places: Readonly<Record<string, number>>;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

export type FailureRow = {
	readonly reason: string;
	readonly hop: string;
	readonly port: number | null;
	readonly outcome: string | null;
	readonly sessions: number;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

export type WhatIfRow = {
	readonly trial: Trial;
	/** Made of the marked ones. */
	readonly together: boolean;
	/** Sessions about which the log does not show what the rule asks. */
	readonly unknown: number;
	readonly sessions: number;
	readonly messages: number;
	readonly peers: number;
	readonly of: number;
	readonly last_seen: number | null;
};

/** A row of the table `sessions` with `handshake`, `rules` and `severity`; names are those of the table. */
export type SessionRow = Readonly<Record<string, string | number | null>>;

export type SessionFinding = {
	readonly rule: string;
	readonly severity: string;
	readonly observed: string;
	readonly required: string;
	readonly reference: string;
};

export type Coverage = {
	readonly lines: number;
	readonly understood: number;
	readonly irrelevant: number;
	readonly foreign: number;
	readonly malformed: number;
	readonly notUnderstood: number;
	readonly examples: ReadonlyArray<{
		readonly shape: string;
		readonly count: number;
		readonly example: string;
		readonly source: string | null;
		readonly line: number;
	}>;
	readonly noDialogue: number;
	readonly evicted: number;
	readonly notices: readonly string[];
	/** Sentences about what the log lacks and the setting to change, the most sessions first. */
	readonly missing: readonly string[];
};

/** Lines of a source, the first one's number, or why there are none. */
export type RawLines = {readonly from: number; readonly lines: readonly string[]; readonly problem: string | null};

/** What happens outside the screen right now. */
export type Progress = {
	/** `reading`: an archive; `live`: a log that goes on; `ended`: nothing more will come. */
	readonly phase: 'reading' | 'live' | 'ended';
	readonly lines: number;
	/** Part of the input that was read, 0 to 1; null when its size is not known. */
	readonly share: number | null;
	readonly sessions: number;
	/** Name of what is being read. */
	readonly source: string;
	/** Sentences about input that could not be read. */
	readonly problems: readonly string[];
};

/** Everything the screen may ask of the rest of the program. */
export type Port = {
	readonly policy: string;
	readonly progress: () => Progress;
	/** Changes whenever answers may have changed. */
	readonly version: () => number;
	readonly overview: (narrow: Narrow, bins: number) => Promise<Overview>;
	readonly violations: (narrow: Narrow) => Promise<readonly ViolationRow[]>;
	readonly peers: (narrow: Narrow, group: PeerGroup, slice: Slice) => Promise<Paged<PeerRow>>;
	readonly ciphers: (narrow: Narrow) => Promise<readonly CipherRow[]>;
	readonly failures: (narrow: Narrow) => Promise<readonly FailureRow[]>;
	readonly whatIf: (narrow: Narrow, marked: readonly Trial[]) => Promise<readonly WhatIfRow[]>;
	readonly sessions: (narrow: Narrow, slice: Slice) => Promise<Paged<SessionRow>>;
	readonly findings: (handshake: number) => Promise<readonly SessionFinding[]>;
	readonly coverage: () => Promise<Coverage>;
	/** Lines `first` to `last` of a source with so many around them. */
	readonly rawLines: (source: string, first: number, last: number, around: number) => Promise<RawLines>;
	/** Writes rows to a new file in the current folder; gives its name. */
	readonly save: (
		view: string,
		format: 'csv' | 'json',
		columns: readonly string[],
		rows: ReadonlyArray<ReadonlyArray<string | number | null>>,
	) => Promise<string>;
};
