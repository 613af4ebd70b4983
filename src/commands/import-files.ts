import {type CrewSnapshot, createCrew} from '../batch/crew.ts';
import {fingerprint, hashOf, tailHash} from '../ingest/fingerprint.ts';
import type {Source} from '../ingest/source.ts';
import {readCoverage, writeCoverage} from '../store/account.ts';
import {createBulkLoader} from '../store/bulk-load.ts';
import {dropOpenSessions, type LedgerEntry, readLedger, writeLedger} from '../store/ledger.ts';
import type {Store} from '../store/store.ts';
import {summedCoverage, without} from '../tls/coverage.ts';
import type {Io} from './io.ts';
import {threadsFor} from './load-files.ts';
import {parseFile} from './parse-files.ts';
import {type Recognised, recognise} from './recognise.ts';
import type {Settings} from './settings.ts';

/** Text after which what was read is made safe: one transaction a step. */
const stepBytes = 192 << 20;

export type ImportedFiles = {
	readonly problems: string[];
	readonly opened: number;
	/** Files in which nothing new was found. */
	readonly unchanged: number;
};

/** A file by its last rotated name is not written to any more: `mail.log.1`, `mail.log-20261101`. */
function isRotated(name: string): boolean {
	return /[.-]\d+(?:-\d\d-\d\d)?$/.test(name);
}

/**
 * Reads files into a database that remembers them: a file that was read before adds nothing, one that grew only its tail,
 * wherever it stands and whatever it is called now. Sessions, the place in the file, and the parser's state are written in
 * one transaction a step, so that a run that was killed is a run that ended at its last step.
 */
export async function importFiles(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	io: Io,
	signal: AbortSignal,
	onBytes: (count: number) => void,
): Promise<ImportedFiles> {
	const problems: string[] = [];
	let opened = 0;
	let unchanged = 0;
	const ledger = await readLedger(store);
	const entries = [...ledger.entries];
	const loader = await createBulkLoader(store);
	const {zone, year, ports, now} = settings;
	let stepping = false;

	/** Sessions that were open are told anew, or have ended: what the last step said of them goes first. */
	async function begin(): Promise<void> {
		if (stepping) return;
		stepping = true;
		await store.run('begin');
		await dropOpenSessions(store);
	}

	const crew = createCrew({
		zone,
		ports,
		now,
		...(year === undefined ? {} : {year}),
		threads: threadsFor(sources, settings),
		state: ledger.states,
		sessions: batch => loader.load(batch),
	});

	// A database may hold sessions of a live log, too, whose lines the parser's state does not know of.
	const others = without(await readCoverage(store), (await crew.snapshot()).coverage);

	async function commit(snapshot: CrewSnapshot): Promise<void> {
		for (const open of snapshot.open) await loader.load(open, 'open_sessions');
		await store.run('insert into sessions select * from open_sessions');
		await writeLedger(store, {entries, states: [...snapshot.state]});
		await writeCoverage(store, summedCoverage([others, snapshot.coverage]));
		await store.run('commit');
		stepping = false;
	}

	function remember(known: Recognised, entry: LedgerEntry): void {
		const at = known.entry ? entries.indexOf(known.entry) : -1;
		if (at >= 0) entries[at] = entry;
		else entries.push(entry);
		known.entry = entry;
	}

	async function importFile(source: Source): Promise<void> {
		const print = await fingerprint(source);
		const known = await recognise(source, print, entries);
		if (known.unchanged) {
			unchanged++;
			io.detail(`${source.name}: nothing new${known.entry ? ` (read before as ${known.entry.name})` : ''}`);
			return;
		}
		const resume = {offset: known.entry?.offset ?? 0, lines: known.entry?.lines ?? 0};
		const entryAt = async (offset: number, lines: number, complete: boolean): Promise<LedgerEntry> => ({
			name: source.name,
			headLength: print?.head.length ?? 0,
			headHash: hashOf(print?.head ?? new Uint8Array()),
			offset,
			lines,
			tailHash: print && !print.packed && source.path !== null ? ((await tailHash(source.path, offset)) ?? null) : null,
			stored: complete ? (print?.stored ?? null) : null,
		});
		let sinceStep = 0;
		await begin();
		const growing = print !== undefined && !print.packed && !isRotated(source.name);
		const parsed = await parseFile(
			crew,
			{source, resume, growing},
			{
				io,
				signal,
				onBytes,
				async parsed(offset, bytes) {
					sinceStep += bytes;
					if (sinceStep < stepBytes) return;
					sinceStep = 0;
					const snapshot = await crew.snapshot();
					if (print) remember(known, await entryAt(offset, snapshot.line, false));
					await commit(snapshot);
					await begin();
				},
			},
		);
		if (parsed.problem !== null) problems.push(parsed.problem);
		if (!parsed.opened) return;
		opened++;
		if (!print || print.head.length === 0) return;
		const {line} = await crew.snapshot();
		const complete = parsed.problem === null && !signal.aborted;
		remember(known, await entryAt(parsed.offset, line, complete));
	}

	try {
		for (const source of sources) {
			if (signal.aborted) break;
			await importFile(source);
		}
		if (stepping) await commit(await crew.snapshot());
	} catch (error) {
		// What the step had done is undone; the steps before stay.
		if (stepping) await store.run('rollback').catch(() => undefined);
		throw error;
	} finally {
		await crew.close();
		loader.end();
	}
	return {problems, opened, unchanged};
}
