import {journalSource} from '../../ingest/journal/journal-source.ts';
import {checkJournal} from '../../ingest/journal/journalctl.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {SourceProblem} from '../../ingest/sources/source-problem.ts';

/**
 * The journal of this machine as a source, see `journalSource`. Throws one sentence, before anything is drawn or written, when there
 * is none or this user may not read it.
 */
export async function openJournal(unit: string | null, follow: boolean): Promise<Source> {
	const source = journalSource(unit, follow);
	try {
		await checkJournal();
	} catch (error) {
		throw new SourceProblem(source, error, false);
	}
	return source;
}
