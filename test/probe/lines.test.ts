import test from 'ava';
import fc from 'fast-check';
import {createLines} from '../../src/probe/handshake.ts';

test('bytes cut anywhere give the same lines', t => {
	const bytes = Buffer.from('220-grüße\r\n220 b\n\r\nrest');
	fc.assert(
		fc.property(fc.array(fc.integer({min: 0, max: bytes.length}), {maxLength: 5}), cuts => {
			const lines = createLines();
			const found: string[] = [];
			let from = 0;
			for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
				if (to === from) continue;
				const some = lines.take(bytes.subarray(from, to));
				if (typeof some === 'string') return false;
				found.push(...some);
				from = to;
			}
			return lines.rest() === 4 && found.join('|') === '220-grüße|220 b|';
		}),
	);
	t.pass();
});

test('a line, a number of lines and a number of bytes without end are a flood', t => {
	t.is(createLines().take(Buffer.alloc(9000, 'x')), 'flood');
	t.is(createLines().take(Buffer.from(`${'x'.repeat(9000)}\r\n`)), 'flood');
	t.is(createLines().take(Buffer.from('a\n'.repeat(501))), 'flood');
	t.is(createLines().take(Buffer.alloc(70_000, 'a\n')), 'flood');
	const slowly = createLines();
	let last: unknown;
	for (let index = 0; index < 600; index++) last = slowly.take(Buffer.from('220-a\r\n'));
	t.is(last, 'flood');
});

test('a TLS record is known only where the first bytes are', t => {
	t.is(createLines().take(Buffer.from([0x15, 3, 1, 0, 2])), 'tls');
	t.is(createLines().take(Buffer.from([0x16])), 'tls');
	const lines = createLines();
	t.deepEqual(lines.take(Buffer.from('a\n')), ['a']);
	t.deepEqual(lines.take(Buffer.from([0x15, 3, 10])), ['\u0015\u0003']);
});
