import type {Bytes, ReaderOptions, Share, SourceInfo} from '../log/reader-options.ts';
import {type Coverage, summedCoverage} from '../tls/coverage.ts';
import type {SessionBatch} from '../tls/session-batch.ts';
import type {Hired} from './hire.ts';
import type {ParseShareOptions, ShareSnapshot} from './parse-share.ts';

/** The states of all readers: one of a reader of all lines, or one each of two that share them. */
type CrewState = readonly Uint8Array[];

export type CrewSnapshot = {
	/** Lines of the source at hand that were read. */
	readonly line: number;
	readonly state: CrewState;
	readonly coverage: Coverage;
	readonly open: readonly SessionBatch[];
};

/**
 * Parses blocks of lines. With more than two threads two readers share the sessions between them, each looking at all lines,
 * so that the result is the same in any number of threads: nothing has to be stitched, as nothing was cut.
 */
export type Crew = {
	/** The next free block of memory; waits until all readers are through with one. */
	block(): Promise<Bytes>;
	open(source: SourceInfo): void;
	/** Works on the lines between two positions of a block that `block` gave, which is free again when all are through. */
	parse(bytes: Bytes, from: number, to: number): Promise<void>;
	/** Lines of the source at hand that were read, when all blocks are worked through. */
	line(): Promise<number>;
	/** What the readers are at, when all blocks are worked through. */
	snapshot(): Promise<CrewSnapshot>;
	/** The input is over. */
	end(): Promise<Coverage>;
	/** Lets the threads go; takes no sessions any more when it comes back. Safe to call twice. */
	close(): Promise<void>;
};

export type CrewOptions = Omit<ReaderOptions, 'share' | 'latin1'> & {
	/** 1: all in this one; 2: parsing in another; more: parsing in two others. */
	readonly threads: number;
	/** A state of an earlier run, which says how many readers there are to be: sessions they have open cannot be put together. */
	readonly state: CrewState | null;
	/** Takes sessions; while it has not come back, no more than a few blocks are parsed ahead. */
	readonly sessions: (batch: SessionBatch) => Promise<void>;
	/** Memory of a block; must hold two of the longest lines. */
	readonly blockBytes?: number;
	/** Threads that were started before, with blocks of that size; the crew's from now on. */
	readonly hired?: Hired;
};

export const usualBlock = 1 << 20;

const sharing: readonly Share[] = ['inbound', 'outbound'];

/** What each of the readers is made with. */
export function readersOf(options: CrewOptions): ParseShareOptions[] {
	const {threads, blockBytes: _, sessions: __, hired: ___, state, ...reader} = options;
	const readers = state?.length ?? (threads > 2 ? 2 : 1);
	if (readers === 1) return [{...reader, state: state?.[0] ?? null}];
	return sharing.map((share, index) => ({...reader, share, state: state?.[index] ?? null}));
}

/** The snapshots of all readers as one. */
export function together(snapshots: readonly ShareSnapshot[]): CrewSnapshot {
	return {
		line: snapshots[0]?.line ?? 0,
		state: snapshots.map(({state}) => state),
		coverage: summedCoverage(snapshots.map(({coverage}) => coverage)),
		open: snapshots.flatMap(({open}) => open),
	};
}
