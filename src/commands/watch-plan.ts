import {existsSync} from 'node:fs';
import {severalErrors} from '../exit.ts';
import {expand} from '../ingest/expand.ts';
import type {Source} from '../ingest/source.ts';
import {followedFile} from './followed-file.ts';
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
export async function planWatching(settings: Settings, io: Io): Promise<WatchPlan> {
	const {files, db} = settings;
	const noInput = io.inputIsDevice;
	const followed = await followedFile(settings);
	// It may not be there yet.
	if (followed !== null)
		return {sources: [{name: followed, path: followed, modified: Date.now(), size: 0}], problems: [], followed};
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
