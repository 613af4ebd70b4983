import type {CrewSnapshot} from '../batch/crew.ts';
import {stateFormat} from '../batch/parse-share.ts';
import {writeCoverage} from '../store/account.ts';
import type {BulkLoader} from '../store/bulk-load.ts';
import {type LedgerEntry, writeEntries, writeStates} from '../store/ledger.ts';
import {dropOpenSessions, forgetOpenSessions, showOpenSessions} from '../store/open-sessions.ts';
import type {Store} from '../store/store.ts';
import {type Coverage, summedCoverage} from '../tls/coverage.ts';
import type {SessionBatch} from '../tls/session-batch.ts';

/** What the next step must know of the one that ends. */
export type StepEnd = {
	readonly snapshot: CrewSnapshot;
	/** Entries that changed since the last step. */
	readonly entries: readonly LedgerEntry[];
};

/** The transactions of an import, one after the other: sessions, places in the files and the parser's state go together. */
export type Steps = {
	/** Begins a step if none is open. */
	begin(): Promise<void>;
	/** Adds sessions to the step. */
	load(batch: SessionBatch): Promise<void>;
	/** Ends the step and begins the next, beside the parsing: `load` waits for it, and throws what it threw. */
	turn(end: StepEnd): void;
	/** Ends the step that is open, if one is. */
	finish(end: () => Promise<StepEnd>): Promise<void>;
	/** Leaves things as they were after the last step that ended. Throws nothing. */
	undo(): Promise<void>;
};

/**
 * Makes the steps. `continues`: sessions that were open when the last import ended are those of the parser's state, which
 * tells them anew; else they stay as they were. `others` is the account of what this import has no part in.
 */
export function createSteps(
	store: Store,
	loader: BulkLoader,
	{continues, others}: {readonly continues: boolean; readonly others: () => Coverage},
): Steps {
	let isOpen = false;
	let first = true;
	let turning: Promise<void> = Promise.resolve();

	async function begin(): Promise<void> {
		if (isOpen) return;
		isOpen = true;
		await store.run('begin');
		if (continues || !first) await dropOpenSessions(store);
		else await forgetOpenSessions(store);
		first = false;
	}

	async function commit({snapshot, entries}: StepEnd): Promise<void> {
		for (const open of snapshot.open) await loader.load(open, 'open_sessions');
		await showOpenSessions(store);
		await writeEntries(store, entries);
		await writeStates(store, snapshot.state, stateFormat);
		await writeCoverage(store, summedCoverage([others(), snapshot.coverage]));
		await store.run('commit');
		isOpen = false;
		// Rows stay in memory as they are until they are written to the file itself.
		await store.checkpoint();
	}

	async function next(before: Promise<void>, end: StepEnd): Promise<void> {
		await before;
		await commit(end);
		await begin();
	}

	return {
		async begin() {
			await turning;
			await begin();
		},
		async load(batch) {
			await turning;
			await loader.load(batch);
		},
		turn(end) {
			turning = next(turning, end);
			// Whoever waits for it hears of it.
			turning.catch(() => undefined);
		},
		async finish(end) {
			await turning;
			if (isOpen) await commit(await end());
		},
		async undo() {
			await turning.catch(() => undefined);
			if (isOpen) await store.run('rollback').catch(() => undefined);
		},
	};
}
