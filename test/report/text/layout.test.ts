import test from 'ava';
import {folded, share, table, tie} from '../../../src/report/text/layout.ts';
import {count} from '../../../src/text/number.ts';
import {shortened} from '../../../src/text/width.ts';

test('columns are aligned, numbers to the right', t => {
	t.deepEqual(
		table(
			[{title: 'HOP'}, {title: 'N', right: true}],
			[
				['access', '5'],
				['x', '1,234'],
			],
		),
		['HOP         N', 'access      5', 'x       1,234'],
	);
});

test('gaps shrink when two spaces do not fit', t => {
	t.deepEqual(table([{title: 'AAAA'}, {title: 'BBBB'}], [], 9), ['AAAA BBBB']);
	t.deepEqual(table([{title: 'AAAA'}, {title: 'BBBB'}], [], 10), ['AAAA  BBBB']);
});

test('counts have thousands apart; shares never round to none or all', t => {
	t.is(count(1_234_567), '1,234,567');
	t.is(share(1, 3), '33.3 %');
	t.is(share(1, 100_000), '<0.1 %');
	t.is(share(99_999, 100_000), '>99.9 %');
	t.is(share(0, 5), '0.0 %');
	t.is(share(5, 5), '100.0 %');
	t.is(share(0, 0), '');
});

test('text is shortened with a mark and folded at words, tied words stay together', t => {
	t.is(shortened('abcdef', 4), 'abc…');
	t.is(shortened('abcd', 4), 'abcd');
	t.deepEqual(folded(`one two${tie}three four`, '  ', 12), ['  one', '    two three', '    four']);
});
