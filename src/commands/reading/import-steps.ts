import type {Coverage} from '../../model/coverage.ts';
import type {SessionBatch} from '../../model/session-batch.ts';
import type {PipelineSnapshot} from '../../pipeline/pipeline.ts';
import {stateFormat} from '../../pipeline/states.ts';
import type {BulkLoader} from '../../store/bulk-load.ts';
import {writeCoverage} from '../../store/coverage.ts';
import {type LedgerEntry, writeEntries, writeStates, writeStep} from '../../store/ledger/ledger.ts';
import {closeOpenSessions, dropOpenSessions, showOpenSessions} from '../../store/ledger/open-sessions.ts';
import {type UnreadLog, writeUnreadLogs} from '../../store/ledger/unread-logs.ts';
import type {Store} from '../../store/store.ts';

/** What the next step must know of the one that ends. */
export type StepEnd = {
	readonly snapshot: PipelineSnapshot;
	/** The coverage of all that the database holds then. */
	readonly coverage: Coverage;
	/** Entries that changed since the last step. */
	readonly entries: readonly LedgerEntry[];
	/** The logs that were not read to their end; null: those that were there after the last step. */
	readonly unread: readonly UnreadLog[] | null;
};

/** The transactions of an import, one after the other: sessions, places in the files and the parser's state go together. */
export type Steps = {
	/** Adds sessions to the step; begins one if none is open. */
	load(batch: SessionBatch): Promise<void>;
	/** Ends the step, beside the parsing: `load` waits for it, and throws what it threw. Nobody need await it. */
	turn(end: StepEnd): Promise<void>;
	/** Ends the last step. */
	finish(end: StepEnd): Promise<void>;
	/** Leaves things as they were after the last step that ended. Throws nothing. */
	undo(): Promise<void>;
	/** Releases the tables, so that others can use the database. Throws nothing. */
	end(): Promise<void>;
};

/**
 * Makes the steps. `last`: the number of the last step that ended. `continues`: sessions that were open when the last import
 * ended are those of the parser's state, which gives them anew; else they stay as they were. `small`: the steps bring some rows each,
 * for weeks; without moving rows together after each a file grew by a quarter of a megabyte a step.
 */
export function createSteps(
	store: Store,
	loader: BulkLoader,
	{last, continues, small = false}: {readonly last: number; readonly continues: boolean; readonly small?: boolean},
): Steps {
	let ended = last;
	let isOpen = false;
	let first = true;
	let turned = false;
	let turning: Promise<void> = Promise.resolve();

	async function begin(): Promise<void> {
		if (isOpen) return;
		isOpen = true;
		await store.run('begin');
		if (continues || !first) await dropOpenSessions(store);
		else await closeOpenSessions(store, ended + 1);
		first = false;
	}

	async function commit({snapshot, coverage, entries, unread}: StepEnd): Promise<void> {
		await begin();
		const step = ended + 1;
		for (const open of snapshot.open) await loader.load(open, step, 'open_sessions');
		await showOpenSessions(store);
		await writeEntries(store, entries);
		if (unread !== null) await writeUnreadLogs(store, unread);
		await writeStates(store, snapshot.states, stateFormat);
		await writeCoverage(store, coverage);
		await writeStep(store, step);
		await store.run('commit');
		isOpen = false;
		ended = step;
		// Rows that do not fill their place are not moved to fill it where there are many: each step would take a tenth of a
		// second and 40 MB for it, and the file would be a third larger. A small import after it does it bit by bit.
		await store.run(`set max_vacuum_tasks = ${turned && !small ? 0 : 1}`);
		// Rows stay in memory as they are until they are written to the file itself.
		await loader.trim();
		await store.checkpoint();
		await loader.trim();
	}

	async function next(before: Promise<void>, end: StepEnd): Promise<void> {
		await before;
		await commit(end);
	}

	return {
		async load(batch) {
			await turning;
			await begin();
			await loader.load(batch, ended + 1);
		},
		turn(end) {
			turned = true;
			turning = next(turning, end);
			// The code that awaits it gets the error.
			turning.catch(() => undefined);
			return turning;
		},
		async finish(end) {
			await turning;
			await commit(end);
		},
		async undo() {
			await turning.catch(() => undefined);
			if (isOpen) await store.run('rollback').catch(() => undefined);
		},
		async end() {
			// Settings only; a database that has failed takes none any more.
			await loader.end().catch(() => undefined);
			await store.run('reset max_vacuum_tasks').catch(() => undefined);
		},
	};
}
