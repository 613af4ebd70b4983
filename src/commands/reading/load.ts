import type {Io} from '../../cli/io.ts';
import {startProgress} from '../../cli/progress.ts';
import type {Settings} from '../../cli/settings.ts';
import {stopOnSignal} from '../../cli/stop.ts';
import {expand} from '../../ingest/sources/expand.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {expiredExceptions} from '../../policy/peer.ts';
import type {Policy} from '../../policy/policy.ts';
import {expiredText} from '../../report/text/sentences.ts';
import {isClickHouse, readServerAddress} from '../../store/clickhouse/server-address.ts';
import {readCoverage} from '../../store/coverage.ts';
import {judgeByPolicy} from '../../store/judgement.ts';
import {lackingOf} from '../../store/ledger/unread-logs.ts';
import {isThere, openDatabase} from '../../store/opening/open-database.ts';
import {openStore, type Store, type StoreOptions} from '../../store/store.ts';
import {followedFile} from './followed-file.ts';
import {nothingToRead} from './nothing-to-read.ts';
import {openJournal} from './open-journal.ts';
import {type LineListener, type LiveCounts, type Read, readSources} from './read-sources.ts';
import {type Reading, readingOf} from './reading.ts';
import {sessionsAsked} from './sessions-asked.ts';

export type Loaded = {
	readonly store: Store;
	/** Something could not be read; it has been said. */
	readonly incomplete: boolean;
	/** What that is, each a sentence without a full stop. */
	readonly problems: readonly string[];
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
	const {files, db, command, journal} = settings;
	if (journal !== undefined) return {sources: [await openJournal(journal.unit, false)], problems: []};
	// It may not be there yet, and is waited for, once there was one.
	await followedFile(settings);
	const noInput = io.inputIsDevice;
	if (files.length === 0 && db !== undefined && isThere(db) && (noInput || command !== 'show')) {
		if (!noInput) io.detail(`only ${db} is read; give - to add standard input`);
		return {sources: [], problems: []};
	}
	if (files.length === 0 && noInput)
		throw nothingToRead(db, ', or pipe a log in: tail -f /var/log/mail.log | tlsaudit');
	return expand(files);
}

/** Who looks at lines beside the parser, and who counts them. */
type Onlookers = {readonly listener?: LineListener | undefined; readonly counts?: LiveCounts | undefined};

/** Whether a source ends by itself: a signal is how others end, and what is left of this one is not judged. */
const hasEnd = ({path, size, journal}: Source, {follow}: Settings): boolean =>
	journal === undefined ? path !== null && size !== null && !follow : !journal.follow;

async function readInto(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	io: Io,
	onlookers: Onlookers,
): Promise<Read & {signal: number | null; interrupted: boolean}> {
	const stop = stopOnSignal();
	const progress = startProgress(sources, io);
	let last: Source | undefined;
	const onOpened = (source: Source): void => {
		last = source;
	};
	try {
		const hooks = {...progress, ...onlookers, opened: onOpened};
		const read = await readSources(store, sources, settings, hooks, stop.signal);
		const left = last === undefined ? sources : sources.slice(sources.indexOf(last));
		const interrupted = stop.number() !== null && left.some(source => hasEnd(source, settings));
		progress.stop();
		await store.checkpoint();
		// The text report has a section for them.
		if (settings.command !== 'show' && settings.command !== 'report')
			for (const notice of settings.privacy.shown(await readCoverage(store)).notices) io.warn(notice);
		return {...read, signal: stop.number(), interrupted};
	} finally {
		progress.stop();
		// After a signal the next one must still end the process at once.
		if (stop.number() === null) stop.release();
	}
}

/** Opens the store and says what that had to remove. */
async function opened(options: StoreOptions, io: Io): Promise<Store> {
	const {path} = options;
	const exposed = path !== undefined && isClickHouse(path) ? readServerAddress(path).exposed : null;
	if (exposed !== null) io.warn(exposed);
	const store = await openDatabase(options);
	if (store.repaired !== null) io.warn(store.repaired);
	return store;
}

