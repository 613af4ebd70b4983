import test from 'ava';
import {liveRetention, readRetention} from '../../src/cli/live-retention.ts';

test('a time, a number of sessions, both, or all', t => {
	t.deepEqual(readRetention('24h'), {ms: 86_400_000, sessions: null});
	t.deepEqual(readRetention('7d'), {ms: 604_800_000, sessions: null});
	t.deepEqual(readRetention('500000'), {ms: null, sessions: 500_000});
	t.deepEqual(readRetention('24h, 1000000'), liveRetention);
	t.deepEqual(readRetention('all'), {ms: null, sessions: null});
});

test('anything else is said in one sentence', t => {
	for (const text of ['', '0', 'h', '-3h', '24 hours', 'everything'])
		t.throws(() => readRetention(text), {message: /^--keep ".*": write a time such as 24h/}, text);
});
