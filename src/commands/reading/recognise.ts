import {
	type Fingerprint,
	type Place,
	placeInPacked,
	placeInPlain,
	wholeHash,
} from '../../ingest/sources/fingerprint.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {corruptHash, isCorrupt, type LedgerEntry} from '../../store/ledger/ledger.ts';
import type {KnownFiles} from './known-files.ts';

export type Recognised = {
	/** What is remembered of the file; undefined when it was never seen. */
	readonly entry: LedgerEntry | undefined;
	/** It was read to its end, and has not changed. */
	readonly unchanged: boolean;
	/** It has its whole text behind it under another form (packed since): so it is known at first sight the next time. */
	readonly complete: boolean;
	/** Its text goes as far as it was read before, and is the same there; a shorter one is a copy. */
	readonly reached: boolean;
	/** Another file that begins like it was corrupt: what was read of that may be in this one, or never have been anywhere. */
	readonly spoilt?: LedgerEntry;
};

const unknown: Recognised = {entry: undefined, unchanged: false, complete: false, reached: false};

/**
 * Finds a file among those that were imported: by its content, not by its name, so rotation and packing do not hide it. A
 * file that begins like a known one and is cut shorter than what was read of that one is a copy, and holds nothing new.
 */
export async function recognise(
	source: Source,
	print: Fingerprint | undefined,
	files: KnownFiles,
): Promise<Recognised> {
	const {path} = source;
	if (!print || path === null) return unknown;
	const same = print.packed ? files.storedAs(print.stored) : undefined;
	if (same) return {entry: same, unchanged: true, complete: false, reached: true};
	if (print.head.length === 0) return unknown;
	let copyOf: Recognised | undefined;
	let spoilt: LedgerEntry | undefined;
	for (const entry of files.beginningLike(print.head)) {
		// Where its text is not what was packed nobody knows: the same end of it proves nothing.
		if (isCorrupt(entry) && entry.stored !== corruptHash(await wholeHash({...source, path}))) {
			spoilt ??= entry;
			continue;
		}
		const place = print.packed
			? await placeInPacked(source, entry.offset)
			: await placeInPlain({...source, path}, print, entry.offset);
		if (place.reached && endAlike(entry, place)) {
			const unchanged = place.behind === 'end';
			return {entry, unchanged, complete: unchanged && print.packed, reached: true};
		}
		// What reads on in a damaged archive finds the damage again, and says so.
		if (!place.reached) copyOf ??= {entry, unchanged: place.behind === 'end', complete: false, reached: false};
	}
	return spoilt === undefined ? (copyOf ?? unknown) : {...unknown, spoilt};
}

function endAlike({tail}: LedgerEntry, place: Place): boolean {
	return tail === null || Buffer.compare(tail, place.tail.subarray(place.tail.length - tail.length)) === 0;
}
