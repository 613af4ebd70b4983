import type {MessagePort} from 'node:worker_threads';
import type {SourceInfo} from '../log/reader-options.ts';
import type {Coverage} from '../model/coverage.ts';
import type {BatchMemory, SessionBatch} from '../model/session-batch.ts';
import type {PipelineSnapshot} from './join-stage.ts';
import type {LineSnapshot, StageOptions} from './line-stage.ts';
import type {RingMemory} from './records-ring.ts';

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
};

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
	| {kind: 'sessions'; batch: SessionBatch}
	| {kind: 'snapshot'; snapshot: PipelineSnapshot}
	| {kind: 'end'; coverage: Coverage};
