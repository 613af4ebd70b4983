import test from 'ava';
import {pageOf} from '../../src/cli/page.ts';

test('a terminal has its own width, COLUMNS before it, between 40 and 300', t => {
	const width = (columns: number | undefined, said?: string): number =>
		pageOf({isTTY: true, columns}, said === undefined ? {} : {COLUMNS: said}).width;
	t.is(width(120), 120);
	t.is(width(120, '160'), 160);
	for (const odd of ['', '0', 'wide', '-5', '1e3']) t.is(width(120, odd), 120, odd);
	t.is(width(0), 80);
	t.is(width(undefined), 80);
	t.is(width(20), 40);
	t.is(width(900), 300);
	t.false(pageOf({isTTY: true, columns: 80}, {}).whole);
});

test('a file or pipe is whole, whatever COLUMNS says', t => {
	t.deepEqual(pageOf({}, {COLUMNS: '40'}), {width: 80, whole: true});
	t.deepEqual(pageOf({isTTY: false, columns: 40}, {}), {width: 80, whole: true});
});
