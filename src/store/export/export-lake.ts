import {realpath} from 'node:fs/promises';
import type {Store} from '../store.ts';
import {type Exported, exportTo} from './export.ts';
import {lakeIn} from './lake-folder.ts';
import {lakeId} from './lake-id.ts';
import {makeFolder} from './write-file.ts';

/**
 * Brings a lake up to date with the closed sessions of a database: segments of Parquet, and the part of the database. Safe to repeat
 * and safe to kill: the same sessions go into files of the same name and the same bytes. Throws one sentence when a file cannot be
 * written, or when another database has sent other sessions under its name.
 */
export async function exportLake(store: Store, folder: string, stop: AbortSignal, most?: number): Promise<Exported> {
	await makeFolder(folder);
	const lake = await realpath(folder);
	return exportTo(store, lakeIn(store, lake, await lakeId(lake)), stop, most);
}
