import type {Filter} from '../model/filter.ts';
import {VARCHAR} from './duckdb.ts';
import {allOfSessions, condition, sessionColumn} from './filter.ts';
import {append} from './judgement.ts';
import {sessionColumns} from './schema.ts';
import type {Store} from './store.ts';

/** Gives a row as it is to be shown. */
type Shown = <Row extends object>(row: Row) => Row;

/** Replaces the texts of the rows that are set aside, each text of a column once. */
async function replaceTexts(store: Store, shown: Shown): Promise<void> {
	for (const {name, type} of sessionColumns) {
		if (type !== 'text') continue;
		const said = await store.all<{said: string}>(
			`select distinct ${name} as said from temp.picked where ${name} is not null`,
		);
		const replaced = said.map(each => [each.said, shown({[name]: each.said})[name] ?? null]);
		await store.read('create or replace temp table shown_names(said text, shown text)');
		await append(
			store,
			'shown_names',
			[VARCHAR, VARCHAR],
			replaced.filter(([before, after]) => before !== after),
		);
		await store.read(`update temp.picked set ${name} = n.shown from temp.shown_names n where ${name} = n.said`);
	}
	await store.read('drop table if exists temp.shown_names');
}

/**
 * Writes the sessions, in order of time, to a Parquet file (zstd), with the columns of `sessions`, and as `shown` gives them.
 * Throws one sentence when the file cannot be written.
 */
export async function writeParquet(
	store: Store,
	filter: Filter,
	path: string,
	shown: Shown | null = null,
): Promise<void> {
	const {where, parameters} = await condition(store, filter);
	// COPY takes no bound values: what is to be written is set aside first.
	await store.read(
		`create or replace temp table picked as select ${sessionColumns.map(({name}) => sessionColumn(name))} from ${allOfSessions}
			where ${where} order by s.started_at nulls last, o.source, s.first_line`,
		parameters,
	);
	if (shown !== null) await replaceTexts(store, shown);
	try {
		// Into the file itself, as other exports go: it keeps the rights that it has.
		await store.read(
			`copy temp.picked to '${path.replaceAll("'", "''")}' (format parquet, compression zstd, use_tmp_file false)`,
		);
	} catch (error) {
		throw new Error(`${path}: cannot be written; check the folder and the space in it`, {cause: error});
	} finally {
		await store.read('drop table temp.picked');
	}
}
