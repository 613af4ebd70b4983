import type {Filter} from '../../model/filter.ts';
import type {Period} from '../../model/summary.ts';

/** Which sessions are asked about: those of times and hops. */
export type TallyFilter = Pick<Filter, 'since' | 'until' | 'hops'>;

/** First beginning, last moment and first moment of sessions, ms since 1970 UTC; the first two are those of `period`. */
export type TallySpan = Period & {readonly earliest: number | null};

/** What is asked of a store whose sessions may be tallied where they lie. */
export type TallyWish = {
	readonly filter: TallyFilter;
	/** All moments within the span at which a question parts sessions, ms since 1970 UTC; null where they are too many for a tally. */
	readonly cutsOf: (span: TallySpan) => readonly number[] | null;
};
