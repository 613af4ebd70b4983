import {count} from '../../text/number.ts';
import {utcMinute} from '../../text/time.ts';

/**
 * A report as Markdown and HTML draw it: sentences and tables of cells, in the order in which they are read. Any text comes
 * in; the formats make it safe.
 */

/** `log` marks text that comes from a log or a policy file, `whole` what is not to be parted at its spaces. */
export type TableCell = {
	readonly text: string;
	readonly log?: boolean;
	readonly number?: boolean;
	readonly bad?: boolean;
	readonly whole?: boolean;
};

/** One table; `note` is a sentence about it, such as what its numbers count. */
export type DocumentTable = {
	readonly title: string;
	readonly note?: string;
	readonly headings: readonly string[];
	readonly rows: ReadonlyArray<readonly TableCell[]>;
};

/** A report. The sentence that matters is first; tables without a row are left out. */
export type ReportDocument = {
	readonly title: string;
	readonly sentence: string;
	/** The sentence is no good news. */
	readonly bad: boolean;
	/** What belongs to the sentence: the time it is about, what it leaves open. */
	readonly notes: readonly string[];
	readonly tables: readonly DocumentTable[];
};

export const word = (text: string): TableCell => ({text});
export const log = (text: string): TableCell => ({text, log: true});
export const number = (value: number | null, bad = false): TableCell => ({
	text: value === null ? 'not known' : count(value),
	number: true,
	bad,
});
export const portCell = (value: number | null): TableCell => ({
	text: value === null ? '-' : String(value),
	number: true,
});
export const moment = (time: number | null): TableCell => ({text: utcMinute(time), whole: true});
