import type {Filter} from '../../model/filter.ts';
import type {Period} from '../../model/summary.ts';

/** Which sessions are asked about: those of times and hops. */
export type TallyFilter = Pick<Filter, 'since' | 'until' | 'hops'>;

/** First beginning, last moment, first moment and last beginning of sessions, ms since 1970 UTC; the first two are those of `period`. */
export type TallySpan = Period & {readonly earliest: number | null; readonly newest: number | null};

/** More cuts make a tally of as many rows as there are sessions, and a query that a server does not take. */
export const mostCuts = 500;

/** What is asked of a store whose sessions may be tallied where they lie. */
export type TallyQuestion = {
	readonly filter: TallyFilter;
	/** All moments within the span at which a question parts sessions, ms since 1970 UTC; null where they are too many for a tally. */
	readonly cutsOf: (span: TallySpan) => readonly number[] | null;
};

/** Columns of a tally by which single sessions are found. */
export const findingColumns = [
	...['handshake', 'origin', 'peer_ip', 'peer_host', 'username', 'server_name', 'deliveries'],
] as const;
export type FindingColumn = (typeof findingColumns)[number];

/** Which single sessions are to be brought: at least those that meet a condition, which is applied to what comes. */
export type WantedSessions = {
	/** A session has one of the values in each of these columns; null is a value. Numbers of 64 bits are texts. */
	readonly among: ReadonlyArray<readonly [column: FindingColumn, values: ReadonlyArray<string | null>]>;
	/** First and last beginning, µs since 1970 UTC; null: sessions without a beginning. */
	readonly begun: {readonly first: number; readonly last: number} | null;
	/** Sessions without a beginning are wanted, too. */
	readonly undated: boolean;
	/** Which come first where there are more than the limit; null comes last. */
	readonly order: ReadonlyArray<'started_at' | 'messages' | 'first_line'>;
	readonly descending: boolean;
	readonly limit: number;
};

/** A tally that stands for sessions which lie elsewhere, and is made anew when a question asks for more than it has. */
export type StandingTally = {
	/** All sessions that there are. */
	readonly sessions: number;
	/** Sees that the tally answers a question: it knows all of the sessions that pass the filter, and parts them at all cuts. Gives whether it was made anew. */
	readonly answer: (question: TallyQuestion) => Promise<boolean>;
	/** Where sessions are asked for at this moment. */
	readonly isAsking: () => boolean;
	/** The beginning of the newest session, ms since 1970 UTC; null where none has one. */
	readonly newest: () => Promise<number | null>;
	/** The moments at which it parts sessions, ascending. */
	readonly cuts: () => readonly number[];
	/** Puts single sessions into the table `single_rows` under a number; gives whether they are all that are wanted. */
	readonly bring: (wanted: WantedSessions, batch: number) => Promise<boolean>;
};
