import type {Io} from '../../cli/io.ts';
import type {Progress} from '../../cli/progress.ts';
import {readerOptions, type Settings} from '../../cli/settings.ts';
import type {Unreadable} from '../../ingest/sources/expand.ts';
import {type Fingerprint, wholeHash} from '../../ingest/sources/fingerprint.ts';
import {createRotatedParts, fullPath} from '../../ingest/sources/rotated-parts.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {summedCoverage, without} from '../../model/coverage.ts';
import {createPipeline} from '../../pipeline/create-pipeline.ts';
import type {PipelineSnapshot} from '../../pipeline/pipeline.ts';
import type {Workers} from '../../pipeline/workers.ts';
import {corruptHash} from '../../store/ledger/ledger.ts';
import {storeProblem} from '../../store/store-problem.ts';
import {createFormerLogs} from './former-log.ts';
import {importJournal} from './import-journal.ts';
import type {StepEnd} from './import-steps.ts';
import type {Target} from './import-target.ts';
import {createKnownFiles} from './known-files.ts';
import {createLookAhead} from './look-ahead.ts';
import {beginning, type ParsedFile, parseFile, type ReadUpTo} from './parse-files.ts';
import {type Recognised, recognise} from './recognise.ts';
import {threadsFor} from './threads-for.ts';
import {createUnreadFiles, type Log} from './unread-files.ts';

/** Text after which what was read is made safe: one transaction a step. */
const usualStep = 512 << 20;
/** Time after which it is, in ms: many small files take longer than their text. */
const usualStepMs = 10_000;
/** The same of the journal while it is followed: a screen shows what is written. */
const liveStepMs = 2000;
/** Files after which it is: fewer than a row group of the ledger, see `unfinishedRows`, and written in a second. */
const stepFiles = 1000;

export type ImportedFiles = {
	readonly problems: string[];
	/** Files that brought something. */
	readonly opened: number;
	/** Files in which nothing new was found. */
	readonly unchanged: number;
};

/** Who is shown how far it is. */
export type ImportProgress = Pick<Progress, 'bytes' | 'linesFrom'> & {
	/** So many bytes more of text, unpacked, are on their way to the parser. */
	readonly text?: (more: number) => void;
	/** The journal is read from here on. */
	readonly opened?: (source: Source) => void;
	/** What is named, too, and could not even be looked at. */
	readonly unreadable?: readonly Unreadable[];
};

/** A file by its last rotated name is not written to any more: `mail.log.1`, `mail.log-20261101`. One as `mail-2026-11-01.log` may be. */
function isRotated(name: string): boolean {
	return /[.-]\d+(?:-\d\d-\d\d)?$/.test(name);
}

/**
 * Reads files into a database that remembers them: a file that was read before adds nothing, one that grew only its tail,
 * wherever it is and whatever its name is now. Sessions, the place in the file, and the parser's state are written in
 * one transaction a step, so that a run that was killed is a run that ended at its last step. Throws one sentence when the
 * database cannot be written; the steps before stay. It is one long function, as each file changes what the step and the
 * known files hold.
 */
