import {readFileSync} from 'node:fs';
import test from 'ava';
import {createReader} from '../../src/log/reader.ts';
import {createSessionCollector} from '../../src/model/session-batch.ts';
import {createPipeline} from '../../src/pipeline/create-pipeline.ts';
import {readLine} from '../log/fixture/read-line.ts';
import {rowsOf} from './fixture/rows-of.ts';

const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};
const sets = {
	real: ['rfc3164.log', 'rfc3339.log', 'rfc5424.log'],
	'real-3.12': ['a.maillog', 'a.dovecot.log', 'b.3339.log'],
};

/** As files are read: block by block. */
async function byBlocks(files: ReadonlyArray<readonly [string, Buffer]>, threads: number): Promise<string[]> {
	const rows: string[] = [];
	const pipeline = await createPipeline({
		...options,
		threads,
		states: null,
		blockBytes: 140_000,
		sessions: async batch => void rows.push(...rowsOf(batch)),
	});
	for (const [name, bytes] of files) {
		pipeline.open({name, modified: null});
		for (let from = 0; from < bytes.length; ) {
			const block = await pipeline.block();
			const to = bytes.subarray(0, Math.min(bytes.length, from + 140_000)).lastIndexOf(10) + 1;
			bytes.copy(block, 0, from, to);
			await pipeline.parse(block, 0, to - from);
			from = to;
		}
	}
	const coverage = await pipeline.end();
	await pipeline.close();
	return [...rows, JSON.stringify(coverage)];
}

/** As standard input is read: line by line. */
function byLines(files: ReadonlyArray<readonly [string, Buffer]>): string[] {
	const rows: string[] = [];
	const take = (): void => {
		const batch = collector.take();
		if (batch) rows.push(...rowsOf(batch));
	};
	const collector = createSessionCollector(2048, take);
	const reader = createReader(collector.add, options);
	for (const [name, bytes] of files) {
		reader.open({name, modified: null});
		for (const line of bytes.toString('utf8').trimEnd().split('\n')) readLine(reader, line);
	}
	reader.end();
	take();
	return [...rows, JSON.stringify(reader.coverage)];
}

for (const [folder, names] of Object.entries(sets))
	test(`${folder}: file and standard input, any number of threads, run after run: the same sessions and coverage`, async t => {
		const files = names.map(
			name => [name, readFileSync(new URL(`../../samples/${folder}/${name}`, import.meta.url))] as const,
		);
		const lines = byLines(files);
		t.true(lines.length > 300);
		for (const threads of [1, 2, 3, 4, 6, 1, 2, 3, 4, 6]) {
			const blocks = await byBlocks(files, threads);
			t.is(blocks.at(-1), lines.at(-1));
			t.deepEqual(blocks, lines, `${threads} threads`);
		}
	});
