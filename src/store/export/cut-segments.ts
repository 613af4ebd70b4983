import {segmentOrder, segmentRows, type TextColumns, textColumns, tupleTables} from '../lake/segment-rows.ts';
import {quoted} from '../quoted.ts';
import type {Store} from '../store.ts';

/** Different words of a column up to which a segment carries them all as its dictionary. */
const mostWords = 1000;

/** The columns of a table of tuples, out of those given, that have few words. */
async function fewWords<T extends keyof TextColumns>(store: Store, table: T): Promise<readonly string[]> {
	const names = textColumns[table];
	const [row = {}] = await store.all<Record<string, number>>(
		`select ${names.map(name => `count(distinct ${name})::double as ${name}`)} from ${table}`,
	);
	return names.filter(name => (row[name] ?? 0) <= mostWords);
}

/**
 * Makes the temporary tables that `segmentRows` needs on the reader's connection, and a database in memory, `cut`, where sorted days lie for
 * both connections. Columns of few words are enumerations: a row then carries the number of a word, which sorting moves and
 * Parquet takes for its dictionary, in place of the word itself.
 */
export async function makeTuples(store: Store): Promise<void> {
	for (const table of ['handshakes', 'origins'] as const)
		for (const statement of tupleTables(table, await fewWords(store, table))) await store.read(statement);
	await store.read(`attach if not exists ':memory:' as cut`);
}

/** A day (UTC; null: without a date) whose sessions lie sorted in a table of `cut`. */
export type Day = {readonly day: string | null; readonly table: string};

/**
 * Sorts the sessions of a day of a batch in the order in which segments are cut of them: by host, then by start and line. One pass over the
 * sessions, on the reader's connection, however many segments they become.
 */
export async function sortDay(
	store: Store,
	batch: string,
	{day, table}: Day,
	columns: readonly string[],
): Promise<void> {
	const begun =
		day === null
			? 's.started_at is null'
			: `s.started_at >= timestamp ${quoted(day)} and s.started_at < timestamp ${quoted(day)} + interval 1 day`;
	await store.read(
		`create or replace table cut.${table} as ${segmentRows(`(select * from ${batch} s where ${begun})`, columns)}
		order by log_host nulls last, ${segmentOrder}`,
	);
}

/** The query of so many rows of a sorted day, from a place in it on. */
export const cutOf = ({table}: Day, from: number, sessions: number): string =>
	`select * from cut.${table} where rowid >= ${from} and rowid < ${from + sessions}`;

export const dropDay = (store: Store, {table}: Day): Promise<void> => store.run(`drop table cut.${table}`);
