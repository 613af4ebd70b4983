import {createJoiner} from '../log/join/joiner.ts';
import {createReader} from '../log/reader.ts';
import type {Records} from '../log/records.ts';
import {type Coverage, summedCoverage} from '../model/coverage.ts';
import {type BatchMemory, createSessionCollector, type SessionBatch} from '../model/session-batch.ts';
import {collectGarbage} from './collect-garbage.ts';
import type {LineSnapshot, StageOptions} from './line-stage.ts';
import {joinerStateOf, lineStateOf, type SavedStates, saved} from './states.ts';

/** Rows that go to the store at a time: enough that the words among them repeat. */
const batchRows = 16_384;
/** Rows of open sessions at a time: there are few. */
const openRows = 2048;

/** What both stages are at between two blocks. */
export type PipelineSnapshot = {
	/** Lines of the current source that were read. */
	readonly line: number;
	readonly states: SavedStates;
	readonly coverage: Coverage;
	/** Sessions that are open now, as they would be handed out if the input ended here. */
	readonly open: readonly SessionBatch[];
};

/** The second of two stages: records become batches of sessions. */
export type JoinStage = {
	take(records: Records, reader: number): void;
	/** Takes back memory of a batch that was handed out. */
	reuse(memory: BatchMemory): void;
	/** Hands out what was collected and returns the state of both stages; after the last one nothing is taken any more. */
	snapshot(lines: LineSnapshot, last: boolean): PipelineSnapshot;
	/** The input is over: open sessions are sessions, too. */
	end(lines: Coverage): Coverage;
};

/** Makes the stage; `emit` takes full batches. */
export function createJoinStage({states, ...options}: StageOptions, emit: (batch: SessionBatch) => void): JoinStage {
	const state = joinerStateOf(states);
	const collector = createSessionCollector(batchRows, flush);
	const joiner = createJoiner(collector.add, options.ports ?? new Map(), state, undefined, collector.addHeld);

	function flush(): void {
		const batch = collector.take();
		if (batch) emit(batch);
	}

	/** Ends a copy of the states: what is open is emitted, and goes on. */
	function openSessions(copy: SavedStates): SessionBatch[] {
		const batches: SessionBatch[] = [];
		const take = (): void => {
			const batch = open.take();
			if (batch) batches.push(batch);
		};
		const open = createSessionCollector(openRows, take);
		createReader(open.add, options, {lines: lineStateOf(copy), joiner: joinerStateOf(copy)}).end();
		take();
		return batches;
	}

	return {
		take: (records, reader) => joiner.take(records, reader),
		reuse: memory => collector.reuse(memory),
		snapshot({state: lines, coverage, line}, last) {
			flush();
			if (!last) collectGarbage();
			const both: SavedStates = [lines, saved(state)];
			return {
				states: both,
				coverage: summedCoverage([coverage, joiner.coverage]),
				line,
				open: openSessions(both),
			};
		},
		end(lines) {
			joiner.end();
			flush();
			return summedCoverage([lines, joiner.coverage]);
		},
	};
}
