import {readFileSync} from 'node:fs';
import test from 'ava';
import {createPipeline} from '../../src/pipeline/create-pipeline.ts';
import type {Pipeline, PipelineOptions} from '../../src/pipeline/pipeline.ts';

const real = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url));
const lines = real.toString('latin1').split('\n').length - 1;

const pipelines: Record<string, (options: PipelineOptions) => Promise<Pipeline>> = {
	'one thread': options => createPipeline({...options, threads: 1}),
	'two threads': options => createPipeline({...options, threads: 2}),
	'three threads': options => createPipeline({...options, threads: 3}),
	'five threads': options => createPipeline({...options, threads: 5}),
};

async function feed(pipeline: Pipeline, size: number): Promise<void> {
	pipeline.open({name: 'mail.log', modified: null});
	let from = 0;
	while (from < real.length) {
		const block = await pipeline.block();
		const to = real.subarray(0, Math.min(real.length, from + size)).lastIndexOf(10) + 1;
		real.copy(block, 0, from, to);
		await pipeline.parse(block, 0, to - from);
		from = to;
	}
}

for (const [title, make] of Object.entries(pipelines)) {
	const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1), threads: 1, states: null};

	test(`${title}: all sessions are taken before the end comes back, whatever the size of a block`, async t => {
		const rows: number[] = [];
		for (const size of [140_000, 1 << 20]) {
			let count = 0;
			const pipeline = await make({
				...options,
				blockBytes: size,
				async sessions(batch) {
					await new Promise(resolve => setTimeout(resolve, 30));
					count += batch.rows;
				},
			});
			await feed(pipeline, size);
			t.is(await pipeline.line(), lines);
			t.is(pipeline.lines, lines);
			const coverage = await pipeline.end();
			t.is(coverage.lines, lines);
			rows.push(count);
			await pipeline.close();
		}
		t.true((rows[0] ?? 0) > 200);
		t.is(rows[0], rows[1]);
	});

	test(`${title}: what the store throws ends the pipeline, once and with that`, async t => {
		const pipeline = await make({
			...options,
			sessions: async () => {
				throw new Error('the disk is full');
			},
		});
		const error = await t.throwsAsync(async () => {
			for (let round = 0; round < 50; round++) await feed(pipeline, 140_000);
			await pipeline.snapshot();
		});
		t.is(error?.message, 'the disk is full');
		await pipeline.close();
		await pipeline.close();
	});

	test(`${title}: a pipeline goes on from a snapshot, and what was open then is emitted`, async t => {
		let count = 0;
		const sessions: PipelineOptions['sessions'] = async batch => {
			count += batch.rows;
		};
		const first = await make({...options, sessions});
		await feed(first, 1 << 20);
		const snapshot = await first.snapshot();
		const before = count;
		await first.close();
		const second = await make({...options, sessions, states: snapshot.states});
		const coverage = await second.end();
		await second.close();
		t.is(coverage.lines, lines);
		t.is(
			count - before,
			snapshot.open.reduce((sum, {rows}) => sum + rows, 0),
		);
	});
}

test('a state goes on in any number of threads', async t => {
	const threads = [1, 3, 4];
	const ends: string[] = [];
	for (const before of threads)
		for (const after of threads) {
			let count = 0;
			const options: Omit<PipelineOptions, 'threads' | 'states'> = {
				zone: 'UTC',
				now: Date.UTC(2026, 11, 1),
				async sessions(batch) {
					count += batch.rows;
				},
			};
			const first = await createPipeline({...options, threads: before, states: null});
			await feed(first, 1 << 20);
			const {states} = await first.snapshot();
			await first.close();
			const second = await createPipeline({...options, threads: after, states});
			await feed(second, 1 << 20);
			const coverage = await second.end();
			await second.close();
			ends.push(JSON.stringify([count, coverage]));
		}
	t.is(ends.length, 9);
	t.is(new Set(ends).size, 1, ends.join('\n'));
});
