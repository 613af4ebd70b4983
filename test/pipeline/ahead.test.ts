import {deepStrictEqual} from 'node:assert';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import type {Coverage} from '../../src/model/coverage.ts';
import {createPipeline} from '../../src/pipeline/create-pipeline.ts';
import type {Pipeline, PipelineOptions, PipelineSnapshot} from '../../src/pipeline/pipeline.ts';
import type {Workers} from '../../src/pipeline/workers.ts';
import {runs} from '../runs.ts';
import {type Counted, madeUpThreads} from './fixture/made-up-threads.ts';
import {rowsOf} from './fixture/rows-of.ts';

const samples = new URL('../../samples/', import.meta.url);
/** The lines of each sample, newlines included; a last one without is given one. */
const logs: ReadonlyMap<string, readonly Buffer[]> = new Map(
	readdirSync(samples, {recursive: true, encoding: 'utf8'})
		.filter(name => /\.(?:log|jsonl|maillog|csv)(?:\.\d)?$/.test(name))
		.sort()
		.map(name => [name, linesOf(readFileSync(new URL(name, samples)))]),
);

function linesOf(bytes: Buffer): Buffer[] {
	const lines: Buffer[] = [];
	for (let from = 0; from < bytes.length; ) {
		const newline = bytes.indexOf(10, from);
		const to = newline < 0 ? bytes.length : newline + 1;
		const line = bytes.subarray(from, to);
		lines.push(newline < 0 ? Buffer.concat([line, Buffer.from('\n')]) : line);
		from = to;
	}
	return lines;
}

/** A source, and the numbers of lines that its blocks have, over and over. */
type Fed = {readonly lines: readonly Buffer[]; readonly modified: number | null; readonly cuts: readonly number[]};

type Read = {
	readonly rows: string[];
	readonly open: string[];
	readonly coverage: Coverage;
	readonly lines: readonly number[];
};

const usual = {zone: 'Europe/Ljubljana', now: Date.UTC(2026, 11, 1), blockBytes: 1 << 18};

/** Feeds the sources to a pipeline; behind `stop` blocks it is left, and another one of `next` goes on. */
async function read(
	sources: readonly Fed[],
	stop: number,
	make: (options: Pick<PipelineOptions, 'states' | 'sessions'>) => Promise<Pipeline>,
): Promise<Read> {
	const rows: string[] = [];
	const lines: number[] = [];
	const sessions: PipelineOptions['sessions'] = async batch => void rows.push(...rowsOf(batch));
	let pipeline = await make({states: null, sessions});
	let blocks = 0;
	let left: PipelineSnapshot | undefined;

	async function leave(source: {name: string; modified: number | null}): Promise<void> {
		left = await pipeline.snapshot();
		await pipeline.close();
		pipeline = await make({states: left.states, sessions});
		pipeline.open({...source, line: left.line});
	}

	for (const [index, {lines: all, modified, cuts}] of sources.entries()) {
		const source = {name: `${index}.log`, modified};
		pipeline.open(source);
		for (let from = 0, turn = 0; from < all.length; turn++) {
			const to = Math.min(all.length, from + (cuts[turn % cuts.length] ?? 1));
			const block = await pipeline.block();
			let at = 0;
			for (const line of all.slice(from, to)) at += line.copy(block, at);
			await pipeline.parse(block, 0, at);
			from = to;
			if (++blocks === stop) await leave(source);
		}
		lines.push(await pipeline.line());
	}
	const {open} = await pipeline.snapshot();
	const coverage = await pipeline.end();
	await pipeline.close();
	return {rows, open: [...(left?.open ?? []), ...open].flatMap(rowsOf), coverage, lines};
}

/** A sequence of numbers that looks like chance. */
function chance(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
		return state >> 8;
	};
}

const ahead =
	(readers: number, seed: number, counted: Counted, options: Partial<PipelineOptions> = {}) =>
	async (more: Pick<PipelineOptions, 'states' | 'sessions'>) => {
		const choose = chance(seed);
		return createPipeline({
			...usual,
			...options,
			...more,
			threads: readers + 2,
			workers: madeUpThreads(readers, choose, counted),
		});
	};

const one =
	(options: Partial<PipelineOptions> = {}) =>
	(more: Pick<PipelineOptions, 'states' | 'sessions'>) =>
		createPipeline({...usual, ...options, ...more, threads: 1});

const nothing = (): Counted => ({ahead: 0, refused: 0, inOrder: 0});

/** So many logs are read one after the other: each for itself, most of the time went into beginnings. */
const atOnce = 8;

for (let from = 0; from < logs.size; from += atOnce)
	test.serial(
		`${[...logs.keys()].slice(from, from + atOnce)}: several readers give what one gives, wherever they are cut`,
		async t => {
			const sources = [...logs.values()]
				.slice(from, from + atOnce)
				.map(lines => ({lines, modified: null, cuts: lines.length > 400 ? [97] : [1, 3, 2]}));
			const readers = [2, 3, 5][(from / atOnce) % 3] ?? 2;
			const expected = await read(sources, 0, one());
			t.deepEqual(await read(sources, 0, ahead(readers, from, nothing())), expected);
		},
	);