/** Says what a store lacks, unless that was said of a file that was read now; gives what was said, and whether it lacks anything. */
function tellLacking(
	{lacking = null, remarks = []}: Store,
	said: readonly string[],
	settings: Settings,
	io: Io,
): {readonly lacks: boolean; readonly news: readonly string[]} {
	// The reports have a section for them.
	if (settings.command !== 'show' && settings.command !== 'report')
		for (const notice of settings.privacy.shown({notices: remarks}).notices) io.warn(notice.replace(/\.$/, ''));
	if (lacking === null) return {lacks: false, news: []};
	if (said.some(problem => lacking.includes(problem))) return {lacks: true, news: []};
	io.complain(lacking);
	return {lacks: true, news: [lacking]};
}

/** Opens the store, reads what is planned into it, and judges it. */
async function loadPlanned(
	{sources, problems}: Plan,
	settings: Settings,
	policy: Policy,
	io: Io,
	onlookers: Onlookers,
): Promise<Loaded> {
	const stored = settings.db !== undefined && isThere(settings.db);
	if (sources.length === 0 && problems.length > 0 && !stored)
		return {store: await openStore(), incomplete: true, problems, nothing: true, reading: unreadable, signal: null};
	const {db: path, write, passwordFile} = settings;
	const readOnly = stored && sources.length === 0 && !write;
	let store = await opened({path, readOnly, passwordFile, ...(await sessionsAsked(settings))}, io);
	try {
		let failed = problems.length > 0;
		const said: string[] = [];
		let read = 0;
		let signal: number | null = null;
		if (sources.length > 0) {
			const result = await readInto(store, sources, settings, io, onlookers);
			said.push(...result.problems);
			if (result.interrupted) said.push('interrupted: not all of the logs was read; run it again to judge all of them');
			for (const problem of said) io.complain(problem);
			failed ||= said.length > 0;
			read = result.opened;
			signal = result.signal;
			if (path !== undefined && !write) {
				await store.close();
				store = await opened({path, readOnly: true}, io);
			} else if (path !== undefined) store = {...store, ...(await lackingOf(store, path, false))};
		}
		const {lacks, news} = tellLacking(store, said, settings, io);
		failed ||= lacks;
		const unread = [...problems, ...said, ...news];
		await judgeByPolicy(store, policy, settings.asOf, settings.judging.failOn);
		const nothing = failed && read === 0 && !stored;
		if (nothing) return {store, incomplete: failed, problems: unread, nothing, reading: unreadable, signal};
		const reading = await readingOf(store, settings, sources);
		// Rows are no verdict, and a query of the user is not filtered.
		const rows = settings.command === 'sessions' || settings.command === 'sql';
		if (reading.nothing !== null && (reading.blind || !rows)) io.complain(reading.nothing);
		else if (reading.nothing !== null && settings.command === 'sessions') io.warn(reading.nothing);
		else if (reading.partly !== null) io.warn(reading.partly);
		return {store, incomplete: failed, problems: unread, nothing, reading, signal};
	} catch (error) {
		await store.close();
		throw error;
	}
}

/**
 * Opens the store, reads everything into it and judges it. A database that is only asked, or was brought up to date, is open
 * for reading afterwards, unless `sql` may write. Problems with single files are said on standard error at once;
 * throws when the run cannot go on (database locked, nothing named). The caller closes the store. A line listener gets every
 * line, unless a database is brought up to date, where lines known already are not read again.
 */
export async function load(settings: Settings, policy: Policy, io: Io, listener?: LineListener): Promise<Loaded> {
	const {expired} = settings.privacy.shown({expired: expiredExceptions(policy, settings.asOf)});
	for (const exception of expired) io.warn(`policy ${policy.name}: ${expiredText(exception)}`);
	const planned = await plan(settings, io);
	for (const problem of planned.problems) io.complain(problem);
	const metrics =
		settings.metrics === undefined
			? null
			: await (await import('./serve-metrics.ts')).serveMetrics(
					planned.sources,
					settings.metrics,
					settings,
					policy,
					io,
				);
	try {
		return await loadPlanned(planned, settings, policy, io, {listener, counts: metrics?.counts});
	} finally {
		await metrics?.close();
	}
}
