import type {Settings} from '../../cli/settings.ts';
import {readLinesAgain} from '../../ingest/raw-lines.ts';
import type {Source} from '../../ingest/sources/source.ts';
import type {Coverage} from '../../model/coverage.ts';
import {nothingUnderstood, partlyUnderstood} from '../../report/text/coverage-text.ts';
import {noSession, wereDeleted} from '../../report/text/sentences.ts';
import {readCoverage} from '../../store/coverage.ts';
import {period} from '../../store/queries/summary.ts';
import {countSessions, deletedSessions} from '../../store/retention/prune.ts';
import type {Store} from '../../store/store.ts';
import {many} from '../../text/number.ts';
import {utcSecond} from '../../text/time.ts';

/**
 * What there is to say of a reading before anything is said of TLS; sentences without a full stop, null where there is
 * nothing.
 */
export type Reading = {
	/** Not one line shows a session, and no session is known from before. */
	readonly blind: boolean;
	/** Why there is no session to judge. */
	readonly nothing: string | null;
	/** A considerable share was not understood. */
	readonly partly: string | null;
};

/** A line that was not understood: an example of the coverage, else the first one of a file. */
export async function exampleOf(coverage: Coverage, sources: readonly Source[]): Promise<string | null> {
	const [first] = coverage.examples;
	if (first !== undefined) return first.example;
	const path = sources.find(source => source.path !== null && source.size !== 0)?.path ?? null;
	if (path === null) return null;
	try {
		const {lines} = await readLinesAgain(path, 1, 20, new Map());
		return lines.map(String).find(line => line.trim() !== '') ?? null;
	} catch {
		// It can be read no more; what was read of it has been said.
		return null;
	}
}

/** Which sessions are asked for, in words: `on access began since 2026-10-12 08:00:00 UTC`. */
function filterWords({since, until, hops}: Settings['filter']): string {
	const times: string[] = [];
	if (since !== undefined) times.push(`since ${utcSecond(since)}`);
	if (until !== undefined) times.push(`before ${utcSecond(until)}`);
	const where = hops.length > 0 ? [`on ${hops.join(', ')}`] : [];
	return [...where, ...(times.length > 0 ? [`began ${times.join(' and ')} UTC`] : [])].join(' ');
}

/** The sentence that a filter leaves none of the sessions. */
async function noneFound(store: Store, filter: Settings['filter']): Promise<string> {
	const {from, to} = store.whole ?? (await period(store));
	const when = from === null || to === null ? 'have no times' : `are from ${utcSecond(from)} to ${utcSecond(to)} UTC`;
	const deleted = (await deletedSessions(store)).sessions;
	const gone = deleted === 0 ? '' : `; ${many(deleted, 'older session')} ${wereDeleted(deleted)}`;
	return `no session ${filterWords(filter)}; those of the log ${when}${gone}`;
}

/** How far what was read can be the ground of a verdict. */
export async function readingOf(store: Store, settings: Settings, sources: readonly Source[]): Promise<Reading> {
	const coverage = await readCoverage(store);
	// No line of the log is shown where names are replaced.
	const hides = settings.privacy.on;
	// Where some are found, nothing is asked of the others: in a lake that would be a look into each file.
	const found = await countSessions(store, settings.filter);
	const sessions = found > 0 ? found : (store.whole?.sessions ?? (await countSessions(store)));
	if (sessions === 0) {
		const example = coverage.understood === 0 && !hides ? await exampleOf(coverage, sources) : null;
		const why = nothingUnderstood(coverage, example);
		return {
			blind: why !== null,
			nothing: why ?? noSession(coverage.lines, (await deletedSessions(store)).sessions),
			partly: null,
		};
	}
	const nothing = found > 0 ? null : await noneFound(store, settings.filter);
	const partly = partlyUnderstood(coverage, null);
	return {
		blind: false,
		nothing,
		partly: partly === null || hides ? partly : partlyUnderstood(coverage, await exampleOf(coverage, [])),
	};
}
