import test from 'ava';
import fc from 'fast-check';
import {fitColumns, layoutOf, topFor} from '../../src/ui/layout.ts';

test('a frame is one row less than the window, and too small a window has no layout', t => {
	t.deepEqual(layoutOf({columns: 80, rows: 24}), {width: 80, height: 23, body: 19});
	t.is(layoutOf({columns: 79, rows: 24}), null);
	t.is(layoutOf({columns: 80, rows: 23}), null);
});

test('the least important columns go first, the important ones grow', t => {
	const columns = [
		{name: 'peer', width: 10, grow: 10, priority: 0},
		{name: 'user', width: 10, priority: 3},
		{name: 'seen', width: 10, priority: 5},
	];
	const names = (room: number) => fitColumns(columns, room).map(({column, width}) => `${column.name} ${width}`);
	t.deepEqual(names(40), ['peer 18', 'user 10', 'seen 10']);
	t.deepEqual(names(60), ['peer 20', 'user 10', 'seen 10']);
	t.deepEqual(names(30), ['peer 19', 'user 10']);
	t.deepEqual(names(12), ['peer 12']);
	t.deepEqual(names(5), ['peer 10'], 'what stays always is never dropped');
});

const column = fc.record({
	width: fc.integer({min: 1, max: 20}),
	grow: fc.integer({min: 0, max: 20}),
	priority: fc.integer({min: 0, max: 6}),
});

test('columns fit into any room that holds those that stay', t => {
	fc.assert(
		fc.property(fc.array(column, {minLength: 1, maxLength: 12}), fc.integer({min: 20, max: 200}), (columns, room) => {
			const fitting = fitColumns(columns, room);
			const used = fitting.reduce((sum, {width}) => sum + width, 0) + fitting.length - 1;
			const stay = columns.filter(({priority}) => priority === 0);
			const least = stay.reduce((sum, {width}) => sum + width, 0) + stay.length - 1;
			return used <= Math.max(room, least);
		}),
	);
	t.pass();
});

test('the chosen row is always on the screen', t => {
	const size = fc.integer({min: 1, max: 500});
	fc.assert(
		fc.property(size, fc.integer({min: 1, max: 60}), fc.nat(600), fc.nat(600), (total, height, top, at) => {
			const selected = Math.min(at, total - 1);
			const first = topFor(selected, top, height, total);
			return first >= 0 && first <= selected && selected < first + height;
		}),
	);
	t.is(topFor(5, 20, 10, 12), 2, 'no room is wasted at the end');
});
