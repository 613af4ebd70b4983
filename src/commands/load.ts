import {existsSync} from 'node:fs';
import {expand} from '../ingest/expand.ts';
import {ingest} from '../ingest/ingest.ts';
import type {Source} from '../ingest/source.ts';
import {createReader} from '../log/reader.ts';
import {addCoverage, readCoverage, saveCoverage} from '../store/account.ts';
import {judgeSessions} from '../store/judgement.ts';
import {createLoader} from '../store/load.ts';
import {knownSources} from '../store/queries.ts';
import {openStore, type Store} from '../store/store.ts';
import {judge} from '../tls/judge.ts';
import {didYouMean} from '../tls/nearest.ts';
import type {Policy} from '../tls/policy.ts';
import type {Io} from './io.ts';
import type {Settings} from './settings.ts';
import {stopOnSignal} from './stop.ts';

/** How often a live log's finished sessions are let go and made visible. */
const tickMs = 1000;

export type Loaded = {
	readonly store: Store;
	/** Something could not be read; it has been said. */
	readonly incomplete: boolean;
	/** Nothing at all could be read: there is nothing to report. */
	readonly nothing: boolean;
	readonly signal: number | null;
};

type Plan = {readonly sources: readonly Source[]; readonly problems: readonly string[]};

/** What is read: FILE arguments, standard input, or with a database and none of them nothing at all. */
async function plan({files, db, command}: Settings, io: Io): Promise<Plan> {
	const fromTerminal = io.stdin.isTTY === true;
	if (files.length === 0 && db !== undefined && existsSync(db) && (fromTerminal || command !== 'show')) {
		if (!fromTerminal) io.detail(`only ${db} is read; give - to add standard input`);
		return {sources: [], problems: []};
	}
	if (files.length === 0 && fromTerminal)
		throw new Error('nothing to read; name log files, or pipe a log in: tail -f /var/log/mail.log | tlsaudit');
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

async function readInto(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	io: Io,
): Promise<{problems: string[]; opened: number; signal: number | null}> {
	const held = await readCoverage(store);
	const loader = await createLoader(store);
	const {zone, year, ports, now, command} = settings;
	const reader = createReader(loader.add, {zone, ports, now, ...(year === undefined ? {} : {year})});
	const stop = stopOnSignal();
	const live = sources.some(({path}) => path === null);
	const ticking = live
		? setInterval(() => {
				reader.tick(Date.now());
				loader.flush();
			}, tickMs)
		: undefined;
	try {
		const result = await ingest(sources, {
			open: ({name, modified}) => reader.open({name, modified}),
			line: text => reader.line(text),
			stdin: io.stdin,
			signal: stop.signal,
		});
		reader.end();
		loader.end();
		await saveCoverage(store, addCoverage(held, reader.coverage));
		await store.checkpoint();
		// The text report has a section for them.
		if (command !== 'show' && command !== 'report') for (const notice of reader.coverage.notices) io.warn(notice);
		return {...result, signal: stop.number()};
	} finally {
		clearInterval(ticking);
		// After a signal the next one must still end the process at once.
		if (stop.number() === null) stop.release();
	}
}

/**
 * Opens the store, reads everything into it and judges it. Problems with single files are said on standard error at once;
 * throws when the run cannot go on (database locked, nothing named). The caller closes the store.
 */
export async function load(settings: Settings, policy: Policy, io: Io): Promise<Loaded> {
	if (policy.exceptions.length > 0 || policy.destinations.length > 0)
		io.warn(`policy ${policy.name}: exceptions and destinations are not applied yet; all findings are shown`);
	const {sources, problems} = await plan(settings, io);
	for (const problem of problems) io.complain(problem);
	const stored = settings.db !== undefined && existsSync(settings.db);
	if (sources.length === 0 && problems.length > 0 && !stored)
		return {store: await openStore(), incomplete: true, nothing: true, signal: null};
	const store = await openStore({path: settings.db});
	try {
		const twice = await knownSources(
			store,
			sources.filter(({path}) => path !== null).map(({name}) => name),
		);
		if (twice.length > 0)
			throw new Error(`${twice[0]}: is in ${settings.db} already; leave it out, or begin a new database file`);
		let failed = problems.length > 0;
		let opened = 0;
		let signal: number | null = null;
		if (sources.length > 0) {
			const result = await readInto(store, sources, settings, io);
			for (const problem of result.problems) io.complain(problem);
			failed ||= result.problems.length > 0;
			opened = result.opened;
			signal = result.signal;
		}
		await judgeSessions(store, handshake => judge(handshake, policy));
		return {store, incomplete: failed, nothing: failed && opened === 0 && !stored, signal};
	} catch (error) {
		await store.close();
		throw error;
	}
}
