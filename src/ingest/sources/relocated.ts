import {readdir, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Source} from './source.ts';

/** A file was rotated away after the run began, and packed or removed since. */
export class Gone extends Error {
	constructor() {
		super('the file is not there any more');
	}
}

/** What identifies a file on this system, whatever it is called. */
export function identityOf({dev, ino}: {readonly dev: number; readonly ino: number}): string {
	return `${dev}:${ino}`;
}

/**
 * Where a source is now. A run over years of logs may still be at work when the log is rotated: the names then mean other
 * files, and reading by name would leave one out and read another twice. So the file that was listed is looked for in its
 * folder. Throws `Gone`.
 */
export async function whereNow(source: Source & {readonly path: string}): Promise<string> {
	const {path, identity} = source;
	if (identity === undefined) return path;
	const here = await stat(path).catch(() => null);
	if (here !== null && identityOf(here) === identity) return path;
	const folder = dirname(path);
	for (const name of await readdir(folder).catch(() => [])) {
		const other = join(folder, name);
		const found = await stat(other).catch(() => null);
		if (found !== null && identityOf(found) === identity) return other;
	}
	throw new Gone();
}
