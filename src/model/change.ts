import type {Hop} from './session.ts';
import type {Severity} from './severity.ts';
import type {FailureRow, WayRow} from './summary.ts';

/*
 * What differs between two spans of time, or between the sessions of a run and those of a database. Times are ms since 1970 UTC.
 */

export const changeKinds = ['violation', 'peer', 'version', 'outcome', 'failure'] as const;
/** `outcome`: the share of sessions that went in plaintext, or about which the log does not say whether they did. */
type ChangeKind = (typeof changeKinds)[number];

/**
 * What came of something. `new`: never seen before, in all that is stored. `back`: not seen in the span before, but earlier.
 * `gone`: seen before and now no more, where sessions keep the rule, and either one of its peers does or that none is seen is not
 * chance. `not-seen`: not seen any more, and no session says that it is gone. `rose`, `fell`: its share.
 */
export type ChangeWord = 'new' | 'back' | 'gone' | 'not-seen' | 'rose' | 'fell';

/** One difference. */
export type ChangeRow = {
	readonly kind: ChangeKind;
	readonly change: ChangeWord;
	readonly hop: Hop;
	/** Null of a peer, and where none was logged. */
	readonly port: number | null;
	/** The rule, peer, version, outcome or reason. */
	readonly item: string;
	/** Of a violation. */
	readonly severity: Severity | null;
	/** Of a peer: its address, null of one that is known by its name, as destinations are; and its name. */
	readonly peer: {readonly ip: string | null; readonly host: string | null} | null;
	/** Sessions of the span that is shown, and of the one before. */
	readonly sessions: number;
	readonly before: number;
	/** The sessions that these are a part of: of the hop and port, of a version the encrypted ones of it; of a peer all its own. */
	readonly of: number;
	readonly before_of: number;
	/** Of these sessions the first one, in all that is stored; null where that is not known, as of a peer whose sessions were deleted. */
	readonly first_seen: number | null;
};

/** A side of the comparison. */
export type ComparedSpan = {
	/** Its bounds, the second one exclusive; null: all there is. */
	readonly since: number | null;
	readonly until: number | null;
	/** Its first and last moment. */
	readonly from: number | null;
	readonly to: number | null;
	readonly sessions: number;
	/** The database it is of, where that is not the one that is shown. */
	readonly database: string | null;
};

/** One rule as it was broken on one hop and port, of severity and all: what makes two findings the same. */
export type BrokenPlace = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
	readonly first_seen: number | null;
};

/** A rule on a hop and port, in one word. */
export const ruleAt = ({rule, hop, port}: Pick<BrokenPlace, 'rule' | 'hop' | 'port'>): string =>
	`${rule} ${hop} ${port}`;

/** What is counted of a side. */
export type SpanCounts = {
	readonly ways: ReadonlyArray<Pick<WayRow, 'hop' | 'port' | 'outcome' | 'protocol' | 'sessions'>>;
	readonly failures: ReadonlyArray<Pick<FailureRow, 'reason' | 'hop' | 'port' | 'sessions' | 'first_seen'>>;
	readonly broken: readonly BrokenPlace[];
};

/** A peer of the span that is shown, and not of the one before. */
export type AppearedPeer = {
	readonly hop: Hop;
	readonly ip: string | null;
	readonly host: string | null;
	readonly sessions: number;
	/** It was seen before, but not in the span before. */
	readonly known: boolean;
	readonly first_seen: number | null;
};

/** Peers that appeared: how many, and those with the most violations, messages and sessions. */
export type Appeared = {
	readonly fresh: number;
	readonly back: number;
	readonly peers: readonly AppearedPeer[];
};

/** What changed. */
export type Change = {
	readonly shown: ComparedSpan;
	readonly before: ComparedSpan;
	/** Why nothing, or not all, can be said, and by what rule rows are here: sentences without a full stop. */
	readonly notes: readonly string[];
	/** One of the two holds nothing: shares and what is gone are not known. */
	readonly undecided: boolean;
	/** The number of peers that are new, and that are back (null: not known); the busiest of them are among the rows. */
	readonly peers: {readonly new: number; readonly back: number | null};
	readonly rows: readonly ChangeRow[];
};
