import type {Bytes, SourceInfo} from '../log/reader-options.ts';
import type {Coverage} from '../model/coverage.ts';
import type {SessionBatch} from '../model/session-batch.ts';
import type {PipelineSnapshot} from './join-stage.ts';
import type {StageOptions} from './line-stage.ts';
import type {Workers} from './workers.ts';

/*
 * In: blocks of lines in memory that it hands out. Out: batches of sessions as columns, and on demand a snapshot of all that is known
 * between two blocks. It must not know files or databases: `ingest` fills the blocks, `store` takes the batches.
 */

export type {PipelineSnapshot};

/**
 * Parses blocks of lines in two stages, each in a thread of its own if there are enough: lines become records, and these
 * sessions. The second takes them in the order of the lines, so the result is the same in any number of threads. Where several
 * read lines, `ahead-side.ts` sees to it that each block is read as if those before it had been.
 */
export type Pipeline = {
	/** The next free block of memory; waits until one is. */
	block(): Promise<Bytes>;
	open(source: SourceInfo): void;
	/** Works on the lines between two positions of a block that `block` gave, which is not the caller's any more. */
	parse(bytes: Bytes, from: number, to: number): Promise<void>;
	/** Lines of the current source that were read, when all blocks are worked through. */
	line(): Promise<number>;
	/** Lines of all sources that were read so far. */
	readonly lines: number;
	/** What both stages are at, when all blocks are worked through; after the `last` one nothing is parsed any more. */
	snapshot(last?: boolean): Promise<PipelineSnapshot>;
	/** The input is over. */
	end(): Promise<Coverage>;
	/** Ends the threads; takes no sessions any more when it comes back. Safe to call twice. */
	close(): Promise<void>;
};

export type PipelineOptions = StageOptions & {
	/** 1: all in this one; 2: lines are read in another; 3: and sessions are joined in a third; more: all but two read lines. */
	readonly threads: number;
	/** Takes sessions; while it has not come back, no more than a few blocks are parsed ahead. */
	readonly sessions: (batch: SessionBatch) => Promise<void>;
	/** Memory of a block; must hold two of the longest lines. */
	readonly blockBytes?: number;
	/** Threads that were started before; the pipeline's from now on. */
	readonly workers?: Workers;
};

export const usualBlock = 1 << 20;

/** What the stages are made with. */
export function stageOptions({
	threads: _,
	sessions: __,
	blockBytes: ___,
	workers: ____,
	...options
}: PipelineOptions): StageOptions {
	return options;
}
