import test from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {plain} from '../../src/text/plain.ts';
import {fitted, folded, head, shortened, width} from '../../src/text/width.ts';
import {compact, createMoments, percent, span} from '../../src/ui/format.ts';

test('nothing that a terminal obeys is left of a hostile text', t => {
	const hostile = '\u001B]52;c;aGk=\u0007\u001B[2J\u009B1mname\u202Etxt\r\n\b\u0000';
	const text = plain(hostile);
	t.notRegex(text, /[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/);
	t.true(text.includes('name'));
	fc.assert(
		fc.property(
			fc.string({unit: 'binary'}),
			any => !/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(plain(any)),
		),
	);
});

test('a cell is exactly as wide as asked, wide and combining characters included', t => {
	t.is(fitted('abc', 5), 'abc  ');
	t.is(fitted('abc', 5, true), '  abc');
	t.is(fitted('漢字漢字', 5), '漢字…');
	t.is(fitted('漢字', 5), '漢字 ');
	t.is(stringWidth(fitted('e\u0301a\u0308o', 5)), 5);
	fc.assert(
		fc.property(
			fc.string({unit: 'grapheme'}),
			fc.integer({min: 1, max: 40}),
			(text, room) => stringWidth(fitted(plain(text), room)) === room,
		),
	);
});

test('a text that fits is not cut, a cut is shown', t => {
	t.is(shortened('abcdef', 6), 'abcdef');
	t.is(shortened('abcdef', 5), 'abcd…');
	t.is(shortened('abcdef', 0), '');
	t.is(head('👩‍👩‍👧ab', 3), '👩‍👩‍👧a');
	t.is(width('✘ min-version ▶'), 15);
});

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

test('folded lines are no wider than the room and lose nothing', t => {
	t.deepEqual(folded('one two three', 7), ['one two', 'three']);
	t.deepEqual(folded('abcdefghij k', 4), ['abcd', 'efgh', 'ij k']);
	fc.assert(
		fc.property(fc.string({unit: 'grapheme-ascii'}), fc.integer({min: 1, max: 30}), (text, room) => {
			const lines = folded(text, room);
			return (
				lines.every(line => width(line) <= room) && lines.join('').replaceAll(' ', '') === text.replaceAll(' ', '')
			);
		}),
	);
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
