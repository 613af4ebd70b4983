import test from 'ava';
import fc from 'fast-check';
import {addRecentId, isRecentId, noRecentIds} from '../../../src/log/join/logins.ts';

test('the latest ids are known, at least half of those that are to be remembered, and none that never was', t => {
	const half = fc.constantFrom(0, 1, -1, 2, 128, 1 << 20, -(2 ** 31), 12_345);
	const id = fc.tuple(half, fc.oneof(half, fc.integer())).filter(([low, high]) => low !== 0 || high !== 0);
	fc.assert(
		fc.property(fc.uniqueArray(id, {selector: String, maxLength: 400}), id, (ids, other) => {
			const recent = noRecentIds();
			for (const [low, high] of ids) addRecentId(recent, low, high, 100);
			const known = ids.slice(-50).every(([low, high]) => isRecentId(recent, low, high));
			const foreign = !ids.some(it => String(it) === String(other)) && isRecentId(recent, ...other);
			return known && !foreign;
		}),
	);
	t.pass();
});
