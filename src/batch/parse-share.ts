import {deserialize, serialize} from 'node:v8';
import {createReader} from '../log/reader.ts';
import type {Bytes, ReaderOptions, SourceInfo} from '../log/reader-options.ts';
import {emptyReaderState, type ReaderState} from '../log/reader-state.ts';
import type {Coverage} from '../tls/coverage.ts';
import {type BatchMemory, createSessionCollector, type SessionBatch} from '../tls/session-batch.ts';
import {collectGarbage} from './collect-garbage.ts';

/** Rows that go to the store at a time: enough that the words among them repeat. */
const batchRows = 16_384;
/** Rows of open sessions at a time: there are few. */
const openRows = 2048;

/** What a share of the parsing is at between two blocks. */
export type ShareSnapshot = {
	/** The reader's state as bytes, for a later run. */
	readonly state: Uint8Array;
	readonly coverage: Coverage;
	/** Lines of the source at hand that were read. */
	readonly line: number;
	/** Sessions that are open now, as they would be handed out if the input ended here. */
	readonly open: readonly SessionBatch[];
};

/** A reader of all lines, or one of two that share them, with its sessions collected into batches. */
export type ParseShare = {
	open(source: SourceInfo): void;
	block(bytes: Bytes, from: number, to: number): void;
	/** Takes back memory of a batch that was handed out. */
	reuse(memory: BatchMemory): void;
	/** Lines of the source at hand that were read. */
	line(): number;
	/** Hands out what was collected and tells the state. */
	snapshot(): ShareSnapshot;
	/** The input is over: open sessions are sessions, too. */
	end(): Coverage;
};

/** Without a share all lines are this reader's. */
export type ParseShareOptions = Omit<ReaderOptions, 'latin1'> & {state: Uint8Array | null};

/** Makes a share; `emit` takes full batches. */
export function createParseShare(options: ParseShareOptions, emit: (batch: SessionBatch) => void): ParseShare {
	const state = options.state === null ? emptyReaderState() : (deserialize(options.state) as ReaderState);
	const {state: _, ...readerOptions} = options;
	const collector = createSessionCollector(batchRows, flush);
	const reader = createReader(collector.add, {...readerOptions, latin1: true}, state);

	function flush(): void {
		const batch = collector.take();
		if (batch) emit(batch);
	}

	/** Ends a copy of the state: what is open is told, and goes on. */
	function openSessions(saved: Uint8Array): SessionBatch[] {
		const batches: SessionBatch[] = [];
		const take = (): void => {
			const batch = open.take();
			if (batch) batches.push(batch);
		};
		const open = createSessionCollector(openRows, take);
		createReader(open.add, {...readerOptions, latin1: true}, deserialize(saved) as ReaderState).end();
		take();
		return batches;
	}

	return {
		open: source => reader.open(source),
		block: (bytes, from, to) => reader.block(bytes, from, to),
		reuse: memory => collector.reuse(memory),
		line: () => reader.lineNumber,
		snapshot() {
			flush();
			collectGarbage();
			const saved = serialize(state);
			return {
				state: saved,
				coverage: structuredClone(reader.coverage),
				line: reader.lineNumber,
				open: openSessions(saved),
			};
		},
		end() {
			reader.end();
			flush();
			return reader.coverage;
		},
	};
}
