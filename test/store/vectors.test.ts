import {DuckDBDataChunk, DuckDBInstance, type DuckDBVector, INTEGER, TIMESTAMP, VARCHAR} from '@duckdb/node-api';
import test from 'ava';
import {setIntegers, setNumbered, setTimes, setWords} from '../../src/store/vectors.ts';

/** A vector that shows nothing of what it is made of, as those of another version of the package might. */
function opaque(vector: DuckDBVector): DuckDBVector {
	const shown = {
		setItem: (row: number, value: never) => vector.setItem(row, value),
		flush: () => vector.flush(),
	};
	return shown as unknown as DuckDBVector;
}

/** The rows of a table that a chunk was added to. */
async function stored(chunk: DuckDBDataChunk) {
	const connection = await (await DuckDBInstance.create(':memory:')).connect();
	await connection.run('create table t(a integer, b timestamp, c varchar, d integer)');
	const appender = await connection.createAppender('t');
	appender.appendDataChunk(chunk);
	appender.closeSync();
	return (await connection.runAndReadAll('from t')).getRows();
}

test('columns come out the same whether a vector can be written as a whole or not', async t => {
	const rows = 130;
	const made = [(vector: DuckDBVector) => vector, opaque].map(seen => {
		const chunk = DuckDBDataChunk.create([INTEGER, TIMESTAMP, VARCHAR, INTEGER], rows);
		const at = (column: number): DuckDBVector => seen(chunk.getColumnVector(column));
		setIntegers(
			at(0),
			Int32Array.from({length: rows}, (_, row) => (row % 3) - 1),
			-1,
		);
		setTimes(
			at(1),
			Float64Array.from({length: rows}, (_, row) => (row % 5 === 0 ? Number.NaN : 1e12 + row * 1e9)),
		);
		setWords(
			at(2),
			Uint32Array.from({length: rows}, (_, row) => row % 4),
			['', 'größe', '', 'nul \0'],
		);
		setNumbered(
			at(3),
			Int32Array.from({length: rows}, (_, row) => row % 3),
			Int32Array.of(70, 5, 2 ** 31 - 1),
		);
		return stored(chunk);
	});
	const found = await Promise.all(made);
	t.deepEqual(found[0], found[1]);
	t.deepEqual(
		[3, 5, 129].map(row => found[0]?.[row]?.map(String)),
		[
			['null', '2001-10-13 19:06:40', 'nul \0', '70'],
			['1', 'null', 'größe', '2147483647'],
			['null', '2005-10-11 03:06:40', 'größe', '70'],
		],
	);
});
