import test from 'ava';
import fc from 'fast-check';
import {compact, percent} from '../../src/ui/format.ts';

test('counts fit into their column and are never greater than they are', t => {
	t.is(compact(999, 6), '999');
	t.is(compact(1_234_567, 9), '1,234,567');
	t.is(compact(1_234_567, 6), '1.23M');
	t.is(compact(12_999, 5), '12.9k');
	t.is(compact(999_999, 5), '999k');
	fc.assert(
		fc.property(
			fc.integer({min: 0, max: 1e14}),
			fc.integer({min: 5, max: 12}),
			(value, room) => compact(value, room).length <= room,
		),
	);
});

test('a share is never rounded to nothing or to all', t => {
	t.is(percent(0, 10), '');
	t.is(percent(1, 1000), '<1%');
	t.is(percent(999, 1000), '>99%');
	t.is(percent(10, 10), '100%');
	t.is(percent(1, 0), '');
});
