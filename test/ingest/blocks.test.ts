import {mkdtempSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough, Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {createBlockFiller} from '../../src/ingest/block-filler.ts';
import {type Block, type BlockOptions, readBlocks} from '../../src/ingest/blocks.ts';
import {readLines} from '../../src/ingest/live.ts';
import {type Source, standardInput} from '../../src/ingest/sources/source.ts';
import {SourceProblem} from '../../src/ingest/sources/source-problem.ts';
import {runs} from '../runs.ts';
import {eachLine, linesIn} from './fixture/lines-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-blocks-'));
let files = 0;

function file(content: string | Buffer): Source {
	files += 1;
	const path = join(folder, `${files}.log`);
	writeFileSync(path, content);
	return {name: path, path, modified: 1, size: content.length};
}

type Read = {lines: string[]; blocks: Array<Omit<Block, 'bytes'>>; problem: string | undefined; bytes: number};

async function read(source: Source, more: Partial<BlockOptions> = {}, size = 262_144): Promise<Read> {
	const result: Read = {lines: [], blocks: [], problem: undefined, bytes: 0};
	try {
		const blocks = readBlocks(source, {
			into: () => Buffer.alloc(size, '\n'),
			stdin: Readable.from([]),
			signal: new AbortController().signal,
			onBytes: count => {
				result.bytes += count;
			},
			...more,
		});
		for await (const {bytes, ...block} of blocks) {
			result.lines.push(...linesIn(bytes, block.from, block.to));
			result.blocks.push(block);
		}
	} catch (error) {
		if (!(error instanceof SourceProblem)) throw error;
		result.problem = error.message;
	}
	return result;
}

/** The pieces as blocks of some forty bytes, and as the live path's lines. */
async function bothWays(pieces: readonly Buffer[], limit: number, size: number, damaged: boolean) {
	const damage = damaged ? new Error('broken') : null;
	async function* chunks(): AsyncGenerator<Buffer> {
		for (const piece of pieces) yield Buffer.from(piece);
		if (damage !== null) throw damage;
	}
	const live: string[] = [];
	await readLines(
		chunks(),
		eachLine(line => live.push(line)),
		() => false,
		limit,
	);
	const source = chunks();
	let rest: Buffer = Buffer.alloc(0);
	const fill = createBlockFiller({
		limit,
		startAt: 0,
		wasCut: () => false,
		read: async (target, at, room) => {
			if (rest.length === 0) rest = (await source.next()).value ?? rest;
			const length = rest.copy(target, at, 0, room);
			rest = rest.subarray(length);
			return length;
		},
	});
	const lines: string[] = [];
	const offsets: number[] = [0];
	for (;;) {
		const target = Buffer.alloc(size, '\n');
		const {to, last, startOffset, endOffset, damage: found} = await fill(target);
		lines.push(...linesIn(target, 0, to));
		if (startOffset !== offsets.at(-1)) throw new Error('a gap between blocks');
		offsets.push(endOffset);
		if (!last) continue;
		if (found !== damage) throw new Error('the damage was not reported');
		return {live, lines, offsets};
	}
}

test('however bytes are cut into chunks and blocks, the lines are those of the live path', async t => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.string({unit: fc.constantFrom('a', 'b', 'ü', '\n', '\n', '\r\n'), minLength: 1, maxLength: 30}), {
				maxLength: 12,
			}),
			fc.integer({min: 1, max: 12}),
			fc.integer({min: 0, max: 30}),
			fc.boolean(),
			async (pieces, limit, spare, damaged) => {
				const {live, lines, offsets} = await bothWays(
					pieces.map(piece => Buffer.from(piece)),
					limit,
					2 * limit + 8 + spare,
					damaged,
				);
				t.deepEqual(lines, live);
				const text = Buffer.from(pieces.join(''));
				t.is(offsets.at(-1), text.length);
				for (const offset of offsets.slice(1, -1)) t.is(text[offset - 1], 10);
			},
		),
		{numRuns: runs(800)},
	);
});

test('a plain file is read in blocks that end with a line, and their offsets join', async t => {
	const lines = Array.from({length: 40_000}, (_, index) => `line ${index} ${'x'.repeat(index % 40)}`);
	const text = `${lines.join('\n')}\n`;
	const found = await read(file(text));
	t.deepEqual(found.lines, lines);
	t.true(found.blocks.length > 3);
	t.deepEqual(
		found.blocks.slice(1).map(({startOffset}) => startOffset),
		found.blocks.slice(0, -1).map(({endOffset}) => endOffset),
	);
	t.deepEqual(
		found.blocks.map(({last}) => last),
		found.blocks.map((_, index) => index === found.blocks.length - 1),
	);
	t.is(found.blocks.at(-1)?.endOffset, text.length);
	t.false(found.blocks.at(-1)?.unended);
	t.is(found.bytes, text.length);
	t.is(found.problem, undefined);
});

test('lines of 64 KiB stay, longer ones are cut and marked, over several blocks too', async t => {
	const text = `before\n${'a'.repeat(65_536)}\n${'b'.repeat(65_537)}\n${'c'.repeat(900_000)}\nafter\n${'d'.repeat(70_000)}`;
	const live: string[] = [];
	async function* whole(): AsyncGenerator<Buffer> {
		yield Buffer.from(text);
	}
	await readLines(
		whole(),
		eachLine(line => live.push(line)),
	);
	const found = await read(file(text), {}, 140_000);
	t.deepEqual(found.lines, live);
	t.is(found.blocks.at(-1)?.endOffset, text.length);
});

