import {readFileSync} from 'node:fs';
import test from 'ava';
import {createCrew} from '../../src/batch/create-crew.ts';
import type {Crew, CrewOptions} from '../../src/batch/crew.ts';

const real = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url));
const lines = real.toString('latin1').split('\n').length - 1;

const crews: Record<string, (options: CrewOptions) => Promise<Crew>> = {
	'one thread': options => createCrew({...options, threads: 1}),
	'two threads': options => createCrew({...options, threads: 2}),
	'three threads': options => createCrew({...options, threads: 3}),
};

async function feed(crew: Crew, size: number): Promise<void> {
	crew.open({name: 'mail.log', modified: null});
	let from = 0;
	while (from < real.length) {
		const block = await crew.block();
		const to = real.subarray(0, Math.min(real.length, from + size)).lastIndexOf(10) + 1;
		real.copy(block, 0, from, to);
		await crew.parse(block, 0, to - from);
		from = to;
	}
}

for (const [title, make] of Object.entries(crews)) {
	const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1), threads: 1, states: null};

	test(`${title}: all sessions are taken before the end comes back, whatever the size of a block`, async t => {
		const rows: number[] = [];
		for (const size of [140_000, 1 << 20]) {
			let count = 0;
			const crew = await make({
				...options,
				blockBytes: size,
				async sessions(batch) {
					await new Promise(resolve => setTimeout(resolve, 30));
					count += batch.rows;
				},
			});
			await feed(crew, size);
			t.is(await crew.line(), lines);
			t.is(crew.lines, lines);
			const coverage = await crew.end();
			t.is(coverage.lines, lines);
			rows.push(count);
			await crew.close();
		}
		t.true((rows[0] ?? 0) > 200);
		t.is(rows[0], rows[1]);
	});

	test(`${title}: what the store throws ends the crew, once and with that`, async t => {
		const crew = await make({
			...options,
			sessions: async () => {
				throw new Error('the disk is full');
			},
		});
		const error = await t.throwsAsync(async () => {
			for (let round = 0; round < 50; round++) await feed(crew, 140_000);
			await crew.snapshot();
		});
		t.is(error?.message, 'the disk is full');
		await crew.close();
		await crew.close();
	});

	test(`${title}: a crew goes on from a snapshot, and what was open then is told`, async t => {
		let count = 0;
		const sessions: CrewOptions['sessions'] = async batch => {
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
	const threads = [1, 2, 3];
	const ends: string[] = [];
	for (const before of threads)
		for (const after of threads) {
			let count = 0;
			const options: Omit<CrewOptions, 'threads' | 'states'> = {
				zone: 'UTC',
				now: Date.UTC(2026, 11, 1),
				async sessions(batch) {
					count += batch.rows;
				},
			};
			const first = await createCrew({...options, threads: before, states: null});
			await feed(first, 1 << 20);
			const {states} = await first.snapshot();
			await first.close();
			const second = await createCrew({...options, threads: after, states});
			await feed(second, 1 << 20);
			const coverage = await second.end();
			await second.close();
			ends.push(JSON.stringify([count, coverage]));
		}
	t.is(ends.length, 9);
	t.is(new Set(ends).size, 1, ends.join('\n'));
});