export async function importFiles(
	{remembered, steps}: Target,
	sources: readonly Source[],
	settings: Settings,
	io: Io,
	signal: AbortSignal,
	progress: ImportProgress,
	workers?: Workers,
): Promise<ImportedFiles> {
	const problems: string[] = [];
	let opened = 0;
	let unchanged = 0;
	/** There is something to write, be it only that a file is known under another name. */
	let touched = false;
	const {states} = remembered;
	const known = createKnownFiles(remembered.entries);
	const unread = createUnreadFiles(remembered.unread, settings.now);
	const rotated = createRotatedParts();
	const former = createFormerLogs({
		...{known, unread, rotated, io, signal},
		read: async (part, print, name) => void (await importFile(part, print, name)),
	});
	const ahead = createLookAhead(sources, stored => known.storedAs(stored) !== undefined);
	const isFollowed = sources.some(({journal}) => journal?.follow === true);
	const {stepBytes = usualStep, stepMs = isFollowed ? liveStepMs : usualStepMs, blockBytes} = settings;
	let sinceStep = 0;
	let stepBegan = performance.now();
	// A database may hold sessions of a live log, too, whose lines the parser's state does not know of.
	let others = remembered.coverage;

	const pipeline = await createPipeline({
		...readerOptions(settings),
		...(blockBytes === undefined ? {} : {blockBytes}),
		...(workers === undefined ? {} : {workers}),
		threads: threadsFor(sources, settings),
		states,
		sessions: async batch => (await steps()).load(batch),
	});

	progress.linesFrom(() => pipeline.lines);

	/** What goes with a snapshot into the step that ends with it. */
	function endOf(snapshot: PipelineSnapshot): StepEnd {
		const coverage = summedCoverage([others, snapshot.coverage]);
		const changed = unread.changed ? unread.take() : null;
		const end = {snapshot, coverage, entries: known.takeChanges(), unread: changed};
		sinceStep = 0;
		stepBegan = performance.now();
		return end;
	}

	/** Ends the step when it has gone on for long enough. `place` notes how far the current file was read. */
	async function turnIfDue(place: (line: number) => void): Promise<void> {
		const isDue = sinceStep >= stepBytes || known.changes >= stepFiles || performance.now() - stepBegan >= stepMs;
		if (!isDue || (sinceStep === 0 && known.changes === 0)) return;
		const snapshot = await pipeline.snapshot();
		place(snapshot.line);
		void (await steps()).turn(endOf(snapshot));
	}

	/**
	 * Gives whether there was something to do. The name of what is remembered is that of the log while a rotated part is read for it: should the
	 * process die, the next import of the log goes on there.
	 */
	async function importFile(source: Source, print: Fingerprint | undefined, as = source.path): Promise<boolean> {
		const name = as === null ? source.name : fullPath(as);
		const isPart = source.path !== null && rotated.isPart(source.path);
		const log = {file: null as number | null, name: source.name, stored: print?.stored ?? null};
		let found = await recognise(source, print, known);
		if (await former.readBefore(source, found)) {
			if (signal.aborted) return true;
			found = await recognise(source, print, known);
		}
		if (found.entry && print && found.complete) known.remember({...found.entry, name, stored: print.stored});
		if (found.unchanged) {
			unchanged++;
			io.detail(`${source.name}: nothing new${found.entry ? ` (read before as ${found.entry.name})` : ''}`);
			// Under its rotated name it is not what is written to any more.
			if (found.entry && found.reached && isPart && found.entry.name !== name) known.remember({...found.entry, name});
			if (found.complete) touched = true;
			if (found.reached) unread.ended({...log, file: found.entry?.id ?? null});
			return found.complete;
		}
		if (found.spoilt) {
			problems.push(
				`${source.name}: begins like ${found.spoilt.name}, which was corrupt when it was read, and is not read, so that no session is lost or counted twice; import it and the other logs into a new database`,
			);
			return true;
		}
		const resume = found.entry ?? beginning;
		const id = found.entry?.id ?? known.newId();
		const note = ({offset, tail}: ReadUpTo, lines: number, stored: string | null): void => {
			// Of a file without a whole line there is nothing to remember yet.
			if (print && offset > 0) known.remember({id, name, head: print.head, offset, tail, lines, stored});
		};
		touched = true;
		const parsed = await parseFile(
			pipeline,
			{
				source,
				resume,
				resumable: print !== undefined,
				// What is read for a log was replaced by that.
				growing: print !== undefined && !print.packed && !isRotated(source.name) && as === source.path,
			},
			{
				io,
				signal,
				onBytes: progress.bytes,
				async parsed(upTo, bytes) {
					progress.text?.(bytes);
					sinceStep += bytes;
					await turnIfDue(line => {
						note(upTo, line, null);
						unread.reading({...log, file: upTo.offset > 0 ? id : null});
					});
				},
			},
		);
		tellEnd(found, {...log, file: print && parsed.offset > 0 ? id : null}, parsed, print);
		if (!parsed.opened) return true;
		const complete = parsed.problem === null && !signal.aborted && print?.packed === true;
		const {path} = source;
		const spoilt = parsed.corrupt && path !== null ? corruptHash(await wholeHash({...source, path})) : null;
		const stored = complete ? print.stored : spoilt;
		note(parsed, parsed.brought ? await pipeline.line() : resume.lines, stored);
		if (parsed.brought || parsed.problem !== null || !found.entry) opened++;
		else {
			unchanged++;
			io.detail(`${source.name}: no whole line is new`);
		}
		return true;
	}

	/** Notes whether a file was read to its end. */
	function tellEnd(found: Recognised, log: Log, parsed: ParsedFile, print: Fingerprint | undefined): void {
		const {problem, brought, endsWhole, mayHoldLog} = parsed;
		unread.reading(problem === null && signal.aborted ? log : null);
		if (problem === null) {
			// Text that was unpacked from an archive that breaks off ends anywhere, too.
			if (!signal.aborted && (endsWhole || print?.packed === true)) unread.ended(log);
			return;
		}
		// All lines of a copy that is shorter than what was read are known.
		const isCopy = found.entry !== undefined && !found.reached;
		if (!isCopy && mayHoldLog && unread.failed(log, problem, brought)) io.warn(`${problem}; that is accepted`);
		else problems.push(problem);
	}

	async function importJournalOf(source: Source, journal: NonNullable<Source['journal']>): Promise<void> {
		progress.opened?.(source);
		touched = true;
		const imported = await importJournal(pipeline, {
			source: {...source, journal},
			entries: remembered.entries,
			known,
			io,
			signal,
			onBytes: progress.bytes,
			stepBytes,
			async parsed(bytes) {
				progress.text?.(bytes);
				sinceStep += bytes;
				await turnIfDue(() => undefined);
			},
			lost({name, problem}) {
				unread.failed({file: null, name, stored: null}, problem, true);
				io.complain(problem);
			},
			due: () => (sinceStep === 0 ? null : Math.max(0, stepBegan + stepMs - performance.now())),
		});
		const log = {file: null, name: source.name, stored: null};
		if (imported.problem === null) unread.ended(log);
		else {
			problems.push(imported.problem);
			if (imported.refused !== true) unread.failed(log, imported.problem, imported.brought);
		}
		if (imported.brought) opened++;
		else unchanged++;
	}

	try {
		if (states) others = without(others, (await pipeline.snapshot()).coverage);
		for (const {name, problem} of progress.unreadable ?? [])
			unread.failed({file: null, name, stored: null}, problem, false);
		for (const [index, source] of sources.entries()) {
			if (signal.aborted) {
				unread.awaits({file: null, name: source.name, stored: null});
				break;
			}
			unread.reading(null);
			if (source.journal !== undefined) await importJournalOf(source, source.journal);
			else if (await importFile(source, await ahead.fingerprintOf(index))) ahead.brought();
			// What is known of the last file is noted already.
			const next = sources[index + 1];
			await turnIfDue(() => unread.awaits(next === undefined ? null : {file: null, name: next.name, stored: null}));
		}
		problems.push(...former.lacking());
		if (touched || unread.changed || known.changes > 0) {
			const made = await steps();
			const end = endOf(await pipeline.snapshot(true));
			// Nobody is asked any more: the threads end beside the last step.
			await Promise.all([made.finish(end), pipeline.close()]);
		}
	} catch (error) {
		await pipeline.close();
		await steps().then(
			made => made.undo(),
			() => undefined,
		);
		throw storeProblem(settings.db ?? 'memory', error);
	} finally {
		await pipeline.close();
	}
	return {problems, opened, unchanged};
}
