import {severalErrors} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {expand} from '../ingest/sources/expand.ts';
import type {Source} from '../ingest/sources/source.ts';
import {isThere} from '../store/opening/open-database.ts';
import {followedFile} from './reading/followed-file.ts';
import {nothingToRead} from './reading/nothing-to-read.ts';
import {openJournal} from './reading/open-journal.ts';

/** What is to be read. */
export type WatchPlan = {
	readonly sources: readonly Source[];
	readonly problems: readonly string[];
	/** The file to follow as it grows. */
	readonly followed: string | null;
	/** Nothing was named: it is what this machine has. */
	readonly isMachineLog?: boolean | undefined;
};

/**
 * What the command line means for a screen. Throws one sentence when there is nothing to read, before anything is drawn.
 */
export async function planWatching(settings: Settings, io: Io): Promise<WatchPlan> {
	const {files, db, journal} = settings;
	if (journal !== undefined) return {sources: [await openJournal(journal.unit, true)], problems: [], followed: null};
	const noInput = io.inputIsDevice;
	const followed = await followedFile(settings);
	// It may not be there yet.
	if (followed !== null)
		return {sources: [{name: followed, path: followed, modified: Date.now(), size: 0}], problems: [], followed};
	if (files.length === 0 && db !== undefined && isThere(db) && noInput)
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

/** What the header calls a source: of what was not named it says whose it is. */
export const sourceInWords = ({isMachineLog}: Pick<WatchPlan, 'isMachineLog'>, name: string): string =>
	isMachineLog === true ? `this machine's ${name}` : name;
