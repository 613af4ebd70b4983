import test from 'ava';
import {freeMemory} from '../../../src/ingest/decompress/node-decompressor.ts';

test('memory that is freed is gone at once, for all who hold it', t => {
	const memory = new ArrayBuffer(1024);
	const views = [new Uint8Array(memory), Buffer.from(memory, 8, 16)];
	freeMemory(memory);
	t.is(memory.byteLength, 0);
	t.deepEqual(
		views.map(({length}) => length),
		[0, 0],
	);
});

test('memory may be freed twice', t => {
	const memory = new ArrayBuffer(8);
	freeMemory(memory);
	t.notThrows(() => freeMemory(memory));
});
