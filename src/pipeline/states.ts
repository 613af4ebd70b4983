import {deserialize, serialize} from 'node:v8';
import type {JoinerState} from '../log/join/joiner-state.ts';
import type {LineState} from '../log/line-state.ts';
import {emptyReaderState} from '../log/reader-state.ts';

/** What is known between two lines, as bytes for a later run: of the lines, and of the sessions. */
export type SavedStates = readonly [lines: Uint8Array, joiner: Uint8Array];

/** Raised when a state changes its form: what an older program saved is then not read. */
export const stateFormat = 10;

/** The states that an earlier run saved; null when there are none, or a newer Node wrote them. */
export function savedStates(states: readonly Uint8Array[] | null): SavedStates | null {
	const [lines, joiner] = states ?? [];
	if (lines === undefined || joiner === undefined) return null;
	try {
		deserialize(lines);
		deserialize(joiner);
		return [lines, joiner];
	} catch {
		return null;
	}
}

export const saved = (state: LineState | JoinerState): Uint8Array => serialize(state);

export function lineStateOf(states: SavedStates | null): LineState {
	return states === null ? emptyReaderState().lines : (deserialize(states[0]) as LineState);
}

export function joinerStateOf(states: SavedStates | null): JoinerState {
	return states === null ? emptyReaderState().joiner : (deserialize(states[1]) as JoinerState);
}
