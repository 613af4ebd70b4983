/*
 * The ledger knows a file by its first bytes. Of the journal it has there a mark that no log begins with, the unit, and behind another
 * zero byte of which machine it is.
 */

const mark = '\0journal\0';

/** What the ledger has in place of the first bytes of a journal; `machine` is null where it is not known. */
export const journalHead = (unit: string | null, machine: string | null): Buffer =>
	Buffer.from(`${mark}${unit ?? ''}${machine === null ? '' : `\0${machine}`}`);

/** Reads it; null: it is that of a file. */
export function readJournalHead(
	head: Uint8Array,
): {readonly unit: string | null; readonly machine: string | null} | null {
	const text = Buffer.from(head).toString('utf8');
	if (!text.startsWith(mark)) return null;
	const [unit = '', machine = null] = text.slice(mark.length).split('\0');
	return {unit: unit === '' ? null : unit, machine};
}
