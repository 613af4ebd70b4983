import type {SegmentName} from '../lake/lake-paths.ts';

/** A segment that is to be sent, with the number of its sessions. */
export type Segment = SegmentName & {readonly sessions: number};

/** What a target still has of the segments that a part lists. */
export type Held = {
	/** Those of days or months that were removed as a whole: they were meant to go. */
	readonly removed: readonly SegmentName[];
	/** Queries of the sessions of the others, a row each, for `alike`. */
	readonly rows: () => AsyncIterable<string>;
};

/** Where an export sends to: the folder of a lake, or the tables of a server. All of it is safe to repeat. Errors are one sentence. */
export type Destination = {
	/** By what the database knows it: an id that lies there, so that it stays the same under another path or name. */
	readonly target: string;
	/** By what databases knew it before it had an id. */
	readonly former: string;
	/** The columns of a segment that it takes, out of `segmentNames`. */
	readonly columns: readonly string[];
	/** What distinguishes one session from another, as expressions of these columns; not where it stood in a file, as a log may be renamed. */
	readonly alike: readonly string[];
	/** The latest part of a database there, but for its open sessions, as a JSON text: a list of `part` and `row`; null when there is none. */
	readonly part: (fingerprint: string) => Promise<string | null>;
	/** What is there of segments that the part lists which was read last; throws one sentence when some were lost. */
	readonly held: (listed: readonly SegmentName[]) => Promise<Held>;
	/** What to do where another database has sent under a fingerprint, behind the name of the place. */
	readonly refusal: (fingerprint: string) => string;
	/** The paths of those segments of which some are there. */
	readonly taken: (planned: readonly SegmentName[]) => Promise<ReadonlySet<string>>;
	/** Whether more may be there than it shows at present, as of a replica that is behind. */
	readonly mayHaveMore: () => Promise<boolean>;
	/** Makes room for a batch: of the segments that were begun, those that are not planned any more go. */
	readonly makeRoom: (begun: readonly SegmentName[], planned: readonly SegmentName[]) => Promise<void>;
	/** Sends the handshakes and origins that the database has noted for the target. */
	readonly sendTuples: () => Promise<void>;
	/**
	 * Sends the rows of a query, in its order, as a segment; on the writer's connection, as the reader's sorts the next day meanwhile.
	 * `replaces` says whether it may replace one of this name with other rows.
	 */
	readonly sendSegment: (rows: string, segment: Segment, replaces: boolean) => Promise<void>;
	/** Sends what a database says besides, the rows of a query, in place of what it said before. */
	readonly sendPart: (rows: string, fingerprint: string) => Promise<void>;
};
