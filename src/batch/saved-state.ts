import {deserialize} from 'node:v8';

/** Raised when `ReaderState` changes its form: what an older program saved is then not read. */
export const stateFormat = 2;

/** Whether saved states can be read here: a newer Node may have written them. */
export function areReadable(states: readonly Uint8Array[]): boolean {
	try {
		for (const state of states) deserialize(state);
		return true;
	} catch {
		return false;
	}
}
