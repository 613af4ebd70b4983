import {realpath} from 'node:fs/promises';
import {openStore, type Store} from '../store.ts';
import {onlyRead} from './only-read.ts';

/** Another database beside a store: open for its own queries, and under a name in those of the store. */
export type Attached = {
	/** The store itself where the database is the one that it has open. */
	readonly other: Store;
	/** Null: its tables are those of the store. */
	readonly name: string | null;
	readonly close: () => Promise<void>;
};

const name = 'compared';

/**
 * Opens a database beside a store, to be read; `own` is the file of the store. Throws one sentence when it is locked, no database, or
 * of another format.
 */
export async function openBeside(store: Store, own: string | undefined, path: string): Promise<Attached> {
	const kind = onlyRead(path);
	if (kind !== null) throw new Error(`${path}: is a ${kind}; compare with a span or a database`);
	if (own !== undefined && onlyRead(own) === null && (await realpath(own)) === (await realpath(path)))
		return {other: store, name: null, close: async () => undefined};
	// Opened first: an older format is brought to the present one by it.
	const other = await openStore({path, readOnly: true});
	try {
		await store.read(`attach '${(await realpath(path)).replaceAll("'", "''")}' as ${name} (read_only)`);
	} catch (error) {
		await other.close();
		throw new Error(`${path}: cannot be read beside the other sessions`, {cause: error});
	}
	return {
		other,
		name,
		async close() {
			await store.read(`detach ${name}`).catch(() => undefined);
			await other.close();
		},
	};
}
