import {existsSync} from 'node:fs';
import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {type Progress, startProgress} from '../cli/progress.ts';
import type {Settings} from '../cli/settings.ts';
import {stopOnSignal} from '../cli/stop.ts';
import {type Expansion, expand} from '../ingest/sources/expand.ts';
import type {Source} from '../ingest/sources/source.ts';
import type {Coverage} from '../model/coverage.ts';
import {startWorkers} from '../pipeline/workers.ts';
import {nothingUnderstood, partlyUnderstood} from '../report/text/coverage-text.ts';
import {onlyRead} from '../store/opening/only-read.ts';
import {count} from '../text/number.ts';
import {NotNew, type OpeningStore, openBeside} from './lazy-store.ts';
import type {ImportedFiles} from './reading/import-files.ts';
import {threadsFor} from './reading/threads-for.ts';

/** Text that the parsing threads are given before DuckDB is loaded: they have blocks for a little more. */
const headStart = 10 << 20;

/** Reads the files; the threads load their program while this one opens the database. */
async function importBeside(
	opening: OpeningStore,
	threads: number,
	{sources, unreadable}: Expansion,
	settings: Settings,
	progress: Progress,
	stop: AbortSignal,
): Promise<ImportedFiles> {
	let workers = threads > 1 ? startWorkers(threads) : undefined;
	const signal = AbortSignal.any([stop, opening.failed]);
	const watching = {bytes: progress.bytes, linesFrom: progress.linesFrom, text: opening.read, unreadable};
	try {
		// Loaded when the threads are on their way.
		const {importFiles} = await import('./reading/import-files.ts');
		for (;;) {
			const target = await opening.target();
			const pipeline = workers;
			workers = undefined;
			try {
				return await importFiles(target, sources, settings, progress.io, signal, watching, pipeline);
			} catch (error) {
				// Nothing was written: from the beginning, with what is remembered.
				if (!(error instanceof NotNew)) throw error;
			}
		}
	} finally {
		await workers?.terminate();
	}
}

/** Says what of all logs in the database was not understood; gives whether nothing was. A log may well be empty. */
async function tellReading(coverage: Coverage, sources: readonly Source[], io: Io): Promise<boolean> {
	const {exampleOf} = await import('./reading/reading.ts');
	const blind = coverage.lines > 0 && coverage.understood === 0;
	const example = await exampleOf(coverage, blind ? sources : []);
	const nothing = blind ? nothingUnderstood(coverage, example) : null;
	if (nothing !== null) {
		io.complain(nothing);
		return true;
	}
	const partly = partlyUnderstood(coverage, example);
	if (partly !== null) io.warn(partly);
	return false;
}

/** Finds what is imported. Throws one sentence when nothing can be known again the next time. */
async function planImport({files, journal}: Settings): Promise<Expansion> {
	if (journal !== undefined) {
		const {openJournal} = await import('./reading/open-journal.ts');
		return {sources: [await openJournal(journal.unit, false)], problems: [], unreadable: []};
	}
	if (files.length === 0 || files.includes('-'))
		throw new Error('import reads files, which it can know again; name log files, directories or patterns');
	const {sources: found, problems, unreadable} = await expand(files);
	// What comes out of a pipe cannot be looked at before it is read, and would be counted again each time.
	for (const {name, size} of found)
		if (size === null)
			problems.push(`${name}: is no regular file and cannot be known again; name the file it comes from`);
	return {sources: found.filter(({size}) => size !== null), problems, unreadable};
}

/**
 * `tlsaudit import --db FILE FILE…`, or with `--journal`: brings a database up to date with log files or the journal. Safe to repeat and safe to kill; what
 * it says goes to standard error. Throws one sentence when it cannot begin.
 */
export async function importLogs(settings: Settings, io: Io): Promise<Outcome> {
	const {db, keep, now, journal} = settings;
	if (db === undefined) throw new Error('import needs a database; name it with --db FILE');
	const kind = onlyRead(db);
	if (kind !== null)
		throw new Error(`${db}: a ${kind} is only read; import logs into a database and send it with tlsaudit export`);
	const planned = await planImport(settings);
	const {sources, problems} = planned;
	for (const problem of problems) io.complain(problem);
	if (sources.length === 0 && !existsSync(db)) return {incomplete: true};
	const threads = threadsFor(sources, settings);
	const opening = openBeside(db, threads > 1 ? headStart : 0, io.warn);
	const stop = stopOnSignal();
	const progress = startProgress(sources, io);
	try {
		const result = await importBeside(opening, threads, planned, settings, progress, stop.signal);
		progress.stop();
		for (const problem of result.problems) io.complain(problem);
		const store = await opening.store();
		const {added, deleted, coverage} = await store.end(
			keep === undefined ? null : {before: now - keep, zone: settings.zone},
		);
		const {lines} = coverage;
		const read = journal !== undefined ? 'the journal' : result.opened === 1 ? '1 file' : `${result.opened} files`;
		const rest = result.unchanged === 0 ? '' : `, nothing new in ${journal === undefined ? result.unchanged : 'it'}`;
		const cut = stop.number() === null ? '' : '; interrupted, import again for the rest';
		const gone = keep === undefined ? '' : `, ${count(deleted)} deleted by --keep`;
		io.warn(
			`${db}: read ${read}${rest}; sessions ${added >= 0 ? '+' : ''}${added}${gone}, lines in all ${lines}${cut}`,
		);
		const unread = await tellReading(coverage, sources, io);
		return {incomplete: problems.length + result.problems.length > 0, unread, signal: stop.number()};
	} finally {
		progress.stop();
		stop.release();
		await opening.close();
	}
}
