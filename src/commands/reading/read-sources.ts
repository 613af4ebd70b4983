import type {Progress} from '../../cli/progress.ts';
import {readerOptions, type Settings} from '../../cli/settings.ts';
import {ingest, ingestFollowed} from '../../ingest/ingest.ts';
import type {TakeLines} from '../../ingest/live.ts';
import type {Unreadable} from '../../ingest/sources/expand.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {createReader, type Reader} from '../../log/reader.ts';
import type {Bytes} from '../../log/reader-options.ts';
import type {LiveMetrics} from '../../metrics/live-metrics.ts';
import {summedCoverage} from '../../model/coverage.ts';
import {createPipeline} from '../../pipeline/create-pipeline.ts';
import {createBulkLoader, giveThreadsFor} from '../../store/bulk-load.ts';
import {readCoverage, saveCoverage} from '../../store/coverage.ts';
import {readUnreadLogs, writeUnreadLogs} from '../../store/ledger/unread-logs.ts';
import {createLoader, type Loader} from '../../store/load.ts';
import type {Store} from '../../store/store.ts';
import {followedFile} from './followed-file.ts';
import {importFiles} from './import-files.ts';
import {prepareImport} from './import-store.ts';
import {beginning, parseFile} from './parse-files.ts';
import {threadsFor} from './threads-for.ts';
import {createUnreadFiles} from './unread-files.ts';

/*
 * Reads what the command line names into a store, each source the way that suits it. It takes sources, and returns sessions in the
 * store and sentences about what could not be read. It must not know whether a report waits for the end or a screen is drawn
 * meanwhile.
 */

/** How often a live log's finished sessions are made visible. */
const tickMs = 1000;
const newline = 10;
const carriageReturn = 13;

export type Read = {readonly problems: string[]; readonly opened: number};

/** Sees each line after the parser; `time` says when it was written, ms since 1970 UTC. */
export type LineListener = (text: string, time: () => number | null) => void;

/** What goes on line by line. */
export type LiveReading = {readonly reader: Reader; readonly loader: Loader};

/** Who counts what comes line by line, as it passes. */
export type LiveCounts = Pick<LiveMetrics, 'sessions' | 'lines' | 'turn'>;

/** Who is shown how far reading is, and what a screen does beside it. */
export type ReadingHooks = Pick<Progress, 'bytes' | 'linesFrom' | 'io'> & {
	/** Sees each line of what is read line by line. */
	readonly listener?: LineListener | undefined;
	/** Sees the bytes of the lines before the parser. */
	readonly raw?: TakeLines | undefined;
	/** A source is read from here on. */
	readonly opened?: (source: Source) => void;
	/** So many sessions of archives, or of a journal, were loaded. */
	readonly loaded?: (sessions: number) => void;
	/** What was loaded into a database can be asked for. */
	readonly stored?: () => void;
	/** Of a screen: lines come one by one from here on; what is returned is awaited before the end. */
	readonly live?: (reading: LiveReading) => () => Promise<void>;
	/** Counts the lines that come one by one, and their sessions. */
	readonly counts?: LiveCounts | undefined;
	/** All of a followed file that there is was read. */
	readonly caughtUp?: () => void;
	/** A followed file was rotated. */
	readonly rotated?: () => void;
	/** Most memory that DuckDB takes while archives are loaded into a store that is asked meanwhile. */
	readonly loadingMemory?: string;
};

/** Whether a source is read line by line as it comes: standard input, the file that is followed, and for a screen any pipe. */
export function isStream({path, size, journal}: Source, {follow, db}: Settings, onScreen: boolean): boolean {
	// A database knows how far it has read the journal.
	if (journal !== undefined) return onScreen && db === undefined;
	return path === null || (size === null ? onScreen : follow);
}

/** Hands lines on one by one, and shows each to `look` when it was read. */
function listenedTo(take: TakeLines, look: (text: string) => void): TakeLines {
	return (bytes, from, to) => {
		for (let at = from; at < to; ) {
			const end = bytes.indexOf(newline, at) + 1;
			take(bytes, at, end);
			look(bytes.toString('utf8', at, bytes[end - 2] === carriageReturn ? end - 2 : end - 1));
			at = end;
		}
	};
}

/** Notes in a database what could not be read to its end of what comes but once, and that no import can know again. */
async function noteUnread(store: Store, found: readonly Unreadable[], now: number): Promise<void> {
	if (found.length === 0) return;
	const unread = createUnreadFiles(await readUnreadLogs(store), now);
	for (const {name, problem} of found) unread.failed({file: null, name, stored: null}, problem, true);
	await writeUnreadLogs(store, unread.take());
}

