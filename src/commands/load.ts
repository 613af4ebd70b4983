import {existsSync} from 'node:fs';
import {expand} from '../ingest/expand.ts';
import {ingest, ingestFollowed} from '../ingest/ingest.ts';
import type {TakeLines} from '../ingest/live.ts';
import type {Source} from '../ingest/source.ts';
import {createReader} from '../log/reader.ts';
import type {Bytes} from '../log/reader-options.ts';
import {expiredText} from '../report/exception-text.ts';
import {readCoverage, saveCoverage} from '../store/account.ts';
import {createLoader} from '../store/load.ts';
import {judgeByPolicy} from '../store/policy-judgement.ts';
import {openStore, type Store, type StoreOptions} from '../store/store.ts';
import {summedCoverage} from '../tls/coverage.ts';
import {didYouMean} from '../tls/nearest.ts';
import {expiredExceptions} from '../tls/peer.ts';
import type {Policy} from '../tls/policy.ts';
import {followedFile} from './followed-file.ts';
import {importFiles} from './import-files.ts';
import {prepareImport} from './import-store.ts';
import type {Io} from './io.ts';
import {loadFiles} from './load-files.ts';
import {nothingToRead} from './nothing-to-read.ts';
import {type Progress, startProgress} from './progress.ts';
import {type Reading, readingOf} from './reading.ts';
import {readerOptions, type Settings} from './settings.ts';
import {stopOnSignal} from './stop.ts';

/** How often a live log's finished sessions are made visible. */
const tickMs = 1000;
const newline = 10;
const carriageReturn = 13;

export type Loaded = {
	readonly store: Store;
	/** Something could not be read; it has been said. */
	readonly incomplete: boolean;
	/** Nothing at all could be read: there is nothing to report. */
	readonly nothing: boolean;
	/** Whether there is something to judge; what is to be said of it has been said on standard error. */
	readonly reading: Reading;
	readonly signal: number | null;
};

/** What could not be read has been said, file by file. */
const unreadable: Reading = {blind: true, nothing: 'nothing could be read', partly: null};

type Plan = {readonly sources: readonly Source[]; readonly problems: readonly string[]};

/** What is read: FILE arguments, standard input, or with a database and none of them nothing at all. */
async function plan(settings: Settings, io: Io): Promise<Plan> {
	const {files, db, command} = settings;
	// It may not be there yet, and is waited for, once there was one.
	await followedFile(settings);
	const noInput = io.inputIsDevice;
	if (files.length === 0 && db !== undefined && existsSync(db) && (noInput || command !== 'show')) {
		if (!noInput) io.detail(`only ${db} is read; give - to add standard input`);
		return {sources: [], problems: []};
	}
	if (files.length === 0 && noInput)
		throw nothingToRead(db, ', or pipe a log in: tail -f /var/log/mail.log | tlsaudit');
	const found = await expand(files);
	const {commandWords} = await import('../flags.ts');
	const first = files[0] ?? '';
	// `tlsaudit reprot mail.log`: the mistyped command was taken for a file.
	const hint = command === 'show' && /^[a-z]+$/.test(first) ? didYouMean(first, commandWords) : '';
	return {
		sources: found.sources,
		problems: found.problems.map(each =>
			hint !== '' && each.startsWith(`${first}: no such file`) ? `${first}: no such file or command${hint}` : each,
		),
	};
}

type Read = {problems: string[]; opened: number};
/** Sees each line after the parser; `time` tells when it was written, ms since 1970 UTC. */
export type Onlooker = (text: string, time: () => number | null) => void;

/** Hands lines on one by one, and shows each to `look` when it was read. */
function lookedOn(take: TakeLines, look: (text: string) => void): TakeLines {
	return (bytes, from, to) => {
		for (let at = from; at < to; ) {
			const end = bytes.indexOf(newline, at) + 1;
			take(bytes, at, end);
			look(bytes.toString('utf8', at, bytes[end - 2] === carriageReturn ? end - 2 : end - 1));
			at = end;
		}
	};
}

/** Standard input, and files named beside it: line by line, visible as it comes. */
async function readLive(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	progress: Progress,
	signal: AbortSignal,
	onlooker?: Onlooker,
): Promise<Read> {
	const held = await readCoverage(store);
	const loader = await createLoader(store);
	const reader = createReader(loader.add, readerOptions(settings));
	progress.linesFrom(() => reader.coverage.lines);
	let read = 0;
	// The reader is told no time: what nobody sees before the end must not hang on how fast it comes.
	const ticking = setInterval(() => loader.flush(), tickMs);
	try {
		const block: TakeLines = (bytes, from, to) => reader.block(bytes as unknown as Bytes, from, to);
		const lines = onlooker === undefined ? block : lookedOn(block, text => onlooker(text, () => reader.lineTime));
		const followed = await followedFile(settings);
		const [source] = sources;
		const open = ({name, modified}: Source): void => reader.open({name, modified});
		const result =
			followed !== null && source !== undefined
				? await ingestFollowed({...source, path: followed}, {open, lines, signal, onBytes: progress.bytes})
				: await ingest(sources, {
						open,
						lines,
						stdin: progress.io.stdin,
						signal,
						onWaiting: progress.io.warn,
						onProgress(bytes) {
							progress.bytes(bytes - read);
							read = bytes;
						},
					});
		reader.end();
		loader.end();
		await saveCoverage(store, summedCoverage([held, reader.coverage]));
		return result;
	} finally {
		clearInterval(ticking);
	}
}

