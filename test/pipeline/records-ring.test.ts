import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import test from 'ava';
import {buildSync} from 'esbuild';
import {recordSize} from '../../src/log/records.ts';
import {createRingMemory, createRingReader, createRingWriter} from '../../src/pipeline/records-ring.ts';

test('what one side writes the other takes, in a circle', t => {
	const memory = createRingMemory();
	const writer = createRingWriter(memory);
	const reader = createRingReader(memory);
	for (let round = 0; round < 50; round++) {
		const {index, records} = writer.next();
		t.is(records.used, 0);
		records.ints[0] = round;
		records.bytes[0] = round;
		const taken = reader.batch(index, recordSize, 1);
		t.is(taken?.ints[0], round);
		t.is(taken?.bytes[0], round);
		t.is(taken?.used, recordSize);
		reader.free(index);
	}
});

test('a writer that is ahead by all batches waits for the taker', async t => {
	const memory = createRingMemory();
	// Node's threads need JavaScript.
	const source = fileURLToPath(new URL('./fixture/ring-writer.ts', import.meta.url));
	const [program] = buildSync({entryPoints: [source], bundle: true, platform: 'node', write: false}).outputFiles;
	const worker = new Worker(program?.text ?? '', {eval: true, workerData: {memory, batches: 40}});
	const reader = createRingReader(memory);
	const order: number[] = [];
	let waiting = 0;
	await new Promise<void>((resolve, fail) => {
		worker.on('error', fail);
		worker.on('message', (index: number) => {
			waiting++;
			// Taken later than it came: meanwhile the writer fills the ring and must stop.
			setTimeout(() => {
				t.true(waiting <= 8, `${waiting} at once`);
				order.push(reader.batch(index, recordSize, 0)?.ints[0] ?? -1);
				waiting--;
				reader.free(index);
				if (order.length === 40) resolve();
			}, 5);
		});
	});
	await worker.terminate();
	t.deepEqual(
		order,
		Array.from({length: 40}, (_, index) => index),
	);
});
