import {gzipSync} from 'node:zlib';
import test from 'ava';
import {gunzip} from '../../src/ingest/gunzip.ts';

const text = Array.from({length: 20_000}, (_, index) => `line ${index} ${(index * 7919) % 1013}\n`).join('');
const packed = gzipSync(text);

async function unpack(...chunks: Buffer[]): Promise<{text: string; code: string | undefined}> {
	async function* source(): AsyncGenerator<Buffer> {
		yield* chunks;
	}
	let result = '';
	try {
		for await (const piece of gunzip(source())) result += piece.toString();
	} catch (error) {
		return {text: result, code: (error as NodeJS.ErrnoException).code};
	}
	return {text: result, code: undefined};
}

test('unpacks, whatever the chunks', async t => {
	t.deepEqual(await unpack(packed), {text, code: undefined});
	t.deepEqual(await unpack(packed.subarray(0, 5), packed.subarray(5, 6), packed.subarray(6)), {text, code: undefined});
});

test('members one after another are one text', async t => {
	t.deepEqual(await unpack(Buffer.concat([packed, gzipSync('more\n')])), {text: `${text}more\n`, code: undefined});
});

test('of a truncated file everything before its end is given out', async t => {
	const {text: found, code} = await unpack(packed.subarray(0, Math.floor(packed.length / 2)));
	t.is(code, 'Z_BUF_ERROR');
	t.true(text.startsWith(found));
	t.true(found.length > text.length / 3);
});

test('even the last bytes missing are noticed, and nothing is lost', async t => {
	t.deepEqual(await unpack(packed.subarray(0, -4)), {text, code: 'Z_BUF_ERROR'});
});

test('damage in the middle is noticed', async t => {
	const damaged = Buffer.from(packed);
	damaged.fill(0xff, Math.floor(damaged.length / 2), Math.floor(damaged.length / 2) + 200);
	const {text: found, code} = await unpack(damaged);
	t.regex(code ?? '', /^Z_/);
	t.true(found.length > text.length / 4);
});
