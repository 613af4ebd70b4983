import type {Session} from '../model/session.ts';
import {
	handshakeAt,
	noNumber,
	numberFields,
	originAt,
	type SessionBatch,
	timeFields,
	wordFields,
} from '../model/session-batch.ts';
import {appendHeldLines} from './append-held-lines.ts';
import {DuckDBDataChunk, INTEGER, VARCHAR} from './duckdb.ts';
import {openLookupTable} from './lookup-table.ts';
import {type Column, duckType, rowColumns} from './schema.ts';
import type {Store} from './store.ts';
import {setIntegers, setNumbered, setTimes, setWords} from './vectors.ts';

/** DuckDB takes no more rows in one chunk. */
const chunkRows = 2048;

/** A table of sessions as they are kept. */
export type RowTable = 'session_rows' | 'open_sessions';

/** Adds batches of sessions to the tables they are kept in, in the transaction that is open, if one is. */
export type SessionAppender = {
	/** Adds the rows of a batch as those of an import step, or of none; they are visible when it comes back. */
	append(batch: SessionBatch, step?: number | null, table?: RowTable): void;
	/** Forgets handshakes or origins that were deleted. */
	forget(what: 'handshake' | 'origin', numbers: ReadonlySet<number>): void;
	/** Closes the tables. */
	end(): void;
};

const typesOf = (columns: readonly Column[]) => columns.map(({type}) => duckType[type]);
/** Texts that the views of outbound mail take apart, at the end of a row. */
const texts = ['deliveries', 'tlsReports'] as const;
const rowTypes = [...typesOf(rowColumns), INTEGER, INTEGER, INTEGER, ...texts.map(() => VARCHAR)];

const place = (fields: readonly string[], of: keyof Session): number => fields.indexOf(of);

const timesOf = (batch: SessionBatch, of: keyof Session) => batch.times[place(timeFields, of)] ?? new Float64Array();
const numbersAt = (batch: SessionBatch, index: number) => batch.numbers[index] ?? new Int32Array();
const wordsOf = (batch: SessionBatch, of: keyof Session) => batch.words[place(wordFields, of)] ?? new Uint32Array();

/**
 * Sessions go by column into the very memory DuckDB takes them from, and what they have in common as a number: measured at
 * a third of the cost of inserting their words by SQL.
 */
export async function createSessionAppender(store: Store): Promise<SessionAppender> {
	const handshakes = await openLookupTable(store, 'handshakes', 'handshake');
	const origins = await openLookupTable(store, 'origins', 'origin');
	const appenders = {
		session_rows: await store.writer.createAppender('session_rows'),
		open_sessions: await store.writer.createAppender('open_sessions'),
	};

	const heldLines = await store.writer.createAppender('held_lines');

	/** One for all rows: the memory of a chunk of its own would stay until V8 collects it, and it is 0.4 MB. */
	const chunk = DuckDBDataChunk.create(rowTypes);
	const steps = new Int32Array(chunkRows);

	return {
		append(batch, step = null, table = 'session_rows') {
			steps.fill(step ?? noNumber);
			const handshakeNumbers = handshakes.number(batch.handshakes);
			const originNumbers = origins.number(batch.origins);
			// Lookup rows first: a session is never seen without its own.
			handshakes.write();
			origins.write();
			for (let from = 0; from < batch.rows; from += chunkRows) {
				const to = Math.min(batch.rows, from + chunkRows);
				chunk.reset();
				chunk.rowCount = to - from;
				for (const [index, {of, type}] of rowColumns.entries()) {
					const vector = chunk.getColumnVector(index);
					if (type === 'timestamp') setTimes(vector, timesOf(batch, of).subarray(from, to));
					else if (type === 'integer')
						setIntegers(vector, numbersAt(batch, place(numberFields, of)).subarray(from, to), noNumber);
					else setWords(vector, wordsOf(batch, of).subarray(from, to), batch.vocabulary);
				}
				const numbered = (column: number, at: number, numbers: Int32Array): void =>
					setNumbered(
						chunk.getColumnVector(rowColumns.length + column),
						numbersAt(batch, at).subarray(from, to),
						numbers,
					);
				numbered(0, handshakeAt, handshakeNumbers);
				numbered(1, originAt, originNumbers);
				setIntegers(chunk.getColumnVector(rowColumns.length + 2), steps.subarray(0, to - from), noNumber);
				for (const [index, of] of texts.entries()) {
					const words = wordsOf(batch, of).subarray(from, to);
					setWords(chunk.getColumnVector(rowColumns.length + 3 + index), words, batch.vocabulary);
				}
				appenders[table].appendDataChunk(chunk);
			}
			appenders[table].flushSync();
			if (batch.held.length > 0) appendHeldLines(heldLines, batch.held, step);
		},
		forget(what, numbers) {
			(what === 'handshake' ? handshakes : origins).forget(numbers);
		},
		end() {
			for (const each of [handshakes, origins]) each.end();
			for (const appender of [...Object.values(appenders), heldLines]) appender.closeSync();
		},
	};
}
