import test from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {escaped, plain, plainLines} from '../../src/text/plain.ts';
import {createMoments, isoDate, spanOf, spanText, utcDay, utcMinute, utcSecond} from '../../src/text/time.ts';
import {fitted, folded, head, shortened, width} from '../../src/text/width.ts';

test('spans of time', t => {
	t.is(spanText(30_000), '30 s');
	t.is(spanText(300_000), '5 min');
	t.is(spanText(7 * 86_400_000), '7 d');
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

test('dates in UTC, as long as they are asked for, and nothing for what is no date', t => {
	const time = Date.UTC(2026, 9, 12, 8, 21, 40, 5);
	t.is(isoDate(time), '2026-10-12T08:21:40.005Z');
	t.is(utcDay(time), '2026-10-12');
	t.is(utcMinute(time), '2026-10-12 08:21');
	t.is(utcSecond(time), '2026-10-12 08:21:40');
	for (const none of [null, Number.NaN, 8.65e15]) {
		t.is(isoDate(none), null);
		t.is(utcSecond(none), '');
	}
});

test('spans that users type, in the units that are allowed', t => {
	t.is(spanOf('90d', ['d', 'w']), 90 * 86_400_000);
	t.is(spanOf('500ms', ['ms', 's']), 500);
	t.is(spanOf('30 min', ['min']), 1_800_000);
	for (const text of ['90', 'd', '-3h', '3h', '1.5d']) t.is(spanOf(text, ['d']), null, text);
});

const unsafe = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

test('control characters, writing-direction marks and half characters never pass', t => {
	t.is(plain('a\x1b]52;c;eA==\x07b\rc\x9b2Jd\u202Eflow\u2066\ud800'), 'a�]52;c;eA==�b�c�2Jd�flow��');
	t.is(plain('größe 🔒 日本'), 'größe 🔒 日本');
});

test('nor do characters without a look of their own', t => {
	const zeroWidth = ['\u200B', '\u200D', '\u2060', '\uFEFF', '\u00AD', '\uFE0F', '\u3164'];
	const others = ['\u2028', '\u2029', '\u{E0001}', '\u{E0041}', '\u0378', '\uFFFE', '\u{1FFFF}'];
	for (const character of [...zeroWidth, ...others])
		t.is(plain(`a${character}b`), 'a�b', character.codePointAt(0)?.toString(16));
});

test('a text is one line: a tab is a blank, a line break a mark; lines keep theirs', t => {
	t.is(plain('a\tb\nc\r\n'), 'a b�c��');
	t.is(plainLines('a\x1b\n  at b\n'), 'a�\n  at b\n');
});

test('whatever the text, nothing unsafe is left, and its width is known', t => {
	const any = fc.integer({min: 0, max: 0x10ffff}).map(code => String.fromCodePoint(code));
	fc.assert(
		fc.property(fc.oneof(fc.string({unit: 'binary'}), fc.string({unit: any})), text => {
			const safe = plain(text);
			t.false(unsafe.test(safe));
			t.is(plain(safe), safe);
			t.is(width(safe), stringWidth(safe));
		}),
		{numRuns: 1000},
	);
});

test('JSON keeps them, written as escapes', t => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 20}), text => {
			const safe = escaped(JSON.stringify({text}));
			t.deepEqual(JSON.parse(safe), {text});
			t.is(plain(safe), safe);
		}),
	);
	t.is(escaped('"\u009b"'), '"\\u009b"');
	t.is(escaped('"\u{E0041}"'), '"\\udb40\\udc41"');
	t.is(escaped('{\n\t"a": 1\n}\n'), '{\n\t"a": 1\n}\n');
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
