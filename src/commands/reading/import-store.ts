import type {Coverage} from '../../model/coverage.ts';
import {savedStates, stateFormat} from '../../pipeline/states.ts';
import {createBulkLoader} from '../../store/bulk-load.ts';
import {readCoverage} from '../../store/coverage.ts';
import {readLedger} from '../../store/ledger/ledger.ts';
import {countSessions, prune} from '../../store/retention/prune.ts';
import {openStore, type Store} from '../../store/store.ts';
import {createSteps, type Steps} from './import-steps.ts';
import {nothingRemembered, type Remembered} from './import-target.ts';

/** A database that an import goes to: all of an import that needs DuckDB. */
export type ImportStore = {
	readonly isNew: boolean;
	/** What opening it had to remove; see `Store`. */
	readonly repaired: string | null;
	readonly remembered: Remembered;
	readonly steps: Steps;
	/**
	 * When all is imported: deletes sessions older than `before`, keeps their sums by months of the zone, writes everything to
	 * the file and counts what was added, deleted at once or not, and what was deleted.
	 */
	end(
		keep: {readonly before: number; readonly zone: string} | null,
	): Promise<{readonly added: number; readonly deleted: number; readonly coverage: Coverage}>;
	close(): Promise<void>;
};

async function rememberedBy(store: Store): Promise<Remembered> {
	const {entries, states, step, unread} = await readLedger(store, stateFormat);
	return {entries, step, unread, states: savedStates(states), coverage: await readCoverage(store)};
}

/** Asks an open database what it remembers of earlier imports, if it may hold any, and makes it ready for more; `small` steps: see `createSteps`. */
export async function prepareImport(
	store: Store,
	isEmpty = false,
	{loadingMemory, small = false}: {readonly loadingMemory?: string | undefined; readonly small?: boolean} = {},
): Promise<{readonly remembered: Remembered; readonly steps: Steps}> {
	const remembered = isEmpty ? nothingRemembered() : await rememberedBy(store);
	const loader = await createBulkLoader(store, loadingMemory);
	return {
		remembered,
		steps: createSteps(store, loader, {last: remembered.step, continues: remembered.states !== null, small}),
	};
}

/** Opens a database, made when it does not exist. Throws one sentence when that cannot be. */
export async function openImportStore(path: string): Promise<ImportStore> {
	const store = await openStore({path});
	try {
		const before = store.isNew ? 0 : await countSessions(store);
		const {remembered, steps} = await prepareImport(store, store.isNew);
		return {
			isNew: store.isNew,
			repaired: store.repaired,
			remembered,
			steps,
			async end(keep) {
				let deleted = 0;
				if (keep !== null) {
					await steps.end();
					const {calendarOf} = await import('../../cli/calendar.ts');
					deleted = await prune(store, keep.before, calendarOf(keep.zone));
				}
				await store.checkpoint();
				const coverage = await readCoverage(store);
				return {added: (await countSessions(store)) + deleted - before, deleted, coverage};
			},
			close: store.close,
		};
	} catch (error) {
		await store.close();
		throw error;
	}
}
