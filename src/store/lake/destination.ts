import type {SegmentName} from './lake-paths.ts';

/** A segment that is to be sent, with the number of its sessions. */
export type Segment = SegmentName & {readonly sessions: number};

/** Where an export sends to: the folder of a lake, or the tables of a server. All of it is safe to repeat. Errors are one sentence. */
export type Destination = {
	/** By what the database knows it. */
	readonly target: string;
	/** The columns of a segment that it takes, out of `segmentNames`. */
	readonly columns: readonly string[];
	/** Whether what the database has noted as sent can be there; where it cannot, all of it is sent again. */
	readonly knows: (fingerprint: string) => Promise<boolean>;
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