test('a last line without a newline is marked as such', async t => {
	const {lines, blocks} = await read(file('whole\nhalf'));
	t.deepEqual(lines, ['whole', 'half']);
	t.deepEqual(blocks, [{from: 0, to: 11, startOffset: 0, endOffset: 10, last: true, unended: true}]);
});

test('an empty file is one empty block', async t => {
	const {blocks} = await read(file(''));
	t.deepEqual(blocks, [{from: 0, to: 0, startOffset: 0, endOffset: 0, last: true, unended: false}]);
});

test('a byte order mark is left out', async t => {
	t.deepEqual((await read(file('\uFEFFa\n\uFEFFb\n'))).lines, ['a', '\uFEFFb']);
});

test('reading begins at an offset, in packed text too', async t => {
	for (const content of ['a\nbb\nccc\n', gzipSync('a\nbb\nccc\n')]) {
		const {lines, blocks} = await read(file(content), {startAt: 2});
		t.deepEqual(lines, ['bb', 'ccc']);
		t.is(blocks[0]?.startOffset, 2);
		t.is(blocks[0]?.endOffset, 9);
	}
});

test('packed files and standard input are read alike', async t => {
	t.deepEqual((await read(file(gzipSync('a\nb\n')))).lines, ['a', 'b']);
	const stdin = Readable.from([gzipSync('c\nd')]);
	t.deepEqual((await read(standardInput, {stdin})).lines, ['c', 'd']);
});

test('text packed twice, longer than what an unpacker fills at a time, comes out whole', async t => {
	// Words of chance: what packs well to a thousandth would come through the outer archive in one piece.
	let seed = 1;
	const lines = Array.from({length: 200_000}, () => {
		seed = (seed * 48_271) % 2_147_483_647;
		return seed.toString(36).repeat(2);
	});
	const found = await read(file(gzipSync(gzipSync(lines.join('\n')))));
	t.is(found.problem, undefined);
	t.deepEqual(found.lines, lines);
});

test('a damaged end: what precedes it is emitted, then the problem is thrown', async t => {
	const text = Array.from({length: 50_000}, (_, index) => `line ${index * 7919}\n`).join('');
	const packed = gzipSync(text);
	const {lines, problem} = await read(file(packed.subarray(0, packed.length - 1000)));
	t.regex(problem ?? '', /ends too early/);
	t.true(lines.length > 45_000);
	t.true(lines.at(-1)?.endsWith('\0\0') || text.includes(`\n${lines.at(-1)}\n`));
});

test('what cannot be opened is a problem at once', async t => {
	const {problem, blocks} = await read({name: 'no.log', path: join(folder, 'no.log'), modified: null, size: null});
	t.is(problem, 'no.log: no such file; check the name');
	t.deepEqual(blocks, []);
});

test('a file that is truncated while it is read keeps what was read and says so', async t => {
	const source = file('0123456789abcde\n'.repeat(100_000));
	let lines = 0;
	const reading = async (): Promise<void> => {
		const blocks = readBlocks(source, {
			into: () => Buffer.allocUnsafe(262_144),
			stdin: Readable.from([]),
			signal: new AbortController().signal,
			onBytes: () => undefined,
		});
		for await (const {bytes, from, to} of blocks) {
			lines += linesIn(bytes, from, to).length;
			if (source.path !== null) truncateSync(source.path, 1000);
		}
	};
	const {message} = await t.throwsAsync(reading, {instanceOf: SourceProblem});
	t.regex(message, /was truncated while it was read, after \d+ bytes/);
	t.true(lines > 10_000 && lines < 100_000);
});

test('one buffer that is used again is enough, if it is free by the time the next block is read', async t => {
	const text = '0123456789abcde\n'.repeat(100_000);
	const only = Buffer.from(new SharedArrayBuffer(262_144));
	let free: (() => void) | undefined;
	let lines = 0;
	const blocks = readBlocks(file(text), {
		into: async () => {
			if (lines > 0) await new Promise<void>(resolve => (free = resolve));
			return only;
		},
		stdin: Readable.from([]),
		signal: new AbortController().signal,
		onBytes: () => undefined,
	});
	for await (const {bytes, from, to} of blocks) {
		for (const line of linesIn(bytes, from, to)) if (line === '0123456789abcde') lines += 1;
		free?.();
	}
	t.is(lines, 100_000);
});

test('the signal ends reading, and half a line is marked', async t => {
	const controller = new AbortController();
	const stdin = new PassThrough();
	stdin.write('whole\nhal');
	setTimeout(() => controller.abort(), 20);
	const {lines} = await read(standardInput, {stdin, signal: controller.signal});
	t.deepEqual(lines, ['whole', 'hal\0\0']);
});

test('who leaves early need not wait for input that does not come', async t => {
	const stdin = new PassThrough();
	stdin.write('a line\n'.repeat(100_000));
	const blocks = readBlocks(standardInput, {
		into: () => Buffer.allocUnsafe(262_144),
		stdin,
		signal: new AbortController().signal,
		onBytes: () => undefined,
	});
	for await (const {to} of blocks) {
		t.true(to > 0);
		break;
	}
	t.true(stdin.destroyed);
});
