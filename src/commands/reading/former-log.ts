import type {Io} from '../../cli/io.ts';
import {type Fingerprint, fingerprint} from '../../ingest/sources/fingerprint.ts';
import {fullPath, type RotatedParts} from '../../ingest/sources/rotated-parts.ts';
import type {Source} from '../../ingest/sources/source.ts';
import type {LedgerEntry} from '../../store/ledger/ledger.ts';
import type {KnownFiles} from './known-files.ts';
import {type Recognised, recognise} from './recognise.ts';
import type {UnreadFiles} from './unread-files.ts';

/*
 * A log that is imported again and again by its name, and is rotated between two imports: what was written to it after the first one is in a
 * rotated part then, and parts may have come and gone between. What was read last under the name is known by its content, and so is found
 * beside the log. Nothing here knows of sessions.
 */

type Part = {readonly source: Source; readonly print: Fingerprint | undefined};

/** Finds a file that was read among the rotated parts of a log: the part that has its text at least as far, and those that came since, oldest first. */
async function partsSince(
	path: string,
	entry: LedgerEntry,
	known: KnownFiles,
	rotated: RotatedParts,
): Promise<Part[] | null> {
	const since: Array<Part & {readonly isDated: boolean}> = [];
	for (const {source, isDated} of rotated.of(path).toReversed()) {
		const print = await fingerprint(source, stored => known.storedAs(stored) !== undefined);
		since.unshift({source, print, isDated});
		const found = await recognise(source, print, known);
		// A shorter one, as one that is being packed, does not have the rest.
		if (found.entry?.id === entry.id && found.reached) return since.filter(each => each.isDated === isDated);
	}
	return null;
}

/** What is done for logs that were rotated or replaced since they were read last. */
export type FormerLogs = {
	/**
	 * Reads what was written to a log before it was rotated, as far as rotated parts beside it have it and were not named: what was read last under its
	 * name, what came since, and the rest of parts of which the end is lacking. `found` is what is remembered of the log's content. Gives whether
	 * anything was read or noted.
	 */
	readBefore(source: Source, found: Recognised): Promise<boolean>;
	/** A sentence for each log that this run is the first to find replaced, and of which the end is nowhere. */
	lacking(): string[];
};

type Options = {
	readonly known: KnownFiles;
	readonly unread: UnreadFiles;
	readonly rotated: RotatedParts;
	readonly io: Io;
	readonly signal: AbortSignal;
	/** Reads a part; `name` is what it is remembered as, where that is not its own. */
	readonly read: (part: Source, print: Fingerprint | undefined, name?: string) => Promise<void>;
};

/** Looks for former logs in one run. */
export function createFormerLogs({known, unread, rotated, io, signal, read}: Options): FormerLogs {
	/** What was looked at in this run: files, and entries of the ledger whose text was there as far as it was read before. */
	const seen = {files: new Set<Source['identity']>(), entries: new Set<number>()};
	/** What is said of logs that were replaced, by the id of the entry that is nowhere. */
	const replaced = new Map<number, string>();

	async function readParts(log: Source, parts: readonly Part[], name?: string): Promise<boolean> {
		const left = parts.filter(({source: {identity}}) => !seen.files.has(identity));
		for (const {source, print} of left) {
			if (signal.aborted) break;
			if (!(await recognise(source, print, known)).unchanged)
				io.warn(`${source.name}: is a rotated part of ${log.name} that was not read to its end, and is read, too`);
			await read(source, print, name);
		}
		return left.length > 0;
	}

	/** The rest of files that were read as a log or as its parts, and of which the end is lacking. */
	async function readRest(log: Source, path: string): Promise<boolean> {
		let isMore = false;
		for (const id of unread.lacking()) {
			const entry = known.withId(id);
			if (entry?.name !== fullPath(path)) continue;
			const [part] = (await partsSince(path, entry, known, rotated)) ?? [];
			if (part !== undefined && (await readParts(log, [part], path))) isMore = true;
		}
		return isMore;
	}

	return {
		async readBefore(source, found) {
			const {path, name, identity} = source;
			seen.files.add(identity);
			if (found.entry !== undefined && found.reached) seen.entries.add(found.entry.id);
			if (path === null || rotated.isPart(path)) return false;
			const isMore = await readRest(source, path);
			const entry = known.namedLast(fullPath(path));
			if (entry === undefined || entry.id === found.entry?.id) return isMore;
			const parts = await partsSince(path, entry, known, rotated);
			if (parts !== null) return (await readParts(source, parts, path)) || isMore;
			const problem = `${name}: was replaced, and the file of before is not beside it as a rotated part, so the end of that is not known`;
			// An archive that was read to its end has no more.
			if (entry.stored !== null || seen.entries.has(entry.id) || unread.isAccepted(name, problem)) return isMore;
			if (!unread.lacking().includes(entry.id)) replaced.set(entry.id, problem);
			unread.failed({file: entry.id, name, stored: null}, problem, false);
			return true;
		},
		lacking: () =>
			[...replaced]
				.filter(([id]) => unread.lacking().includes(id))
				.map(([, problem]) => `${problem}; import the file that has it, or accept that with tlsaudit db accept`),
	};
}
