import {DOUBLE, DuckDBDataChunk, type DuckDBVector, INTEGER, VARCHAR} from '@duckdb/node-api';
import {noNumber, numberFields, type SessionBatch, timeFields, wordFields} from '../tls/session-batch.ts';
import {sessionColumns} from './schema.ts';
import type {Store} from './store.ts';

/** DuckDB takes no more rows in one chunk. */
const chunkRows = 2048;
/** What DuckDB may hold while it loads: more makes it no faster, only the process larger. */
const loadingMemory = '80MB';

/** Loads batches of sessions: numbers as they are, words by their number, which DuckDB itself then joins with the words. */
export type BulkLoader = {
	/** Adds the rows of a batch to `sessions`, or to a table of the same columns, in the transaction that is open, if one is. */
	load(batch: SessionBatch, table?: string): Promise<void>;
	/** Gives DuckDB its threads and its memory back. */
	end(): Promise<void>;
};

const fields = [...timeFields, ...numberFields, ...wordFields] as const;
const types = [...timeFields.map(() => DOUBLE), ...numberFields.map(() => INTEGER), ...wordFields.map(() => INTEGER)];

/**
 * Writes numbers into a vector: as a whole into the typed array it is made of (a sixth of the cost), or one by one where
 * the package has come to keep it otherwise.
 */
function fill(vector: DuckDBVector, values: Float64Array | Int32Array | Uint32Array): void {
	const items: unknown = Reflect.get(vector, 'items');
	if ((items instanceof Float64Array || items instanceof Int32Array) && items.length >= values.length)
		items.set(values);
	else for (const [row, value] of values.entries()) vector.setItem(row, value);
}

/** Column of the staging table. */
function staged(field: string): string {
	const column = `s.${field}`;
	if ((timeFields as readonly string[]).includes(field))
		return `case when isnan(${column}) then null else epoch_ms(${column}::bigint) end`;
	if ((numberFields as readonly string[]).includes(field)) return `nullif(${column}, ${noNumber})`;
	return `w.words[${column}]`;
}

const stagedTable = `create or replace temp table staged(${fields.map((field, index) => `${field} ${types[index] === DOUBLE ? 'double' : 'integer'}`).join(', ')})`;

/** One list of all words, from which each cell takes its own: measured at a fifth of the cost of joining each column. */
const insert = (table: string): string =>
	`insert into ${table} select ${sessionColumns.map(({of}) => staged(of)).join(', ')}
		from temp.staged s, (select list(word order by id) as words from temp.words) w`;

/**
 * Staging tables live in DuckDB's temporary schema: nothing of them reaches the file. They are made anew for each batch, as
 * rows deleted in an open transaction are still looked at. DuckDB works with one
 * thread and little memory meanwhile: the others parse.
 */
export async function createBulkLoader(store: Store): Promise<BulkLoader> {
	const [before] = await store.all<{limit: string}>(`select current_setting('memory_limit') as "limit"`);
	await store.run('set threads = 1');
	await store.run(`set memory_limit = '${loadingMemory}'`);

	async function appendRows(batch: SessionBatch): Promise<void> {
		const columns = [...batch.times, ...batch.numbers, ...batch.words];
		await store.run(stagedTable);
		const appender = await store.writer.createAppender('staged', 'main', 'temp');
		for (let from = 0; from < batch.rows; from += chunkRows) {
			const count = Math.min(chunkRows, batch.rows - from);
			const chunk = DuckDBDataChunk.create(types, count);
			for (let index = 0; index < columns.length; index++) {
				const column = columns[index];
				if (!column) continue;
				const vector = chunk.getColumnVector(index);
				fill(vector, column.subarray(from, from + count));
				vector.flush();
			}
			appender.appendDataChunk(chunk);
		}
		appender.closeSync();
	}

	async function appendWords(vocabulary: readonly string[]): Promise<void> {
		await store.run('create or replace temp table words(id integer, word varchar)');
		const appender = await store.writer.createAppender('words', 'main', 'temp');
		for (let from = 0; from < vocabulary.length; from += chunkRows) {
			const words = vocabulary.slice(from, from + chunkRows);
			const chunk = DuckDBDataChunk.create([INTEGER, VARCHAR], words.length);
			chunk.setColumnValues(
				0,
				words.map((_, index) => from + index + 1),
			);
			chunk.setColumnValues(1, words);
			appender.appendDataChunk(chunk);
		}
		appender.closeSync();
	}

	return {
		async load(batch, table = 'sessions') {
			await appendRows(batch);
			await appendWords(batch.vocabulary);
			await store.run(insert(table));
			await store.run('drop table temp.staged');
			await store.run('drop table temp.words');
		},
		async end() {
			await store.run('reset threads');
			if (before) await store.run(`set memory_limit = '${before.limit}'`);
		},
	};
}
