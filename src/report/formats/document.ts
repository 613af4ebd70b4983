import {count} from '../../text/number.ts';
import {utcMinute} from '../../text/time.ts';
import type {Chart} from '../charts.ts';

/**
 * A report as Markdown and HTML draw it: sentences, figures, charts and tables of cells, in the order in which they are read.
 * Any text comes in; the formats make it safe.
 */

/**
 * `log` marks text that comes from a log or a policy file, `whole` what is not to be parted at its spaces. `to` is the anchor of
 * the place in the document that says more, for forms with links.
 */
export type TableCell = {
	readonly text: string;
	readonly log?: boolean;
	readonly number?: boolean;
	readonly bad?: boolean;
	readonly whole?: boolean;
	readonly to?: string;
};

/** What there is to say of one row of a table at length: sentences by name, and rows of its own. */
export type RowDetail = {
	readonly anchor: string;
	readonly title: string;
	/** A reader of the document must see it. */
	readonly grave: boolean;
	readonly facts: ReadonlyArray<readonly [name: string, said: readonly TableCell[]]>;
	readonly table?: DocumentTable;
};

/** One table; `note` is a sentence about it, such as what its numbers count. */
export type DocumentTable = {
	readonly title: string;
	readonly note?: string;
	readonly headings: readonly string[];
	readonly rows: ReadonlyArray<readonly TableCell[]>;
	/** Anchors of the rows, one for each; of a table without them nothing leads to a row. */
	readonly anchors?: readonly string[];
	/** What there is to say of the rows. A form that shows it leaves out the columns that it repeats, and tables that are in it. */
	readonly details?: readonly RowDetail[];
	readonly repeated?: readonly string[];
	readonly inDetails?: boolean;
};

/** One number that matters, with what it is a part of. */
export type Figure = {readonly name: string; readonly value: string; readonly note: string; readonly bad: boolean};

/** A report. The sentence that matters is first; tables without a row are left out. */
export type ReportDocument = {
	readonly title: string;
	readonly sentence: string;
	/** What the sentence is: good news, bad news, or that something is not known. */
	readonly tone: 'good' | 'bad' | 'open';
	/** What the sentence is about, by name: the time, the hosts. */
	readonly facts: ReadonlyArray<readonly [name: string, words: string]>;
	/** What it leaves open. */
	readonly notes: readonly string[];
	readonly figures: readonly Figure[];
	/** Their numbers are in tables, too: a form without pictures leaves them out. */
	readonly charts: readonly Chart[];
	readonly tables: readonly DocumentTable[];
};

/** The anchor of a hop and port in the table of hops. */
export const hopAnchor = ({hop, port}: {readonly hop: string; readonly port: number | null}): string =>
	`hop-${hop}-${port ?? 'none'}`;

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
