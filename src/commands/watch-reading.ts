import {existsSync} from 'node:fs';
import {setFlagsFromString} from 'node:v8';
import {follow} from '../ingest/follow.ts';
import {ingest} from '../ingest/ingest.ts';
import {readLines} from '../ingest/live.ts';
import {createLineRing, type Found, type LineIndex, readLinesAgain} from '../ingest/raw-lines.ts';
import type {Source} from '../ingest/source.ts';
import {createReader} from '../log/reader.ts';
import type {Bytes} from '../log/reader-options.ts';
import {readCoverage, saveCoverage} from '../store/account.ts';
import {createLoader, type Loader} from '../store/load.ts';
import {createSessionJudge} from '../store/screens/live-judgement.ts';
import {createLiveLoader} from '../store/screens/live-loader.ts';
import {createRetention} from '../store/screens/retention.ts';
import {storedSessions} from '../store/screens/stored-sessions.ts';
import {openStore, type Store} from '../store/store.ts';
import {type Coverage, emptyCoverage, summedCoverage} from '../tls/coverage.ts';
import type {Policy} from '../tls/policy.ts';
import type {Session} from '../tls/session.ts';
import type {Io} from './io.ts';
import {keepAll, liveKeep, readKeep} from './keep.ts';
import {readerOptions, type Settings} from './settings.ts';
import type {WatchPlan} from './watch-plan.ts';

type RawLines = {readonly from: number; readonly lines: readonly string[]; readonly problem: string | null};

/** What is being read, and the store it goes to. */
export type Watching = {
	/** In memory, filled by `createLiveLoader`. */
	readonly store: Store;
	/** What opening the database had to remove, as a sentence; null when it was whole. */
	readonly mended: string | null;
	/** Changes with every session that becomes visible. */
	readonly version: () => number;
	readonly progress: () => {
		readonly phase: 'reading' | 'live' | 'ended';
		readonly lines: number;
		readonly share: number | null;
		readonly sessions: number;
		readonly source: string;
		readonly problems: readonly string[];
	};
	readonly coverage: () => Coverage;
	readonly rawLines: (source: string, first: number, last: number, around: number) => Promise<RawLines>;
	/** Ends reading and lets go of the stores; gives whether all could be read. */
	readonly stop: () => Promise<{readonly incomplete: boolean}>;
};

/** What comes but once: standard input, pipes, devices. */
const isStream = ({size}: Source): boolean => size === null;

/** How often sessions become visible. */
const flushMs = 500;
/** How often the wall clock lets finished sessions go when no lines come. */
const tickMs = 1000;
/** Raw lines kept of input that cannot be read again. */
const ringBytes = 24 << 20;
/** More lines than a person reads are cut from the middle of a session. */
const mostRaw = 2000;

/**
 * Begins to read what the command line names: archives, standard input, a followed file, the sessions of a database.
 * Throws one sentence when the database cannot be opened.
 */
