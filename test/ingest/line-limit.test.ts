import test from 'ava';
import fc from 'fast-check';
import {createLineLimit, lineLimit, roomFor} from '../../src/ingest/line-limit.ts';

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
