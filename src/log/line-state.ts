import {type Coverage, emptyCoverage} from '../model/coverage.ts';
import {type ClockState, emptyClockState} from './lines/clock.ts';
import {emptyHeadState, type HeadState} from './lines/head-state.ts';
import type {ProgramsByPid} from './lines/tag.ts';

/** What the reader of lines knows between two of them, as plain data. */
export type LineState = {
	programs: ProgramsByPid;
	clock: ClockState;
	head: HeadState;
	coverage: Coverage;
	/** Lines counted with the one they are part of. */
	parts: number;
	/** The host of the last line of our client, if that reported a handshake that failed. */
	failedOn: {host: string | null} | null;
};

export function emptyLineState(): LineState {
	return {
		programs: new Map(),
		clock: emptyClockState(),
		head: emptyHeadState(),
		coverage: emptyCoverage(),
		parts: 0,
		failedOn: null,
	};
}
