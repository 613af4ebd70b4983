import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {createLineRing, type Found, type LineIndex, type LineRing, readLinesAgain} from '../../src/ingest/raw-lines.ts';

function add(ring: LineRing, line: string | Uint8Array): void {
	const bytes = Buffer.concat([Buffer.from(line), Buffer.from('\n')]);
	ring.add(bytes, 0, bytes.length);
}

const texts = (found: Found | null) => found?.lines.map(String);

test('a ring gives the lines it still holds', t => {
	const ring = createLineRing(1 << 20);
	for (let line = 1; line <= 100; line += 1) add(ring, `line ${line} ä`);
	t.is(ring.get(1, 2)?.from, 1);
	t.deepEqual(texts(ring.get(1, 2)), ['line 1 ä', 'line 2 ä']);
	t.is(ring.get(99, 200)?.from, 99);
	t.deepEqual(texts(ring.get(99, 200)), ['line 99 ä', 'line 100 ä']);
	t.is(ring.get(101, 102), null);
	t.is(createLineRing(0).get(1, 1), null);
});

test('a ring forgets the oldest, and a range over several blocks is whole', t => {
	const ring = createLineRing(1 << 20);
	const text = 'x'.repeat(1000);
	for (let line = 1; line <= 5000; line += 1) add(ring, `${line} ${text}`);
	t.is(ring.get(1, 5), null);
	const found = ring.get(4100, 5000);
	t.is(found?.lines.length, 901);
	t.true(texts(found)?.every((line, index) => line.startsWith(`${4100 + index} `)));
});

test('whatever the lines are, those that are held come back as they were', t => {
	// Bytes, as a log may hold what is no text.
	const line = fc.uint8Array({maxLength: 60}).map(bytes => bytes.filter(byte => byte !== 10 && byte !== 13));
	fc.assert(
		fc.property(fc.array(line, {minLength: 1, maxLength: 50}), lines => {
			const ring = createLineRing(1 << 20);
			for (const each of lines) add(ring, each);
			const held = ring.get(1, lines.length)?.lines.map(each => each.toString('hex'));
			t.deepEqual(
				held,
				lines.map(each => Buffer.from(each).toString('hex')),
			);
		}),
		{numRuns: 30},
	);
});

test('lines of a file are read again, plain and gzip, from places noted on the way', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-raw-'));
	const count = 90_000;
	const text = Array.from({length: count}, (_, index) => `line ${index + 1} ${'y'.repeat(90)}`).join('\n');
	const plain = join(folder, 'mail.log');
	const packed = join(folder, 'mail.log.gz');
	writeFileSync(plain, text);
	writeFileSync(packed, gzipSync(text));
	const index: LineIndex = new Map();
	for (const path of [plain, packed, plain]) {
		const middle = await readLinesAgain(path, 70_000, 70_002, index);
		t.deepEqual(
			middle.lines.map(line => line.toString().slice(0, 10)),
			['line 70000', 'line 70001', 'line 70002'],
		);
		const start = await readLinesAgain(path, 1, 1, index);
		t.true(texts(start)?.[0]?.startsWith('line 1 '));
		const end = await readLinesAgain(path, count, count + 5, index);
		t.is(end.lines.length, 1, 'the last line has no ending');
		t.is((await readLinesAgain(path, count + 1, count + 2, index)).lines.length, 0);
	}
	t.true((index.get(plain)?.length ?? 0) >= 1);
	rmSync(folder, {recursive: true});
});

test('a file that is gone is the system’s error', async t => {
	await t.throwsAsync(readLinesAgain('/nonexistent/mail.log', 1, 1, new Map()), {code: 'ENOENT'});
});
