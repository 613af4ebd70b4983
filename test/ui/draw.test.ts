import test from 'ava';
import fc from 'fast-check';
import {compact, percent} from '../../src/ui/format.ts';
import {fitColumns, layoutOf, topFor} from '../../src/ui/layout.ts';
import {rowChanges} from '../../src/ui/terminal.ts';
import {createTheme} from '../../src/ui/theme.ts';
import {barParts, versionBar, versionName, worstVersion} from '../../src/ui/version-bar.ts';

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

/** Rows of a terminal after what was written to it. */
function apply(before: readonly string[], text: string): string[] {
	const rows = [...before];
	for (const [, number, content = ''] of text.matchAll(/\u001B\[(\d+);1H\u001B\[m\u001B\[2K([^\u001B]*)/g))
		rows[Number(number) - 1] = content;
	return Array.from(rows, row => row ?? '');
}
const rowsOf = fc.array(fc.constantFrom('', ' ', 'a', 'ab', '─', 'long row'), {maxLength: 12});
const withoutEmptyEnd = (rows: readonly string[]): string[] => rows.slice(0, rows.findLastIndex(row => row !== '') + 1);

test('what is written turns the rows that were there into those that are wanted', t => {
	fc.assert(
		fc.property(rowsOf, rowsOf, (before, after) => {
			t.deepEqual(withoutEmptyEnd(apply(before, rowChanges(before, after))), withoutEmptyEnd(after));
		}),
	);
});

test('the same rows need nothing to be written', t => {
	fc.assert(fc.property(rowsOf, rows => rowChanges(rows, rows) === ''));
	t.is(rowChanges([], ['', '']), '');
});

test('a row is erased before it is written: behind the last column there is nothing to erase', t => {
	t.is(rowChanges(['a', 'b'], ['a', 'c']), '\u001B[2;1H\u001B[m\u001B[2Kc');
});

const theme = createTheme({colour: false, unicode: true});
const bar = (versions: Record<string, number>, width: number, plaintext = 0): string =>
	versionBar({versions, plaintext}, width, theme).replaceAll(/\u001B\[\d+m/g, '');

test('a bar is as wide as asked, and whatever is there can be seen', t => {
	t.is(bar({'TLSv1.3': 1, TLSv1: 1}, 8), '████░░░░');
	t.is(bar({'TLSv1.3': 2, 'TLSv1.2': 2}, 8, 4), 'PPPP▒▒░░', 'the worst comes first and is the boldest');
	t.is(bar({'TLSv1.3': 9999, TLSv1: 1}, 8), '█░░░░░░░');
	t.is(bar({}, 4), '    ');
	t.is(bar({'': 1, 'TLSv9.9': 1}, 4), '····', 'not logged, or unknown');
	fc.assert(
		fc.property(
			fc.array(fc.nat(1_000_000), {minLength: 5, maxLength: 5}),
			fc.integer({min: 5, max: 80}),
			(counts, width) => {
				const parts = barParts(counts, width);
				const sum = parts.reduce((all, part) => all + part, 0);
				return (
					(counts.every(each => each === 0) ? sum === 0 : sum === width) &&
					counts.every((each, index) => each === 0 || (parts[index] ?? 0) > 0)
				);
			},
		),
	);
});

test('the oldest version is the worst', t => {
	t.is(worstVersion({'TLSv1.3': 4, 'TLSv1.1': 1}), 'TLSv1.1');
	t.is(worstVersion({'': 3}), null);
	t.is(worstVersion({SSLv3: 1, TLSv1: 1}), 'SSLv3');
});

test('versions in words', t => {
	t.is(versionName('TLSv1'), 'TLS 1.0');
	t.is(versionName('TLSv1.3'), 'TLS 1.3');
	t.is(versionName('SSLv3'), 'SSL 3');
	t.is(versionName(null), '');
});

test('a frame is one row less than the window, and too small a window has no layout', t => {
	t.deepEqual(layoutOf({columns: 80, rows: 24}), {width: 80, height: 23, body: 19});
	t.deepEqual(layoutOf({columns: 40, rows: 12}), {width: 40, height: 11, body: 7});
	t.is(layoutOf({columns: 39, rows: 12}), null);
	t.is(layoutOf({columns: 40, rows: 11}), null);
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
	const narrow = [
		{name: 'peer', width: 10, least: 4, priority: 0},
		{name: 'worst', width: 7, priority: 0},
	];
	t.deepEqual(
		fitColumns(narrow, 14).map(({width}) => width),
		[6, 7],
		'but it becomes narrower where it may',
	);
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
