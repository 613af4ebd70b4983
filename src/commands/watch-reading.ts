import {setFlagsFromString} from 'node:v8';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import type {Source} from '../ingest/sources/source.ts';
import {type Coverage, summedCoverage} from '../model/coverage.ts';
import {readCoverage} from '../store/coverage.ts';
import {lackingOf} from '../store/ledger/unread-logs.ts';
import type {Loader} from '../store/load.ts';
import {onlyRead} from '../store/opening/only-read.ts';
import {isThere, openDatabase} from '../store/opening/open-database.ts';
import {countSessions} from '../store/retention/prune.ts';
import {createRetention, type Retention} from '../store/retention/retention.ts';
import type {Store} from '../store/store.ts';
import type {Progress} from '../ui/screen-data.ts';
import {createLinesAgain, type LinesAgain} from './raw-lines.ts';
import {type LiveCounts, type LiveReading, type ReadingHooks, readSources} from './reading/read-sources.ts';
import {groupsQuestion, usualBins} from './screen-questions.ts';
import {sourceInWords, type WatchPlan} from './watch-plan.ts';

/** What is being read, and the store it goes to. */
export type Watching = {
	/** In memory, or the database itself. */
	readonly store: Store;
	/** What opening the database had to remove, as a sentence; null when it was whole. */
	readonly repaired: string | null;
	/** Changes with every session, and every line about held mail, that becomes visible. */
	readonly version: () => number;
	readonly progress: () => Progress;
	readonly coverage: () => Promise<Coverage>;
	readonly rawLines: LinesAgain['rawLines'];
	/** `deleted` is called when rows of the store were deleted. */
	readonly onDeleted: (deleted: () => void) => void;
	/** Ends reading and closes the store; returns whether all could be read. */
	readonly stop: () => Promise<{readonly incomplete: boolean}>;
};

/** What comes but once: standard input, pipes, devices. */
const isStream = ({size}: Source): boolean => size === null;

/** How often sessions become visible. Each time costs the same, however few they are, and so do the queries that follow: once a second halves both. */
const flushMs = 1000;
/** Moments at which the first of them do, so that a first screen is there at once. */
const earlyMs = [60, 150, 300];
/** How often the wall clock closes finished sessions when no lines come. */
const tickMs = 1000;
/** What DuckDB may take; a live screen runs for weeks beside other programs. Beyond it, it writes to a temporary directory. */
const liveMemory = '256MB';
const archiveMemory = '400MB';

/** Begins what a screen does beside a live log: makes sessions visible, ends those in silence, keeps the store small. */
function attend({reader, loader}: LiveReading, retention: Retention, ticks: boolean): () => Promise<void> {
	const flushing = setInterval(() => {
		loader.flush();
		retention.step();
	}, flushMs);
	const early = earlyMs.map(ms => setTimeout(() => loader.flush(), ms));
	const ticking = ticks ? setInterval(() => reader.tick(Date.now()), tickMs) : undefined;
	return async () => {
		clearInterval(flushing);
		clearInterval(ticking);
		for (const timer of early) clearTimeout(timer);
		await retention.idle();
	};
}

/**
 * Begins to read what the command line names into a store in memory, or into the database, which is asked where it lies and only
 * read where nothing is added to it. Throws one sentence when the database cannot be opened. It is one long function, as all that
 * the screen shows of reading changes while it goes on.
 */
