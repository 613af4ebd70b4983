import type {MessagePort} from 'node:worker_threads';
import type {LineGuess, LineOutcome} from '../log/ahead/outcome.ts';
import type {LineState} from '../log/line-state.ts';
import type {SourceInfo} from '../log/reader-options.ts';
import type {Coverage} from '../model/coverage.ts';
import type {BatchMemory, SessionBatch} from '../model/session-batch.ts';
import type {PipelineSnapshot} from './join-stage.ts';
import type {LineSnapshot, StageOptions} from './line-stage.ts';
import type {BatchesMemory, RingMemory} from './records-ring.ts';

/** What the thread that reads lines is started with. Records are shared memory. */
export type LineThreadData = {
	readonly ring: RingMemory;
	/** Where records go. */
	readonly records: MessagePort;
};

/** What the thread that joins sessions is started with. */
export type JoinThreadData = {
	readonly ring: RingMemory;
	/** Where records come from. */
	readonly records: MessagePort;
	/** Of each thread that reads ahead: the records of its blocks. */
	readonly ahead: readonly BatchesMemory[];
};

/** What each of several threads that read lines is started with: memory for the records of blocks that it reads ahead. */
export type AheadThreadData = {
	readonly batches: BatchesMemory;
	/** For what it reads in order; null where it reads nothing so. */
	readonly ring: RingMemory | null;
};

/** Numbers in use, and bytes of strings in use. */
export type BatchSize = readonly [used: number, filled: number];

/** To one of several threads that read lines; worked on in order. */
export type AheadOrder =
	/** The first one. */
	| {kind: 'begin'; options: StageOptions}
	/** A block whose turn has not come is read by a guess; its records go to a place of those that the thread has. */
	| {kind: 'ahead'; memory: ArrayBuffer; from: number; to: number; source: string; guess: LineGuess; place: number}
	/** To the thread that reads in order what cannot be read ahead: it goes on from this state, in the midst of a source if there is one. */
	| {kind: 'go-on'; state: LineState; source: SourceInfo | null}
	| {kind: 'open'; source: SourceInfo}
	| {kind: 'block'; memory: ArrayBuffer; from: number; to: number}
	| {kind: 'line'}
	/** The input is over. */
	| {kind: 'end'}
	/** Asks for the state. */
	| {kind: 'state'}
	/** Nothing is to be done for a while. */
	| {kind: 'rest'};

/** From one of several threads that read lines. */
export type AheadAnswer =
	/** A block was read ahead; without an outcome it is to be read in order. Its memory comes back, and its records wait in their place. */
	| {kind: 'ahead'; memory: ArrayBuffer; sizes: readonly BatchSize[]; outcome: LineOutcome | null}
	| {kind: 'records'; index: number; used: number; filled: number}
	/** A block was read in order, with so many lines. */
	| {kind: 'block'; memory: ArrayBuffer; lines: number}
	| {kind: 'line'; line: number}
	| {kind: 'state'; state: LineState; line: number};

/** To the thread that reads lines; worked on in order. */
export type LineOrder =
	/** The first one: a thread is started before it is known what it is to go on from. */
	| {kind: 'begin'; options: StageOptions}
	| {kind: 'open'; source: SourceInfo}
	/** Memory of a block is handed over, not shared: shared memory is copied at half the speed. */
	| {kind: 'block'; memory: ArrayBuffer; from: number; to: number}
	| {kind: 'line'}
	| {kind: 'snapshot'; last: boolean}
	| {kind: 'end'};

/** From the thread that reads lines. */
export type LineAnswer =
	/** A block was read, and so many lines so far: its memory comes back. */
	{kind: 'done'; memory: ArrayBuffer; lines: number} | {kind: 'line'; line: number};

/** From the first stage to the second, wherever that is; worked on in order. */
export type StageMessage =
	| {kind: 'records'; index: number; used: number; filled: number}
	/** Of a block that was read ahead, behind so many lines of its source, or whose lines are read again. */
	| {kind: 'ahead'; reader: number; place: number; sizes: readonly BatchSize[]; lines: number; again: boolean}
	| {kind: 'snapshot'; lines: LineSnapshot; last: boolean}
	| {kind: 'end'; lines: Coverage};

/** To the thread that joins. */
export type JoinOrder =
	/** The first one. */
	| {kind: 'begin'; options: StageOptions}
	/** Memory of a batch of sessions that were taken. */
	| {kind: 'reuse'; memory: BatchMemory};

/** From the second stage. */
export type JoinAnswer =
	/** The records of a block that was read ahead were taken. */
	| {kind: 'taken'; reader: number; place: number}
	| {kind: 'sessions'; batch: SessionBatch}
	| {kind: 'snapshot'; snapshot: PipelineSnapshot}
	| {kind: 'end'; coverage: Coverage};