test.serial(
	'any logs behind each other, cut anywhere, left in the midst: several readers give what one gives',
	async t => {
		const names = [...logs.keys()];
		const source = fc.record({
			names: fc.array(fc.constantFrom(...names), {minLength: 1, maxLength: 3}),
			modified: fc.constantFrom(null, Date.UTC(2026, 2, 1), Date.UTC(2025, 0, 1)),
			cuts: fc.array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 8}),
			most: fc.integer({min: 1, max: 300}),
		});
		const counted = nothing();
		await fc.assert(
			fc.asyncProperty(
				fc.array(source, {minLength: 1, maxLength: 3}),
				fc.constantFrom(2, 3, 5),
				fc.nat(100),
				fc.nat(30),
				fc.constantFrom({}, {year: 2025}, {zone: 'UTC'}),
				async (found, readers, seed, stop, options) => {
					const sources = found.map(({names, modified, cuts, most}) => ({
						lines: names.flatMap(name => logs.get(name)?.slice(0, most) ?? []),
						modified,
						cuts,
					}));
					const expected = await read(sources, stop, one(options));
					// Not AVA's, which would hide what fast-check says of the case and its seed.
					deepStrictEqual(await read(sources, stop, ahead(readers, seed, counted, options)), expected);
				},
			),
			{numRuns: runs(60), endOnFailure: true},
		);
		t.log(counted);
		t.true(counted.ahead > counted.inOrder, JSON.stringify(counted));
	},
);

test.serial(
	'sessions come in one order, though names of a block that is read again come before those of the block before it',
	async t => {
		const begin = (most: number, ...names: readonly string[]): Buffer[] =>
			names.flatMap(name => logs.get(name)?.slice(0, most) ?? []);
		const sources: readonly Fed[] = [
			{lines: begin(17, 'real/rfc5424.log', 'postscreen-handover.log'), modified: null, cuts: [29]},
			{
				lines: begin(33, 'real-3.12/a.dovecot.log', 'framing-aix.log'),
				modified: Date.UTC(2026, 2, 1),
				cuts: [23, 29, 18, 27, 26, 25, 3, 18],
			},
		];
		const expected = await read(sources, 0, one());
		for (const seed of [51, 1, 2, 3])
			for (const readers of [2, 3, 5]) t.deepEqual(await read(sources, 0, ahead(readers, seed, nothing())), expected);
	},
);

test.serial('what few logs have makes them be read in order, and nothing else does', async t => {
	const inOrderOf = async (name: string, cuts: readonly number[], lines = logs.get(name) ?? []): Promise<number> => {
		const counted = nothing();
		await read([{lines, modified: null, cuts}], 0, ahead(3, 1, counted));
		t.true(lines.length > 8, name);
		return counted.inOrder;
	};
	for (const name of ['real/rfc3164.log', 'real/rfc3339.log', 'real-3.12/a.dovecot.log', 'dovecot-2.3.log'])
		t.is(await inOrderOf(name, [97]), 0, name);
	// A tag without the program, which an earlier line named; a record over many lines; a header of columns.
	for (const name of ['framing-rfc5424-rsyslog.log', 'framing-journal-export.log', 'framings/csv-graylog.log'])
		t.true((await inOrderOf(name, [4])) > 0, name);
	// A stamp without a year that is half a year from those before.
	const far = ['Jan  3', 'Jan  3', 'Jul  9'].flatMap(day =>
		Array.from({length: 6}, (_, n) =>
			Buffer.from(`${day} 08:00:0${n} mx postfix/smtpd[7]: connect from a[192.0.2.${n}]\n`),
		),
	);
	t.true((await inOrderOf('far', [6], far)) > 0);
	t.is(await inOrderOf('near', [6], far.slice(0, 12)), 0);
});

test.serial('a thread that dies while blocks wait for room is an error, and the pipeline closes', async t => {
	let report: (error: unknown) => void = () => undefined;
	const workers = {
		...madeUpThreads(2, () => 0, nothing()),
		// Nobody takes records, so that readers have no room in the end.
		records: {postMessage: () => undefined} as unknown as Workers['records'],
		onFailure: (take: typeof report) => {
			report = take;
		},
	};
	const pipeline = await createPipeline({
		...usual,
		...{states: null, sessions: async () => undefined, threads: 4, workers},
	});
	const line = Buffer.from('Jan  3 08:00:00 mx postfix/smtpd[7]: connect from a[192.0.2.1]\n');
	pipeline.open({name: 'log', modified: null});
	const feed = async (): Promise<never> => {
		for (;;) {
			const block = await pipeline.block();
			await pipeline.parse(block, 0, line.copy(block as unknown as Buffer));
		}
	};
	const fed = feed();
	fed.catch(() => undefined);
	await new Promise(resolve => setTimeout(resolve, 50));
	report(new Error('the thread is gone'));
	await t.throwsAsync(fed, {message: 'the thread is gone'});
	await pipeline.close();
});
