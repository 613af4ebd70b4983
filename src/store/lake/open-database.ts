import {existsSync, statSync} from 'node:fs';
import {openStore, type Store, type StoreOptions} from '../store.ts';
import {isLake} from './lake-paths.ts';
import {openLake} from './open-lake.ts';

/** What queries of a lake may take: as much as those of a database. */
const lakeMemory = '400MB';

/** Whether `--db` names something that can be asked: a database that is there, or a lake, of which a pattern may name no file yet. */
export const isThere = (path: string): boolean => existsSync(path) || isLake(path);

/** Opens what `--db` names, or a store in memory; see `openStore`. A lake is only read: throws one sentence when it is to be more. */
export async function openDatabase(options: StoreOptions): Promise<Store> {
	const {path, readOnly = false, memoryLimit = lakeMemory} = options;
	if (path === undefined || !isLake(path)) return openStore(options);
	if (!readOnly)
		throw new Error(`${path}: a lake is only read; import logs into a database and send it with tlsaudit export`);
	return openLake(path, memoryLimit, statSync(path, {throwIfNoEntry: false})?.isDirectory() === true);
}
