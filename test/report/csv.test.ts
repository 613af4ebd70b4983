import test from 'ava';
import {csvLine} from '../../src/report/csv.ts';

test('cells are quoted where RFC 4180 asks for it, null is empty', t => {
	t.is(csvLine(['a', null, 'b,c', 'say "x"', 5, true]), 'a,,"b,c","say ""x""",5,true\r\n');
});

test('text that a spreadsheet would run as a formula gets an apostrophe, numbers do not', t => {
	t.is(
		csvLine(['=HYPERLINK("http://x.example")', '+1', '-1', '@a', '\tx', '\rx', -1]),
		`"'=HYPERLINK(""http://x.example"")",'+1,'-1,'@a,'�x,'�x,-1\r\n`,
	);
});

test('line breaks and control characters in a cell cannot make a new row', t => {
	t.is(csvLine(['a\r\nb\x1b[2J']), 'a��b�[2J\r\n');
});
