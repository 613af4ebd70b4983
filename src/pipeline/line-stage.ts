import {createLineReader} from '../log/line-reader.ts';
import type {Bytes, ReaderOptions, SourceInfo} from '../log/reader-options.ts';
import type {Records} from '../log/records.ts';
import type {Coverage} from '../model/coverage.ts';
import {collectGarbage} from './collect-garbage.ts';
import {lineStateOf, type SavedStates, saved} from './states.ts';

export type StageOptions = ReaderOptions & {readonly states: SavedStates | null};

/** What the reading of lines is at between two blocks. */
export type LineSnapshot = {
	readonly state: Uint8Array;
	readonly coverage: Coverage;
	/** Lines of the current source that were read. */
	readonly line: number;
};

/** The first of two stages: blocks become records. */
export type LineStage = {
	open(source: SourceInfo): void;
	block(bytes: Bytes, from: number, to: number): void;
	/** Lines of the current source that were read. */
	line(): number;
	/** Lines of all sources that were read. */
	read(): number;
	/** Hands over what was written, then returns the state; after the last one nothing is read any more. */
	snapshot(last: boolean): LineSnapshot;
	/** The input is over. */
	end(): Coverage;
};

/** Makes the stage. `full` takes a batch of records and gives room for the next. */
export function createLineStage(
	{states, ...options}: StageOptions,
	first: Records,
	full: (records: Records) => Records,
): LineStage {
	const state = lineStateOf(states);
	const before = state.coverage.lines;
	const reader = createLineReader(options, state, first, full);
	return {
		open: source => reader.open(source),
		block: (bytes, from, to) => reader.block(bytes, from, to),
		line: () => reader.lineNumber,
		read: () => reader.coverage.lines - before,
		snapshot(last) {
			reader.flush();
			if (!last) collectGarbage();
			return {state: saved(state), coverage: structuredClone(reader.coverage), line: reader.lineNumber};
		},
		end() {
			reader.end();
			reader.flush();
			return reader.coverage;
		},
	};
}
