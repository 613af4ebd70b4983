import {type Fingerprint, hashOf, tailHash} from '../ingest/fingerprint.ts';
import type {Source} from '../ingest/source.ts';
import type {LedgerEntry} from '../store/ledger.ts';

export type Recognised = {
	/** What is remembered of the file; undefined when it was never seen. */
	entry: LedgerEntry | undefined;
	/** It was read to its end, and has not changed. */
	readonly unchanged: boolean;
};

/**
 * Finds a file among those that were imported: by its content, not by its name, so rotation and packing do not hide it. A
 * file that begins like a known one and is cut shorter than what was read of that one is a copy, and holds nothing new.
 */
export async function recognise(
	source: Source,
	print: Fingerprint | undefined,
	entries: readonly LedgerEntry[],
): Promise<Recognised> {
	if (!print || print.head.length === 0) return {entry: undefined, unchanged: false};
	const same = entries.find(entry => entry.stored === print.stored);
	if (same) return {entry: same, unchanged: true};
	for (const entry of entries) {
		if (entry.headLength === 0 || entry.headLength > print.head.length) continue;
		if (hashOf(print.head.subarray(0, entry.headLength)) !== entry.headHash) continue;
		if (print.packed || source.path === null) return {entry, unchanged: false};
		if ((source.size ?? 0) < entry.offset) return {entry, unchanged: true};
		if (entry.tailHash === null || (await tailHash(source.path, entry.offset)) === entry.tailHash) {
			return {entry, unchanged: source.size === entry.offset};
		}
	}
	return {entry: undefined, unchanged: false};
}
