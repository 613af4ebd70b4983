import test from 'ava';
import fc from 'fast-check';
import {rowChanges} from '../../src/ui/terminal.ts';

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
