import {mkdir, open, readdir, readFile, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {unfinishedName, writerOf} from '../lake/lake-paths.ts';
import {quoted} from '../quoted.ts';
import type {Store} from '../store.ts';

/** A file of a lake cannot be written; the sentence says which, why, and what to do. */
export class LakeProblem extends Error {}

/** What a file system says, as one sentence with what to do. */
export function writeProblem(path: string, error: unknown): LakeProblem {
	const message = error instanceof Error ? error.message : String(error);
	if (/No space left on device|disk (?:is )?full|ENOSPC|EDQUOT|EFBIG|File too large|Could not write/i.test(message))
		return new LakeProblem(
			`${path}: the disk is full; what was sent before is kept: make room and export again for the rest`,
			{cause: error},
		);
	if (/EACCES|EPERM|Permission denied/i.test(message))
		return new LakeProblem(`${path}: permission denied; run it as a user who may write to the lake`, {cause: error});
	if (/EEXIST|ENOTDIR/.test(message))
		return new LakeProblem(`${path}: a file is in the way; name a folder with --to`, {cause: error});
	if (/EROFS|Read-only file system/i.test(message))
		return new LakeProblem(`${path}: the disk is read-only; choose another folder with --to`, {cause: error});
	return new LakeProblem(`${path}: cannot be written: ${message.split('\n')[0]}`, {cause: error});
}

export async function sync(path: string): Promise<void> {
	const file = await open(path, 'r');
	try {
		await file.sync();
	} finally {
		await file.close();
	}
}

/** Makes a folder with those above it, so that they are there after a power failure. Throws one sentence when that cannot be. */
export async function makeFolder(path: string): Promise<void> {
	try {
		const first = await mkdir(path, {recursive: true, mode: 0o700});
		if (first === undefined) return;
		for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await sync(dirname(folder));
	} catch (error) {
		throw writeProblem(path, error);
	}
}

/** Whether a process of this number is there. */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Removes files that a process began and did not finish, as it was killed. */
export async function removeUnfinishedFiles(folder: string, prefix: string): Promise<void> {
	for (const name of await readdir(folder).catch(() => [])) {
		const writer = name.startsWith(`.${prefix}`) ? writerOf(name) : null;
		if (writer !== null && (writer === process.pid || !isRunning(writer))) await rm(join(folder, name), {force: true});
	}
}

/** Whether two Parquet files have the same rows in the same order, though another release of DuckDB has packed them. */
async function sameRows(store: Store, one: string, other: string): Promise<boolean> {
	const digest = (path: string): string =>
		`(select (count(*), sum(hash(t, file_row_number)::hugeint)) from read_parquet(${quoted(path)}, hive_partitioning = false) t)`;
	try {
		const [row] = await store.all<{same: boolean}>(
			`select ${digest(one)} is not distinct from ${digest(other)} as same`,
		);
		return row?.same === true;
	} catch {
		// Columns differ, or it is no Parquet file.
		return false;
	}
}

async function isSame(store: Store, one: string, other: string): Promise<boolean> {
	const [size, otherSize] = [(await stat(one)).size, (await stat(other)).size];
	if (size === otherSize && (await readFile(one)).equals(await readFile(other))) return true;
	return sameRows(store, one, other);
}

/**
 * Writes the rows of a query, on the connection that `run` is of, as a Parquet file (zstd, encodings of version 2: half the bytes of version 1), for its owner only: under another name in the same
 * folder, to the disk, then under its own. `replaces` says whether a file of this name with other rows may be replaced. Gives whether
 * something was written: a file with the same rows stays. Throws one sentence when it cannot be written, or may not be replaced.
 */
export async function writeFile(
	store: Store,
	query: string,
	path: string,
	replaces: boolean,
	run: (statement: string) => Promise<unknown> = store.read,
): Promise<boolean> {
	const folder = dirname(path);
	const unfinished = join(folder, unfinishedName(basename(path)));
	try {
		// Made here, as DuckDB gives a new file the rights of the process; one that exists keeps its own.
		await (await open(unfinished, 'wx', 0o600)).close();
		await run(
			`copy (${query}) to ${quoted(unfinished)} (format parquet, parquet_version v2, compression zstd, use_tmp_file false)`,
		);
		const exists = (await stat(path).catch(() => null)) !== null;
		if (exists && (await isSame(store, unfinished, path))) return false;
		if (exists && !replaces)
			throw new LakeProblem(
				`${path}: is there with other sessions, of another database of the same log or of an earlier state of this one; export to another folder, or remove what that database has sent`,
			);
		await sync(unfinished);
		await rename(unfinished, path);
		await sync(folder);
		return true;
	} catch (error) {
		throw error instanceof LakeProblem ? error : writeProblem(path, error);
	} finally {
		await rm(unfinished, {force: true}).catch(() => undefined);
	}
}
