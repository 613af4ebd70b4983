import test from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {plain} from '../../src/text/plain.ts';
import {fitted, folded, head, shortened, width} from '../../src/text/width.ts';

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
