import type {SourceInfo} from '../log/reader-options.ts';
import type {Coverage} from '../tls/coverage.ts';
import type {BatchMemory, SessionBatch} from '../tls/session-batch.ts';
import type {ParseShareOptions, ShareSnapshot} from './parse-share.ts';

/** What a parsing thread is started with. The blocks are shared memory: all of them read the same bytes. */
export type ThreadData = {readonly blocks: readonly SharedArrayBuffer[]};

/** To a parsing thread; worked on in order. */
export type Order =
	/** The first one: a thread is started before it is known what it is to go on from. */
	| {kind: 'begin'; options: ParseShareOptions}
	| {kind: 'open'; source: SourceInfo}
	| {kind: 'block'; block: number; from: number; to: number}
	/** Memory of a batch of sessions that were taken. */
	| {kind: 'reuse'; memory: BatchMemory}
	| {kind: 'line'}
	| {kind: 'snapshot'}
	| {kind: 'end'};

/** From a parsing thread. */
export type Answer =
	| {kind: 'sessions'; batch: SessionBatch}
	/** A block was worked through: its memory is free again, as far as this thread goes. */
	| {kind: 'done'; block: number}
	| {kind: 'line'; line: number}
	| {kind: 'snapshot'; snapshot: ShareSnapshot}
	| {kind: 'end'; coverage: Coverage};
