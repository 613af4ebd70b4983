import test from 'ava';
import fc from 'fast-check';
import {csvLine} from '../../../src/report/formats/csv.ts';

test('cells are quoted where RFC 4180 asks for it, null is empty', t => {
	t.is(csvLine(['a', null, 'b,c', 'say "x"', 5, true]), 'a,,"b,c","say ""x""",5,true\r\n');
});

test('text that a spreadsheet would run as a formula gets an apostrophe, numbers do not', t => {
	t.is(
		csvLine(['=HYPERLINK("http://x.example")', '+1', '-1', '@a', '\tx', '\rx', -1]),
		`"'=HYPERLINK(""http://x.example"")",'+1,'-1,'@a,' x,'�x,-1\r\n`,
	);
});

test('so does a formula in full-width or small signs', t => {
	for (const sign of ['＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'])
		t.is(csvLine([`${sign}1`]), `'${sign}1\r\n`);
	t.is(csvLine(['ａ=1', 'a=b', 'größe-1']), 'ａ=1,a=b,größe-1\r\n');
});

test('nothing before the sign hides it', t => {
	const hidden = fc.string({
		unit: fc.constantFrom(
			...[
				' ',
				'\t',
				'\r',
				'\n',
				'\u00A0',
				'\u3000',
				'\u200B',
				'\uFEFF',
				'\u202E',
				'\x1b',
				'\0',
				'\u00AD',
				'\u2028',
				'\u{E0041}',
			],
		),
	});
	const sign = fc.constantFrom('=', '+', '-', '@', '＝', '＋', '－', '＠');
	fc.assert(
		fc.property(hidden, sign, (before, first) => {
			t.regex(csvLine([`${before}${first}cmd`]), /^"?'/);
		}),
	);
});

test('line breaks and control characters in a cell cannot make a new row', t => {
	t.is(csvLine(['a\r\nb\x1b[2J']), 'a��b�[2J\r\n');
});
