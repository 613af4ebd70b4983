import type {Bytes, ReaderOptions, Share, SourceInfo} from '../log/reader-options.ts';
import {type Coverage, summedCoverage} from '../tls/coverage.ts';
import type {SessionBatch} from '../tls/session-batch.ts';
import type {ShareSnapshot} from './parse-share.ts';

export const shares: readonly Share[] = ['inbound', 'outbound'];

/** A state of all readers, one for each of `shares`. */
type CrewState = readonly Uint8Array[];

export type CrewSnapshot = {
	/** Lines of the source at hand that were read. */
	readonly line: number;
	readonly state: CrewState;
	readonly coverage: Coverage;
	readonly open: readonly SessionBatch[];
};

/**
 * Parses blocks of lines. Two readers share the sessions between them, each looking at all lines, so that the result
 * is the same in one thread and in two: nothing has to be stitched, as nothing was cut.
 */
export type Crew = {
	/** The next free block of memory; waits until both readers are through with one. */
	block(): Promise<Bytes>;
	open(source: SourceInfo): void;
	/** Works on the lines between two positions of a block that `block` gave; what comes back when both are through. */
	parse(bytes: Bytes, from: number, to: number): Promise<void>;
	/** Lines of the source at hand that were read, when all blocks are worked through. */
	line(): Promise<number>;
	/** What both are at, when all blocks are worked through. */
	snapshot(): Promise<CrewSnapshot>;
	/** The input is over. */
	end(): Promise<Coverage>;
	/** Lets the threads go; takes no sessions any more when it comes back. Safe to call twice. */
	close(): Promise<void>;
};

export type CrewOptions = Omit<ReaderOptions, 'share' | 'latin1'> & {
	readonly threads: number;
	/** A state of an earlier run. */
	readonly state: CrewState | null;
	/** Takes sessions; while it has not come back, no more than a few blocks are parsed ahead. */
	readonly sessions: (batch: SessionBatch) => Promise<void>;
	/** Memory of a block; must hold two of the longest lines. */
	readonly blockBytes?: number;
};

export const usualBlock = 1 << 20;

/** What one of the readers is made with. */
export function optionsOf(options: CrewOptions, index: number) {
	const {threads: _, blockBytes: __, sessions: ___, state, ...reader} = options;
	return {...reader, share: shares[index] ?? 'inbound', state: state?.[index] ?? null};
}

/** The snapshots of both readers as one. */
export function together(snapshots: readonly ShareSnapshot[]): CrewSnapshot {
	return {
		line: snapshots[0]?.line ?? 0,
		state: snapshots.map(({state}) => state),
		coverage: summedCoverage(snapshots.map(({coverage}) => coverage)),
		open: snapshots.flatMap(({open}) => open),
	};
}
