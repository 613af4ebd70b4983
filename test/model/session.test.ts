import test from 'ava';
import {emptyCoverage} from '../../src/model/coverage.ts';
import {emptySession, hops} from '../../src/model/session.ts';

test('an empty session knows its hop and direction and nothing else', t => {
	for (const hop of hops) {
		const {hop: role, direction, reused, messages, rejected, loggedIn, startSeen, ...rest} = emptySession(hop, 'in');
		t.deepEqual([role, direction, reused, messages, rejected, loggedIn, startSeen], [hop, 'in', 0, 0, 0, false, true]);
		t.true(Object.values(rest).every(value => value === null));
	}
});

test('an empty coverage sums up, and two of them share nothing', t => {
	const {lines, understood, irrelevant, foreign, malformed} = emptyCoverage();
	t.is(lines, understood + irrelevant + foreign + malformed);
	t.not(emptyCoverage().notices, emptyCoverage().notices);
});