async function importInto(
	store: Store,
	files: readonly Source[],
	settings: Settings,
	progress: Progress,
	signal: AbortSignal,
): Promise<Read> {
	const {remembered, steps} = await prepareImport(store);
	try {
		return await importFiles({remembered, steps: async () => steps}, files, settings, progress.io, signal, progress);
	} finally {
		await steps.end();
	}
}

/**
 * Reads each source the way that suits it. A database knows the files it has read, so they never go the live way there,
 * not even beside standard input, which is then read after them.
 */
async function readAll(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	progress: Progress,
	signal: AbortSignal,
	onlooker?: Onlooker,
): Promise<Read> {
	const isStream = ({path, size}: Source): boolean => path === null || (settings.follow && size !== null);
	const streams = sources.filter(isStream);
	const files = sources.filter(source => !isStream(source));
	if (settings.db === undefined)
		return streams.length > 0 || onlooker !== undefined
			? readLive(store, sources, settings, progress, signal, onlooker)
			: loadFiles(store, files, settings, progress.io, signal, progress);
	const none: Read = {problems: [], opened: 0};
	const imported = files.length > 0 ? await importInto(store, files, settings, progress, signal) : none;
	const live =
		streams.length > 0 && !signal.aborted ? await readLive(store, streams, settings, progress, signal) : none;
	return {problems: [...imported.problems, ...live.problems], opened: imported.opened + live.opened};
}

async function readInto(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	io: Io,
	onlooker?: Onlooker,
): Promise<Read & {signal: number | null}> {
	const stop = stopOnSignal();
	const progress = startProgress(sources, io);
	try {
		const read = await readAll(store, sources, settings, progress, stop.signal, onlooker);
		progress.stop();
		await store.checkpoint();
		// The text report has a section for them.
		if (settings.command !== 'show' && settings.command !== 'report')
			for (const notice of (await readCoverage(store)).notices) io.warn(notice);
		return {...read, signal: stop.number()};
	} finally {
		progress.stop();
		// After a signal the next one must still end the process at once.
		if (stop.number() === null) stop.release();
	}
}

/** Opens the store and says what that had to remove. */
async function opened(options: StoreOptions, io: Io): Promise<Store> {
	const store = await openStore(options);
	if (store.mended !== null) io.warn(store.mended);
	return store;
}

/**
 * Opens the store, reads everything into it and judges it. A database that is only asked, or was brought up to date, is open
 * for reading afterwards, unless `sql` may write. Problems with single files are said on standard error at once;
 * throws when the run cannot go on (database locked, nothing named). The caller closes the store. An onlooker sees every
 * line, unless a database is brought up to date, where lines known already are not read again.
 */
export async function load(settings: Settings, policy: Policy, io: Io, onlooker?: Onlooker): Promise<Loaded> {
	for (const exception of expiredExceptions(policy, settings.now))
		io.warn(`policy ${policy.name}: ${expiredText(exception)}`);
	const {sources, problems} = await plan(settings, io);
	for (const problem of problems) io.complain(problem);
	const stored = settings.db !== undefined && existsSync(settings.db);
	if (sources.length === 0 && problems.length > 0 && !stored)
		return {store: await openStore(), incomplete: true, nothing: true, reading: unreadable, signal: null};
	const {db: path, write} = settings;
	let store = await opened({path, readOnly: stored && sources.length === 0 && !write}, io);
	try {
		let failed = problems.length > 0;
		let read = 0;
		let signal: number | null = null;
		if (sources.length > 0) {
			const result = await readInto(store, sources, settings, io, onlooker);
			for (const problem of result.problems) io.complain(problem);
			failed ||= result.problems.length > 0;
			read = result.opened;
			signal = result.signal;
			if (path !== undefined && !write) {
				await store.close();
				store = await opened({path, readOnly: true}, io);
			}
		}
		await judgeByPolicy(store, policy, settings.now);
		const nothing = failed && read === 0 && !stored;
		if (nothing) return {store, incomplete: failed, nothing, reading: unreadable, signal};
		const reading = await readingOf(store, settings, sources);
		// Rows are no verdict, and a question of the user's own is not narrowed.
		const rows = settings.command === 'sessions' || settings.command === 'sql';
		if (reading.nothing !== null && (reading.blind || !rows)) io.complain(reading.nothing);
		else if (reading.nothing !== null && settings.command === 'sessions') io.warn(reading.nothing);
		else if (reading.partly !== null) io.warn(reading.partly);
		return {store, incomplete: failed, nothing, reading, signal};
	} catch (error) {
		await store.close();
		throw error;
	}
}
