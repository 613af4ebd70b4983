import {type JournalPlace, unitsOverlap} from '../../ingest/journal/entries.ts';
import {journalHead, readJournalHead} from '../../store/ledger/journal-head.ts';
import type {LedgerEntry} from '../../store/ledger/ledger.ts';

/*
 * The ledger knows a file by its first bytes and by the place up to which it was read. Of the journal it has in the same columns: as
 * the first bytes the unit and the machine; the cursor as the bytes before the place; its time in µs as the place.
 */

/** What is remembered of the journal that was read. */
export type RememberedJournal = {
	readonly id: number;
	readonly unit: string | null;
	/** Whose journal it is; null where that is not known. */
	readonly machine: string | null;
	readonly place: JournalPlace;
	readonly lines: number;
};

/** The journals among the entries of the ledger. */
export function journalsIn(entries: readonly LedgerEntry[]): RememberedJournal[] {
	return entries.flatMap(({id, head, tail, offset, lines}) => {
		const journal = readJournalHead(head);
		if (journal === null || tail === null) return [];
		const cursor = Buffer.from(tail).toString('utf8');
		return [{id, ...journal, place: {cursor, time: offset}, lines}];
	});
}

/** The entry of the ledger that remembers a journal; `name` is what rows of sessions have as their source. */
export function journalEntry({id, unit, machine, place, lines}: RememberedJournal, name: string): LedgerEntry {
	return {
		id,
		name,
		head: journalHead(unit, machine),
		tail: Buffer.from(place.cursor),
		offset: place.time,
		lines,
		stored: null,
	};
}

const inWords = (unit: string | null): string => (unit === null ? '--journal' : `--journal ${unit}`);

/** Why a journal cannot be added to those that are remembered: the entries that both choose would be counted twice; null when it can. */
export function journalConflict(remembered: readonly RememberedJournal[], unit: string | null): string | null {
	const other = remembered.find(each => each.unit !== unit && unitsOverlap(each.unit, unit));
	if (other === undefined) return null;
	return `the database was filled with ${inWords(other.unit)}, and ${inWords(unit)} has entries of that again; use ${inWords(other.unit)}, or another database`;
}
