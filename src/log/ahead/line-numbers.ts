import {kindAt, lineAt, type Records, record, recordSize} from '../records.ts';

/*
 * Several readers number lines from the beginning of a block on. In: their records in the order of the lines. Out: the records that one
 * reader of all lines would have written, but for times that are reported once more.
 */

/** The kind of a record that says nothing. */
const nothing = 0;

const isOfLine = (kind: number): boolean => kind >= record.time;

/** Counts the lines of the source in front of those that a batch counts. */
export function addLines({ints, used}: Records, lines: number): void {
	for (let at = 0; at < used; at += recordSize)
		if (isOfLine(ints[at + kindAt] ?? nothing)) ints[at + lineAt] = (ints[at + lineAt] ?? 0) + lines;
}

/** Leaves of a batch only what its strings are: its lines are read again. */
export function keepNames({ints, used}: Records): void {
	for (let at = 0; at < used; at += recordSize) if (isOfLine(ints[at + kindAt] ?? nothing)) ints[at + kindAt] = nothing;
}
