import test from 'ava';
import fc from 'fast-check';
import {compact, createMoments, percent, span} from '../../src/ui/format.ts';

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

test('spans of time', t => {
	t.is(span(30_000), '30 s');
	t.is(span(300_000), '5 min');
	t.is(span(7 * 86_400_000), '7 d');
});

test('moments are wall time of a zone, short on the day that matters', t => {
	const {full, brief} = createMoments('Europe/Berlin');
	const noon = Date.UTC(2026, 6, 1, 10, 0, 5);
	t.is(full(noon), '2026-07-01 12:00:05');
	t.is(full(null), '');
	t.is(brief(noon, noon), '12:00:05');
	t.is(brief(noon, noon + 86_400_000), '07-01 12:00');
	t.is(brief(noon, noon + 400 * 86_400_000), '2026-07-01');
});
