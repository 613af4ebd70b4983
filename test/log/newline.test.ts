import test from 'ava';
import fc from 'fast-check';
import {createNewlineFinder} from '../../src/log/newline.ts';

test('finds what indexOf finds, wherever the bytes lie', t => {
	const byte = fc.oneof({weight: 3, arbitrary: fc.constantFrom(10, 11, 9, 138, 0, 255)}, fc.nat(255));
	fc.assert(
		fc.property(fc.array(byte, {maxLength: 80}), fc.nat(4), fc.nat(80), (bytes, shift, to) => {
			const buffer = Buffer.alloc(bytes.length + shift);
			buffer.set(bytes, shift);
			const view = buffer.subarray(shift);
			const end = Math.min(to, view.length);
			const find = createNewlineFinder(view, end);
			for (let from = 0; from <= end; from++) {
				const at = view.indexOf(10, from);
				t.is(find(from), at >= 0 && at < end ? at : -1);
			}
		}),
		{numRuns: 500},
	);
});
