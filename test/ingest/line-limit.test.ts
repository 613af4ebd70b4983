import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import test from 'ava';
import fc from 'fast-check';
import {createLineLimit, lineLimit} from '../../src/ingest/line-limit.ts';

async function limited(chunks: readonly Buffer[], limit?: number): Promise<string> {
	return (await buffer(Readable.from(chunks).pipe(createLineLimit(limit ?? lineLimit)))).toString('latin1');
}

function expected(text: string, limit: number): string {
	return text
		.split('\n')
		.map(line => (line.length > limit ? `${line.slice(0, limit)}\0\0` : line))
		.join('\n');
}

test('a line of 64 KiB stays, one byte more is cut and marked, the lines around it stay', async t => {
	const text = `before\n${'a'.repeat(65_536)}\n${'b'.repeat(65_537)}\n${'c'.repeat(200_000)}\nafter\n`;
	t.is(await limited([Buffer.from(text)]), expected(text, 65_536));
});

test('however the input is cut into chunks, the same lines come out', async t => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.string({unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12}), {maxLength: 12}),
			fc.integer({min: 1, max: 8}),
			async (pieces, limit) => {
				const chunks = pieces.filter(piece => piece !== '').map(piece => Buffer.from(piece));
				t.is(await limited(chunks, limit), expected(pieces.join(''), limit));
			},
		),
	);
});
