import {DOUBLE, type DuckDBAppender, DuckDBDataChunk, INTEGER, VARCHAR} from '@duckdb/node-api';
import {noNumber, numberFields, type SessionBatch, timeFields, wordFields} from '../tls/session-batch.ts';
import {sessionColumns} from './schema.ts';
import type {Store} from './store.ts';

/** DuckDB takes no more rows in one chunk. */
const chunkRows = 2048;

/** Loads batches of sessions: numbers as they are, words by their number, which DuckDB itself then joins with the words. */
export type BulkLoader = {
	/** Adds the rows of a batch to `sessions`, or to a table of the same columns, in the transaction that is open, if one is. */
	load(batch: SessionBatch, table?: string): Promise<void>;
	end(): void;
};

const fields = [...timeFields, ...numberFields, ...wordFields] as const;
const types = [...timeFields.map(() => DOUBLE), ...numberFields.map(() => INTEGER), ...wordFields.map(() => INTEGER)];

/** Column of the staging table. */
function staged(field: string): string {
	const column = `s.${field}`;
	if ((timeFields as readonly string[]).includes(field))
		return `case when isnan(${column}) then null else epoch_ms(${column}::bigint) end`;
	if ((numberFields as readonly string[]).includes(field)) return `nullif(${column}, ${noNumber})`;
	return `w.words[${column}]`;
}

/** One list of all words, from which each cell takes its own: measured at a fifth of the cost of joining each column. */
const insert = (table: string): string =>
	`insert into ${table} select ${sessionColumns.map(({of}) => staged(of)).join(', ')}
		from temp.staged s, (select list(word order by id) as words from temp.words) w`;

/** Staging tables live in DuckDB's temporary schema: nothing of them reaches the file. */
export async function createBulkLoader(store: Store): Promise<BulkLoader> {
	await store.run(
		`create or replace temp table staged(${fields.map((field, index) => `${field} ${types[index] === DOUBLE ? 'double' : 'integer'}`).join(', ')})`,
	);
	await store.run('create or replace temp table words(id integer, word varchar)');
	const rowsAppender = await store.writer.createAppender('staged', 'main', 'temp');
	const wordsAppender = await store.writer.createAppender('words', 'main', 'temp');

	function append(appender: DuckDBAppender, chunk: DuckDBDataChunk): void {
		appender.appendDataChunk(chunk);
	}

	function appendRows(batch: SessionBatch): void {
		const columns = [...batch.times, ...batch.numbers, ...batch.words];
		for (let from = 0; from < batch.rows; from += chunkRows) {
			const count = Math.min(chunkRows, batch.rows - from);
			const chunk = DuckDBDataChunk.create(types, count);
			for (let index = 0; index < columns.length; index++) {
				const column = columns[index];
				if (!column) continue;
				const vector = chunk.getColumnVector(index);
				for (let row = 0; row < count; row++) vector.setItem(row, column[from + row] ?? null);
				vector.flush();
			}
			append(rowsAppender, chunk);
		}
		rowsAppender.flushSync();
	}

	function appendWords(vocabulary: readonly string[]): void {
		for (let from = 0; from < vocabulary.length; from += chunkRows) {
			const words = vocabulary.slice(from, from + chunkRows);
			const chunk = DuckDBDataChunk.create([INTEGER, VARCHAR], words.length);
			chunk.setColumnValues(
				0,
				words.map((_, index) => from + index + 1),
			);
			chunk.setColumnValues(1, words);
			append(wordsAppender, chunk);
		}
		wordsAppender.flushSync();
	}

	return {
		async load(batch, table = 'sessions') {
			appendRows(batch);
			appendWords(batch.vocabulary);
			await store.run(insert(table));
			await store.run('delete from temp.staged');
			await store.run('delete from temp.words');
		},
		end() {
			rowsAppender.closeSync();
			wordsAppender.closeSync();
		},
	};
}
