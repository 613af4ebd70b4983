import test from 'ava';
import {paintedPicture} from './painted-picture.ts';

const size = {columns: 20, rows: 2};

test('words stand where they stood, blocks are drawn, colours are those of the capture', t => {
	const picture = paintedPicture('a & <b>  \u001B[31mred\u001B[0m\n\u001B[1m▒▒▄\u001B[0m', 'dark', size, 'Two & rows');
	t.true(picture.includes('viewBox="0 0 188 56"'));
	t.true(picture.includes('<title>Two &amp; rows</title>'));
	t.regex(picture, />a<\/text>\n<text x="26\.8" [^>]*>&amp;<\/text>\n<text x="43\.6" [^>]*>&lt;b><\/text>/);
	t.regex(picture, /<text x="85\.6" y="23\.5" fill="#cd0000" textLength="25\.2"[^>]*>red<\/text>/);
	t.true(picture.includes('<rect x="10" y="28" width="16.8" height="18" fill="#e5e5e5" opacity="0.6"/>'));
	t.true(picture.includes('<rect x="26.8" y="37" width="8.4" height="9" fill="#e5e5e5"/>'));
	t.is(paintedPicture('x', 'dark', size, 't'), paintedPicture('x', 'dark', size, 't'));
});

test('a ground of its own is drawn below the words, rows beyond the picture are not', t => {
	const picture = paintedPicture('\u001B[7mhi\u001B[0m\n\nthird', 'light', size, 't');
	t.regex(picture, /<rect x="10" y="10" width="16\.8" height="18" fill="#171421"\/>\n<text [^>]*fill="#ffffff"/);
	t.false(picture.includes('third'));
});
