import test from 'ava';
import fc from 'fast-check';
import {createLineLimit, lineLimit, roomFor} from '../../src/ingest/line-limit.ts';
import {readLines} from '../../src/ingest/live.ts';
import {eachLine} from './fixture/lines-in.ts';

function limited(chunks: readonly Buffer[], limit = lineLimit): string {
	const lines = createLineLimit(limit);
	const kept = chunks.map(chunk => {
		if (lines.isShort(chunk)) return chunk;
		const room = Buffer.alloc(roomFor(chunk.length, limit), '\n');
		chunk.copy(room);
		return room.subarray(0, lines.cut(room, 0, chunk.length));
	});
	return Buffer.concat(kept).toString('latin1');
}

function expected(text: string, limit: number): string {
	return text
		.split('\n')
		.map(line => (line.length > limit ? `${line.slice(0, limit)}\0\0` : line))
		.join('\n');
}

test('a line of 64 KiB stays, one byte more is cut and marked, the lines around it stay', t => {
	const text = `before\n${'a'.repeat(65_536)}\n${'b'.repeat(65_537)}\n${'c'.repeat(200_000)}\nafter\n`;
	t.is(limited([Buffer.from(text)]), expected(text, 65_536));
});

test('however the input is cut into chunks, the same lines come out', t => {
	fc.assert(
		fc.property(
			fc.array(fc.string({unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12}), {maxLength: 12}),
			fc.integer({min: 1, max: 8}),
			(pieces, limit) => {
				const chunks = pieces.filter(piece => piece !== '').map(piece => Buffer.from(piece));
				t.is(limited(chunks, limit), expected(pieces.join(''), limit));
			},
		),
	);
});

async function* from(...chunks: ReadonlyArray<string | Buffer | Error>): AsyncGenerator<Buffer> {
	for (const chunk of chunks) {
		if (chunk instanceof Error) throw chunk;
		yield Buffer.from(chunk as string);
	}
}

async function linesOf(...chunks: ReadonlyArray<string | Buffer | Error>): Promise<string[]> {
	const lines: string[] = [];
	await readLines(
		from(...chunks),
		eachLine(line => lines.push(line)),
	);
	return lines;
}

test('LF, CRLF, blank lines and a last line without an ending are lines', async t => {
	t.deepEqual(await linesOf('a\r\nb\n\nc'), ['a', 'b', '', 'c']);
	t.deepEqual(await linesOf(''), []);
});

test('a byte order mark is taken off the first line only', async t => {
	t.deepEqual(await linesOf('\uFEFFa\n\uFEFFb\n'), ['a', '\uFEFFb']);
});

test('cutting the input at any byte gives the same lines', async t => {
	const bytes = Buffer.from('grüße\r\nünïcode 🔒\nlast');
	await fc.assert(
		fc.asyncProperty(fc.integer({min: 0, max: bytes.length}), async at => {
			t.deepEqual(await linesOf(bytes.subarray(0, at), bytes.subarray(at)), ['grüße', 'ünïcode 🔒', 'last']);
		}),
	);
});

test('half a line before damage is marked as cut, and the damage is given back', async t => {
	const lines: string[] = [];
	const damage = new Error('broken');
	t.is(
		await readLines(
			from('whole\nTLSv1', damage),
			eachLine(line => lines.push(line)),
		),
		damage,
	);
	t.deepEqual(lines, ['whole', 'TLSv1\0\0']);
});

test('a whole line before damage stays whole', async t => {
	t.deepEqual(await linesOf('whole\n', new Error('broken')), ['whole']);
});

test('input that was stopped in a line marks it as cut', async t => {
	const lines: string[] = [];
	await readLines(
		from('whole\nhal'),
		eachLine(line => lines.push(line)),
		() => true,
	);
	t.deepEqual(lines, ['whole', 'hal\0\0']);
});

test('an error of the one who takes the lines ends the reading', async t => {
	let taken = 0;
	const endless = async function* (): AsyncGenerator<Buffer> {
		for (;;) yield Buffer.from('x\n'.repeat(1000));
	};
	const reading = readLines(endless(), () => {
		taken += 1;
		if (taken === 5) throw new Error('disk full');
	});
	await t.throwsAsync(reading, {message: 'disk full'});
});
