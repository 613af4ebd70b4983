import {existsSync, statSync} from 'node:fs';
import {openLake} from '../lake/open-lake.ts';
import {openStore, type Store, type StoreOptions} from '../store.ts';
import {onlyRead} from './only-read.ts';

/** What queries of a lake may take: as much as those of a database. */
const lakeMemory = '400MB';

/**
 * Whether `--db` names something that can be asked: a database that is there, a server, or a lake, of which a pattern may name no file yet.
 */
export const isThere = (path: string): boolean => existsSync(path) || onlyRead(path) !== null;

/** Opens what `--db` names, or a store in memory; see `openStore`. A lake and a server are only read: throws one sentence when they are to be more. */
export async function openDatabase(options: StoreOptions): Promise<Store> {
	const {path, readOnly = false, memoryLimit = lakeMemory} = options;
	const kind = path === undefined ? null : onlyRead(path);
	if (path === undefined || kind === null) return openStore(options);
	if (!readOnly)
		throw new Error(`${path}: a ${kind} is only read; import logs into a database and send it with tlsaudit export`);
	// Loaded when it is asked for: few name a server.
	if (kind === 'server')
		return (await import('../clickhouse/open-clickhouse.ts')).openClickHouse(path, {...options, memoryLimit});
	const span = options.only ?? options.tally?.filter;
	return openLake(path, memoryLimit, statSync(path, {throwIfNoEntry: false})?.isDirectory() === true, span);
}