/** Standard input, and files named beside it: line by line, visible as it comes. */
async function readLive(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	hooks: ReadingHooks,
	signal: AbortSignal,
): Promise<Read> {
	const before = await readCoverage(store);
	const {listener, raw, counts} = hooks;
	const loader = await createLoader(store, counts?.sessions);
	const reader = createReader(loader.add, readerOptions(settings), undefined, undefined, loader.addHeld);
	hooks.linesFrom(() => reader.coverage.lines);
	const ending = hooks.live?.({reader, loader});
	let read = 0;
	// A screen flushes by its own clock: each time costs the same, and has queries behind it. The reader is given no time: what nobody
	// sees before the end must not depend on how fast it comes.
	const ticking = ending === undefined ? setInterval(() => loader.flush(), tickMs) : undefined;
	const block: TakeLines = (bytes, from, to) => {
		raw?.(bytes, from, to);
		reader.block(bytes as unknown as Bytes, from, to);
		counts?.lines(reader);
	};
	const lines = listener === undefined ? block : listenedTo(block, text => listener(text, () => reader.lineTime));
	const open = (source: Source): void => {
		hooks.opened?.(source);
		reader.open({name: source.name, modified: source.modified});
	};
	counts?.turn('reading');
	try {
		const followed = await followedFile(settings);
		const [source] = sources;
		const result =
			followed !== null && source !== undefined
				? await ingestFollowed(
						{...source, path: followed},
						{open, lines, signal, onBytes: hooks.bytes, onCaughtUp: hooks.caughtUp, onRotation: hooks.rotated},
					)
				: await ingest(sources, {
						open,
						lines,
						stdin: hooks.io.stdin,
						signal,
						onWaiting: hooks.io.warn,
						onProgress(bytes) {
							hooks.bytes(bytes - read);
							read = bytes;
						},
					});
		reader.end();
		await ending?.();
		loader.end();
		// A screen has one beside a log that goes on.
		if (hooks.live === undefined) await giveThreadsFor(store, loader.added);
		await saveCoverage(store, summedCoverage([before, reader.coverage]));
		if (settings.db !== undefined) await noteUnread(store, result.unread, settings.now);
		counts?.turn(result.problems.length > 0 ? 'failed' : 'ended');
		return result;
	} catch (error) {
		counts?.turn('failed');
		throw error;
	} finally {
		clearInterval(ticking);
	}
}

/** Reads files into a store that nothing is remembered in: the report of a few files, kept in memory. */
async function loadFiles(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	{io, bytes, linesFrom, opened: onOpened, loaded, loadingMemory}: ReadingHooks,
	signal: AbortSignal,
): Promise<Read> {
	const problems: string[] = [];
	let opened = 0;
	const loader = await createBulkLoader(store, loadingMemory);
	const pipeline = await createPipeline({
		...readerOptions(settings),
		threads: threadsFor(sources, settings),
		states: null,
		async sessions(batch) {
			await loader.load(batch);
			loaded?.(batch.rows);
		},
	});
	linesFrom(() => pipeline.lines);
	try {
		for (const source of sources) {
			if (signal.aborted) break;
			onOpened?.(source);
			const file = {source, resume: beginning, growing: false, resumable: false};
			const parsed = await parseFile(pipeline, file, {io, signal, onBytes: bytes, parsed: async () => undefined});
			if (parsed.opened) opened++;
			if (parsed.problem !== null) problems.push(parsed.problem);
		}
		await saveCoverage(store, await pipeline.end());
	} finally {
		await pipeline.close();
		// Settings only; a database that has failed takes none any more.
		await loader.end().catch(() => undefined);
	}
	return {problems, opened};
}

async function importInto(
	store: Store,
	files: readonly Source[],
	settings: Settings,
	hooks: ReadingHooks,
	signal: AbortSignal,
): Promise<Read> {
	const {remembered, steps} = await prepareImport(store, false, {
		loadingMemory: hooks.loadingMemory,
		small: files.some(({journal}) => journal?.follow === true),
	});
	const {loaded, stored} = hooks;
	const counted = {
		...steps,
		async load(batch: Parameters<typeof steps.load>[0]) {
			await steps.load(batch);
			loaded?.(batch.rows);
		},
		turn(end: Parameters<typeof steps.turn>[0]) {
			const turning = steps.turn(end);
			turning.then(stored, () => undefined);
			return turning;
		},
	};
	try {
		const target = {remembered, steps: async () => counted};
		return await importFiles(target, files, settings, hooks.io, signal, hooks);
	} finally {
		await steps.end();
	}
}

/**
 * Reads each source the way that suits it. A database knows the files it has read, so they never go the live way there,
 * not even beside standard input, which is then read after them.
 */
export async function readSources(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	hooks: ReadingHooks,
	signal: AbortSignal,
): Promise<Read> {
	const streams = sources.filter(source => isStream(source, settings, hooks.live !== undefined));
	const files = sources.filter(source => !isStream(source, settings, hooks.live !== undefined));
	const none: Read = {problems: [], opened: 0};
	if (settings.db === undefined) {
		// A session may begin in a file and go on in standard input. A line listener of a report gets every line.
		const lineByLine = streams.length > 0 || (hooks.listener !== undefined && hooks.live === undefined);
		return lineByLine
			? readLive(store, sources, settings, hooks, signal)
			: loadFiles(store, files, settings, hooks, signal);
	}
	const imported = files.length > 0 ? await importInto(store, files, settings, hooks, signal) : none;
	const live = streams.length > 0 && !signal.aborted ? await readLive(store, streams, settings, hooks, signal) : none;
	return {problems: [...imported.problems, ...live.problems], opened: imported.opened + live.opened};
}