export async function openWatching(
	settings: Settings,
	io: Io,
	{sources, problems: planned, followed, isMachineLog}: WatchPlan,
	counts?: LiveCounts,
	bins = usualBins,
): Promise<Watching> {
	const live = followed !== null || sources.some(isStream);
	// A log that streams in leaves garbage that V8 would let grow to three times what lives: measured, 70 MB at no cost.
	if (live) setFlagsFromString('--heap-growing-percent=20');
	const {db, passwordFile} = settings;
	const readOnly = db !== undefined && isThere(db) && sources.length === 0;
	const memoryLimit = live ? liveMemory : archiveMemory;
	// A lake and a server are tallied where they lie; there is nothing to be seen of a database, which is asked itself.
	const isTallied = readOnly && db !== undefined && onlyRead(db) !== null;
	const tally = isTallied ? await groupsQuestion(settings.filter, {bins, zone: settings.zone}) : undefined;
	const store = await openDatabase({path: db, readOnly, memoryLimit, passwordFile, tally, asksAgain: true});
	// Reading has the first core; a screen's queries are small, and more threads are more memory. Beside a log that goes on for
	// weeks one is enough: two take a seventh more of the processor for the same rows.
	if (sources.length > 0) await store.read(`set threads = ${live ? 1 : 2}`);
	const stop = new AbortController();
	const raw = createLinesAgain(sources, followed, live, settings);
	const problems: string[] = [...planned];
	/** What the store lacks; reading may mend it. */
	let lacking = store.lacking ?? null;
	const allProblems = (): readonly string[] =>
		lacking === null || problems.some(problem => lacking?.includes(problem)) ? problems : [...problems, lacking];
	const size = sources.reduce((sum, each) => sum + (each.size ?? 0), 0);
	const before = db === undefined ? 0 : (store.tally?.sessions ?? (await countSessions(store)));
	let bytes = 0;
	let loaded = 0;
	let lines = (): number => 0;
	let loader: Loader | null = null;
	let reader: LiveReading['reader'] | null = null;
	let phase: Progress['phase'] = sources.length === 0 ? 'ended' : 'reading';
	let source = sourceInWords({isMachineLog}, sources[0]?.name ?? db ?? '');
	/** Rises when rows may have become visible that nobody counted. */
	let steps = 0;
	/** What is waited for, as a sentence. */
	let waiting: string | null = null;
	let deleted: () => void = () => undefined;

	const hooks: ReadingHooks = {
		io: {
			...io,
			warn(sentence) {
				waiting = sentence;
			},
			complain: sentence => void problems.push(sentence),
			detail: () => undefined,
		},
		bytes(more) {
			waiting = null;
			bytes += more;
		},
		linesFrom(counted) {
			const linesBefore = lines();
			lines = () => linesBefore + counted();
		},
		raw: live ? raw.add : undefined,
		counts,
		opened(opened) {
			source = sourceInWords({isMachineLog}, opened.name);
			if (isStream(opened)) phase = 'live';
		},
		loaded(sessions) {
			loaded += sessions;
		},
		stored() {
			steps += 1;
		},
		live(reading) {
			({loader, reader} = reading);
			// A database keeps all; an archive read line by line beside a pipe is no more than a live log.
			const retention = createRetention(store, reading.loader, db === undefined ? settings.remember : null, () =>
				deleted(),
			);
			return attend(reading, retention, live);
		},
		caughtUp() {
			phase = 'live';
		},
		rotated: raw.rotated,
		loadingMemory: memoryLimit,
	};

	async function read(): Promise<void> {
		if (sources.length === 0) return;
		const result = await readSources(store, sources, settings, hooks, stop.signal);
		problems.push(...result.problems);
		// Packed rows are asked faster, and what a database was given is in its file.
		await store.checkpoint();
		if (db !== undefined) ({lacking} = await lackingOf(store, db, false));
	}

	const reading = read()
		.catch((error: Error) => {
			problems.push(error.message);
		})
		.then(() => {
			reader = null;
			phase = 'ended';
			if (sources.length > 0) steps += 1;
		});

	let stopping: Promise<{incomplete: boolean}> | null = null;
	async function close(): Promise<{incomplete: boolean}> {
		stop.abort();
		if (!io.stdin.isTTY) io.stdin.destroy();
		await reading;
		await store.close();
		return {incomplete: allProblems().length > 0};
	}

	return {
		store,
		repaired: store.repaired,
		version: () => before + loaded + steps + (loader === null ? 0 : loader.added - loader.waiting + loader.heldLines),
		progress: () => ({
			phase: store.tally?.isAsking() === true ? 'reading' : phase,
			lines: lines(),
			share: size > 0 && phase === 'reading' ? Math.min(1, bytes / size) : null,
			sessions: before + loaded + (loader?.added ?? 0),
			source: waiting ?? source,
			problems: allProblems(),
		}),
		async coverage() {
			const {notices, ...counts} = await readCoverage(store);
			const stored = {...counts, notices: [...notices, ...(store.remarks ?? [])]};
			if (reader !== null) return summedCoverage([stored, reader.coverage]);
			if (phase === 'ended' || db !== undefined) return stored;
			return {...stored, lines: lines(), notices: [...stored.notices, 'lines are counted by kind when all is read']};
		},
		rawLines: raw.rawLines,
		onDeleted(listener) {
			deleted = listener;
		},
		stop() {
			stopping ??= close();
			return stopping;
		},
	};
}
