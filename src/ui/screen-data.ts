import type {Change} from '../model/change.ts';
import type {Coverage} from '../model/coverage.ts';
import type {Remedy} from '../model/failure/remedy.ts';
import type {Filter, Paged, PageRequest, StricterRule} from '../model/filter.ts';
import type {BrokenRule, FindingGroup, Gravest, SessionFinding} from '../model/findings.ts';
import type {Grade} from '../model/inventory.ts';
import type {KeyExchange} from '../model/key-exchange.ts';
import type {DomainPage} from '../model/outbound.ts';
import type {CipherRow, ListedSession, PeerGroup, PeerRow} from '../model/sessions.ts';
import type {FailureRow, Histogram, News, OverviewRow} from '../model/summary.ts';
import type {Verdict} from '../model/verdict.ts';
import type {WhatIfRow} from '../model/what-if.ts';
import type {FilterField} from './typing/filter-language.ts';
import type {Span} from './typing/span.ts';

export type Overview = {
	readonly rows: readonly OverviewRow[];
	readonly news: readonly News[];
	/** Rules that are broken, the worst first. */
	readonly broken: readonly BrokenRule[];
	/** The first row of the violations; null when there is none. */
	readonly gravest: Gravest | null;
	readonly histogram: Histogram;
	readonly verdict: Verdict;
	/** The verdict in one sentence. */
	readonly sentence: string;
	/** Sentences about what the log lacks and the setting to change, the most sessions first. */
	readonly missing: readonly string[];
};

/** A suite with its own grade. */
export type GradedCipher = CipherRow & {readonly grade: Grade};

/** A page of the domains, with what rests on sums of deleted mail and what is left out of them, without a full stop. */
export type ShownDomains = Omit<DomainPage, 'kept'> & {readonly notes: readonly string[]};

/** What became of the lines. */
export type LineCoverage = Coverage & {
	/** Sentences about what the log lacks and the setting to change, the most sessions first. */
	readonly missing: readonly string[];
};

/** A line of the log as it stands there. */
export type RawLine = {
	readonly number: number;
	readonly text: string;
	/** The same to the byte, without its end. */
	readonly bytes: Uint8Array;
	/** It is one of the session; others were written in between or around it. */
	readonly own: boolean;
};

/** Lines of a session and around it, or why there are none. */
export type RawLines = {
	readonly lines: readonly RawLine[];
	readonly problem: string | null;
	/** What is to be said of them, in sentences: why some are missing. */
	readonly note: string | null;
};

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

/** Whether something of the input could not be read: then nobody knows that all is well, whatever was seen. */
export const isPartial = ({problems}: Pick<Progress, 'problems'>): boolean => problems.length > 0;

/** A policy that can be chosen. */
export type PolicyOption = {
	readonly name: string;
	readonly title: string;
	readonly source: string | null;
	/** The sentence about a document that nobody has looked at for long; null where there is none to give. */
	readonly stale: string | null;
};

/** Words of the log by the field of a filter that asks for them, the most frequent first. */
export type FilterWords = Partial<Record<FilterField, readonly string[]>>;

/** The queries that the screen runs in the rest of the program. */
export type ScreenData = {
	/** Name of the policy that the command line chose. */
	readonly policy: string;
	/** The hops that the command line asks for; none: all. */
	readonly hops: readonly string[];
	/** The policies that can be chosen, that one first. */
	readonly policies: () => readonly PolicyOption[];
	/** Queries that are asked from now on judge by the policy of that place in `policies`. */
	readonly judgeBy: (policy: number) => void;
	/** The time that the command line asks for. */
	readonly span: Span;
	/** A date as people write it, ms since 1970 UTC; throws one sentence about a text that is none. */
	readonly moment: (text: string) => Promise<number>;
	readonly words: () => Promise<FilterWords>;
	readonly progress: () => Progress;
	/** Changes whenever results may have changed. */
	readonly version: () => number;
	/**
	 * Sessions that were there at the moment of the last query, within the hops and times of the command line: what its result
	 * counts when the screen filters nothing. Null before there is one.
	 */
	readonly counted: () => number | null;
	readonly overview: (filter: Filter, bins: number) => Promise<Overview>;
	readonly violations: (filter: Filter) => Promise<readonly FindingGroup[]>;
	readonly peers: (filter: Filter, group: PeerGroup, request: PageRequest) => Promise<Paged<PeerRow>>;
	readonly ciphers: (filter: Filter) => Promise<readonly GradedCipher[]>;
	readonly failures: (filter: Filter) => Promise<readonly FailureRow[]>;
	readonly whatIf: (filter: Filter, marked: readonly StricterRule[]) => Promise<readonly WhatIfRow[]>;
	readonly sessions: (filter: Filter, request: PageRequest) => Promise<Paged<ListedSession>>;
	/** What changed in the time of the filter against as long before; all that there is: its last day against the day before. */
	readonly change: (filter: Filter) => Promise<Change>;
	/** Mail that goes out by the domain of its recipients, a page of it. */
	readonly domains: (filter: Filter, request: PageRequest) => Promise<ShownDomains>;
	/** The kinds of key exchange by hop and port, and the largest peers without a hybrid session. */
	readonly keyExchange: (filter: Filter) => Promise<KeyExchange>;
	readonly findings: (judgement: number) => Promise<readonly SessionFinding[]>;
	/** Whose the failure of a session is, and what to do; null where it did not fail. */
	readonly remedy: (session: ListedSession) => Promise<Remedy | null>;
	readonly coverage: () => Promise<LineCoverage>;
	/** The lines of a session with so many around them. */
	readonly rawLines: (row: ListedSession, around: number) => Promise<RawLines>;
	/** Writes rows to a new file in the current directory; returns its name. */
	readonly save: (
		view: string,
		format: 'csv' | 'json',
		columns: readonly string[],
		rows: ReadonlyArray<ReadonlyArray<string | number | null>>,
	) => Promise<string>;
	/** Writes raw lines as they are to a new file in the current directory; returns its name. */
	readonly saveLines: (lines: readonly Uint8Array[]) => Promise<string>;
};
