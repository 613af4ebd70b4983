import {emptyJoinerState, type JoinerState} from './join/joiner-state.ts';
import {emptyLineState, type LineState} from './line-state.ts';

/**
 * All that is known between two lines, as two pieces of plain data with shared references inside each: a structured clone of
 * both, made between two lines and given to another reader, goes on as if nothing had happened. That is how an import resumes.
 */
export type ReaderState = {lines: LineState; joiner: JoinerState};

export function emptyReaderState(): ReaderState {
	return {lines: emptyLineState(), joiner: emptyJoinerState()};
}
