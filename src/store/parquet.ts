import type {Filter} from '../model/filter.ts';
import {allOfSessions, condition, sessionColumn} from './filter.ts';
import {sessionColumns} from './schema.ts';
import type {Store} from './store.ts';

/**
 * Writes the sessions, in order of time, to a Parquet file (zstd), with the columns of `sessions`. Throws one sentence when
 * the file cannot be written.
 */
export async function writeParquet(store: Store, filter: Filter, path: string): Promise<void> {
	const {where, parameters} = await condition(store, filter);
	// COPY takes no bound values: what is to be written is set aside first.
	await store.run(
		`create or replace temp table picked as select ${sessionColumns.map(({name}) => sessionColumn(name))} from ${allOfSessions}
			where ${where} order by s.started_at nulls last, o.source, s.first_line`,
		parameters,
	);
	try {
		// Into the file itself, as other exports go: it keeps the rights that it has.
		await store.run(
			`copy temp.picked to '${path.replaceAll("'", "''")}' (format parquet, compression zstd, use_tmp_file false)`,
		);
	} catch (error) {
		throw new Error(`${path}: cannot be written; check the folder and the space in it`, {cause: error});
	} finally {
		await store.run('drop table temp.picked');
	}
}
