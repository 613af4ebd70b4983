import test from 'ava';
import {keepAll, liveKeep, readKeep} from '../../src/commands/keep.ts';

test('a time, a number of sessions, both, or all', t => {
	t.deepEqual(readKeep('24h'), {ms: 86_400_000, sessions: null});
	t.deepEqual(readKeep('7d'), {ms: 604_800_000, sessions: null});
	t.deepEqual(readKeep('500000'), {ms: null, sessions: 500_000});
	t.deepEqual(readKeep('24h, 1000000'), liveKeep);
	t.deepEqual(readKeep('all'), keepAll);
});

test('anything else is said in one sentence', t => {
	for (const text of ['', '0', 'h', '-3h', '24 hours', 'everything'])
		t.throws(() => readKeep(text), {message: /^--keep ".*": write a time such as 24h/}, text);
});
