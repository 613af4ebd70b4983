import test from 'ava';
import {earlier, later} from '../../src/model/summary.ts';

test('of two moments one may be unknown, and 1970 is one', t => {
	t.deepEqual([earlier(0, 5), later(0, 5)], [0, 5]);
	t.deepEqual([earlier(null, 0), earlier(0, null), later(null, 0), later(0, null)], [0, 0, 0, 0]);
	t.is(earlier(null, null) ?? later(null, null), null);
});