export async function openWatching(
	settings: Settings,
	policy: Policy,
	io: Io,
	{sources, problems: planned, followed}: WatchPlan,
): Promise<Watching> {
	const live = followed !== null || sources.some(isStream);
	const keep = settings.liveKeep === undefined ? (live ? liveKeep : keepAll) : readKeep(settings.liveKeep);
	// A log that streams in leaves garbage that V8 would let grow to three times what lives: measured, 70 MB at no cost.
	if (live) setFlagsFromString('--heap-growing-percent=20');
	const {db} = settings;
	const readOnly = db !== undefined && existsSync(db) && sources.length === 0 && followed === null;
	const held = db === undefined ? null : await openStore({path: db, readOnly});
	// An archive may be larger than a live screen's day; either way DuckDB writes to a temporary folder beyond its limit.
	const store = await openStore({memoryLimit: live ? '256MB' : '400MB'});
	// Reading has the first core; a screen's questions are small, and more threads are more memory.
	await store.run('set threads = 2');
	const loader = await createLiveLoader(store, createSessionJudge(policy, Date.now));
	const retention = createRetention(store, loader, keep);
	const stop = new AbortController();
	const ring = createLineRing(live ? ringBytes : 0);
	const places: LineIndex = new Map();
	const paths = new Map(sources.flatMap(({name, path}) => (path === null ? [] : [[name, path] as const])));
	const streams = new Set(sources.filter(isStream).map(({name}) => name));
	if (followed !== null) paths.set(followed, followed);
	const problems = [...planned];
	const size = sources.reduce((sum, each) => sum + (each.size ?? 0), 0);
	let stored: Coverage = emptyCoverage();
	let bytes = 0;
	let phase: 'reading' | 'live' | 'ended' = 'reading';
	let source = followed ?? sources[0]?.name ?? settings.db ?? '';
	let rotated = false;
	/** What is waited for, as a sentence. */
	let waiting: string | null = null;
	let file: Loader | null = null;

	const take = (session: Session): void => {
		loader.add(session);
		file?.add(session);
	};
	const reader = createReader(take, readerOptions(settings));

	async function readAll(): Promise<void> {
		if (held !== null) {
			stored = await readCoverage(held);
			for await (const sessions of storedSessions(held)) {
				if (stop.signal.aborted) return;
				for (const session of sessions) loader.add(session);
			}
			if (!readOnly) file = await createLoader(held);
			// All of it is read: an import need not wait until the screen is closed.
			else await held.close();
		}
		if (followed !== null) await readFollowed(followed);
		else if (sources.length > 0) await readSources();
	}

	async function readSources(): Promise<void> {
		let ringed = false;
		const result = await ingest(sources, {
			open(opened) {
				const {name, modified} = opened;
				source = name;
				ringed = isStream(opened);
				if (ringed) phase = 'live';
				reader.open({name, modified});
			},
			lines(bytes, from, to) {
				if (ringed) ring.add(bytes, from, to);
				reader.block(bytes as unknown as Bytes, from, to);
			},
			stdin: io.stdin,
			signal: stop.signal,
			onWaiting(sentence) {
				waiting = sentence;
			},
			onProgress(count) {
				waiting = null;
				bytes = count;
			},
		});
		problems.push(...result.problems);
	}

	async function readFollowed(path: string): Promise<void> {
		reader.open({name: path, modified: Date.now()});
		const chunks = follow(path, {
			signal: stop.signal,
			onCaughtUp() {
				phase = 'live';
			},
			onRotation() {
				// Lines are counted on, so that a line's number stays its own; the file no longer has it in that place.
				rotated = true;
			},
		});
		const damage = await readLines(chunks, (bytes, from, to) => {
			ring.add(bytes, from, to);
			reader.block(bytes as unknown as Bytes, from, to);
		});
		if (damage !== null) problems.push(`${path}: ${(damage as Error).message}`);
	}

	const flushing = setInterval(() => {
		loader.flush();
		retention.step();
	}, flushMs);
	// What a first screen needs is there at once.
	const early = [60, 150, 300].map(ms => setTimeout(() => loader.flush(), ms));
	const ticking = live ? setInterval(() => reader.tick(Date.now()), tickMs) : undefined;
	const reading = readAll()
		.catch((error: Error) => {
			problems.push(error.message);
		})
		.then(() => {
			reader.end();
			loader.flush();
			phase = 'ended';
		});

	async function rawLines(name: string, first: number, last: number, around: number): Promise<RawLines> {
		const from = Math.max(1, first - around);
		const to = Math.min(last + around, from + mostRaw);
		const none = (problem: string): RawLines => ({from, lines: [], problem});
		if (streams.has(name) || (name === followed && rotated)) {
			const found = ring.get(from, to) ?? ring.get(first, to);
			return found === null
				? none('These lines came from a pipe or from a file that was rotated, and are no longer kept.')
				: {...found, problem: null};
		}
		try {
			const found: Found = await readLinesAgain(paths.get(name) ?? name, from, to, places);
			return {...found, problem: found.lines.length === 0 ? `${name}: has no line ${first} any more` : null};
		} catch (error) {
			return none(`${name}: the lines cannot be read again: ${(error as Error).message}`);
		}
	}

	let stopping: Promise<{incomplete: boolean}> | null = null;
	async function close(): Promise<{incomplete: boolean}> {
		stop.abort();
		if (!io.stdin.isTTY) io.stdin.destroy();
		clearInterval(ticking);
		for (const timer of early) clearTimeout(timer);
		await reading;
		clearInterval(flushing);
		await retention.idle();
		loader.end();
		await store.close();
		if (held !== null) {
			if (file !== null) {
				file.end();
				await saveCoverage(held, summedCoverage([stored, reader.coverage]));
				await held.checkpoint();
			}
			await held.close();
		}
		return {incomplete: problems.length > 0};
	}

	return {
		store,
		mended: held?.mended ?? null,
		version: () => loader.added - loader.waiting,
		progress: () => ({
			phase,
			lines: reader.coverage.lines,
			share: size > 0 && phase === 'reading' ? Math.min(1, bytes / size) : null,
			sessions: loader.added,
			source: waiting ?? source,
			problems,
		}),
		coverage: () => summedCoverage([stored, reader.coverage]),
		rawLines,
		stop() {
			stopping ??= close();
			return stopping;
		},
	};
}
