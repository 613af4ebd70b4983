import {existsSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import {severalErrors} from '../exit.ts';
import {expand} from '../ingest/expand.ts';
import type {Source} from '../ingest/source.ts';
import type {Io} from './io.ts';
import {nothingToRead} from './nothing-to-read.ts';
import type {Settings} from './settings.ts';

/** What is to be read. */
export type WatchPlan = {
	readonly sources: readonly Source[];
	readonly problems: readonly string[];
	/** The file to follow as it grows. */
	readonly followed: string | null;
};

/**
 * What the command line means for a screen. Throws one sentence when there is nothing to read, before anything is drawn.
 */
export async function planWatching({files, db, follow: follows}: Settings, io: Io): Promise<WatchPlan> {
	const noInput = io.inputIsDevice;
	if (follows) {
		const [path, ...more] = files;
		if (path === undefined || path === '-' || more.length > 0)
			throw new Error('--follow needs the name of one log file, such as --follow /var/log/mail.log');
		if ((await stat(path).catch(() => null))?.isDirectory() === true)
			throw new Error(`${path}: is a directory; name the log file to follow`);
		return {sources: [], problems: [], followed: path};
	}
	if (files.length === 0 && db !== undefined && existsSync(db) && noInput)
		return {sources: [], problems: [], followed: null};
	if (files.length === 0 && noInput)
		throw nothingToRead(
			db,
			', follow one (--follow /var/log/mail.log), or pipe one in: tail -f /var/log/mail.log | tlsaudit',
		);
	const found = await expand(files);
	if (found.sources.length === 0 && found.problems.length > 0) throw severalErrors(found.problems);
	return {...found, followed: null};
}
