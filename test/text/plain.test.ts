import test from 'ava';
import fc from 'fast-check';
import {escaped, plain} from '../../src/text/plain.ts';

test('control characters, writing-direction marks and half characters never pass', t => {
	t.is(plain('a\x1b]52;c;eA==\x07b\rc\x9b2Jd\u202Eflow\u2066\ud800'), 'a�]52;c;eA==�b�c�2Jd�flow��');
	t.is(plain('größe 🔒 日本'), 'größe 🔒 日本');
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
});
