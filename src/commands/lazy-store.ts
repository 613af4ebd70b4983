import {existsSync} from 'node:fs';
import type {ImportStore} from './reading/import-store.ts';
import {nothingRemembered, type Target} from './reading/import-target.ts';

/** A database that is opened beside the reading of its logs. */
export type OpeningStore = {
	/** What to import into: at once when the database is only being made, which remembers nothing. */
	target(): Promise<Target>;
	/** So many bytes more of text went to the parser. */
	read(bytes: number): void;
	/** Aborted when the database cannot be opened: reading on is of no use. */
	readonly failed: AbortSignal;
	/** The open database. Throws one sentence when it cannot be opened. */
	store(): Promise<ImportStore>;
	/** Closes it, if it was opened. */
	close(): Promise<void>;
};

/** A database that was to be made was there when it came to be opened: another process has made it in that moment. */
export class NotNew extends Error {}

/**
 * Loading DuckDB and opening a database take longer than parsing 20 MB, and loading holds this thread up: a new database is
 * opened when the parsing threads have `ahead` bytes to work on. What opening had to remove is said.
 */
export function openBeside(path: string, ahead: number, say: (sentence: string) => void): OpeningStore {
	let isNew = !existsSync(path);
	let bytes = 0;
	let opening: Promise<ImportStore> | undefined;
	const failed = new AbortController();

	async function open(): Promise<ImportStore> {
		const {openImportStore} = await import('./reading/import-store.ts');
		const made = await openImportStore(path);
		if (made.repaired !== null) say(made.repaired);
		return made;
	}

	function store(): Promise<ImportStore> {
		if (opening) return opening;
		opening = open();
		opening.catch(() => failed.abort());
		return opening;
	}

	return {
		async target() {
			if (!isNew) {
				const {remembered, steps} = await store();
				return {remembered, steps: async () => steps};
			}
			if (ahead === 0) void store().catch(() => undefined);
			return {
				remembered: nothingRemembered(),
				async steps() {
					const made = await store();
					isNew = made.isNew;
					if (!isNew) throw new NotNew();
					return made.steps;
				},
			};
		},
		read(more) {
			bytes += more;
			if (bytes >= ahead) void store().catch(() => undefined);
		},
		failed: failed.signal,
		store,
		async close() {
			await opening?.then(
				made => made.close(),
				() => undefined,
			);
		},
	};
}
