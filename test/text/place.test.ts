import test from 'ava';
import {lineRange, lineWords, placeWords} from '../../src/text/place.ts';

test('a place is its hop and port, or the hop alone', t => {
	t.is(placeWords({hop: 'submission', port: 465}), 'submission 465');
	t.is(placeWords({hop: 'relay-out', port: null}), 'relay-out');
});

test('lines of a session, one or more, and none where they are not known', t => {
	t.deepEqual(
		[lineRange(11, 16), lineRange(55, 55), lineRange(55, null), lineRange(null, 3)],
		['11-16', '55', '55', null],
	);
	t.deepEqual(
		[lineWords(11, 16), lineWords(55, 55), lineWords(55, null), lineWords(null, 3)],
		['lines 11 to 16', 'line 55', 'line 55', null],
	);
});
