import {rotatedParts} from '../../ingest/sources/expand.ts';
import {type Fingerprint, fingerprint} from '../../ingest/sources/fingerprint.ts';
import {rotationOf} from '../../ingest/sources/rotation.ts';
import type {Source} from '../../ingest/sources/source.ts';
import type {LedgerEntry} from '../../store/ledger/ledger.ts';
import type {KnownFiles} from './known-files.ts';
import {recognise} from './recognise.ts';

/*
 * A log that is imported again and again by its name, and is rotated between two imports: what was written to it after the first one is in a
 * rotated part then, and parts may have come and gone between. What was read last under the name is known by its content, and so is found
 * beside the log. Nothing here knows of sessions.
 */

/** A log that has another content than what was read last under its name. */
export type FormerLog = {
	readonly entry: LedgerEntry;
	/** What lies beside the log and was written since, oldest first, and what else it is; null: the entry's content is not there. */
	readonly parts: ReadonlyArray<{readonly source: Source; readonly print: Fingerprint | undefined}> | null;
	/** In one sentence, when it is not there. */
	readonly problem: string;
};

/** What was read last under the name of a log, when it is not `found`. A rotated part is not written to any more. */
function entryBefore({name, path}: Source, found: LedgerEntry | undefined, known: KnownFiles): LedgerEntry | null {
	if (path === null) return null;
	const {number, date} = rotationOf(path);
	if (number !== null || date !== null) return null;
	const entry = known.namedLast(name);
	return entry === undefined || entry.id === found?.id ? null : entry;
}

/**
 * Finds what was read last under the name of a log that has another content now; null where there is no such thing. `found` is what is remembered of
 * that content, `listed` are the identities of files that are read in any case. Where nothing of the former log is beside it, only an absolute name means
 * the same log each time.
 */
export async function findFormerLog(
	source: Source,
	found: LedgerEntry | undefined,
	known: KnownFiles,
	listed: ReadonlySet<Source['identity']>,
): Promise<FormerLog | null> {
	const entry = entryBefore(source, found, known);
	const {path} = source;
	if (entry === null || path === null) return null;
	const since: Array<{source: Source; print: Fingerprint | undefined}> = [];
	const problem = `${source.name}: is another file than the one that was read before, and that one is not beside it; import the rotated logs, too, in which its end may be`;
	for (const part of (await rotatedParts(path)).toReversed()) {
		const print = await fingerprint(part, stored => known.storedAs(stored) !== undefined);
		since.unshift({source: part, print});
		const {entry: same} = await recognise(part, print, known);
		if (same?.id !== entry.id) continue;
		return {entry, parts: since.filter(each => !listed.has(each.source.identity)), problem};
	}
	// An archive that was read to its end has no more.
	return path.startsWith('/') && entry.stored === null ? {entry, parts: null, problem} : null;
}
