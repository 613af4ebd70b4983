import {type Coverage, emptyCoverage} from '../../model/coverage.ts';
import type {SavedStates} from '../../pipeline/states.ts';
import type {Ledger} from '../../store/ledger/ledger.ts';
import type {Steps} from './import-steps.ts';

/** What a database remembers of earlier imports, and what it holds. */
export type Remembered = Pick<Ledger, 'entries' | 'step' | 'unread'> & {
	readonly states: SavedStates | null;
	readonly coverage: Coverage;
};

export const nothingRemembered = (): Remembered => ({
	entries: [],
	states: null,
	step: 0,
	unread: [],
	coverage: emptyCoverage(),
});

/**
 * Where an import goes. Steps may come later than what is remembered: of a database that is only being made it is known at
 * once that that is nothing, so parsing begins while DuckDB is loaded.
 */
export type Target = {readonly remembered: Remembered; readonly steps: () => Promise<Steps>};
