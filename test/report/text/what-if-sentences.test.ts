import test from 'ava';
import {whatIfSentence} from '../../../src/report/text/what-if-sentences.ts';
import type {TriedRule} from '../../../src/report/what-if-result.ts';

const trial = (remains: number, failed: number): TriedRule => ({
	rule: {min_version: 'TLSv1.2', ban: [], policy: null, at: null},
	breaks: [],
	users: [],
	domains: [],
	remains: [
		{
			...{hop: 'submission', port: 465, sessions: remains + failed, breaks: 0, unknown: 0, remains},
			remaining_messages: remains,
		},
	],
	nothing: null,
});

test('nobody is said to be kept where nobody was seen', t => {
	t.is(whatIfSentence(trial(0, 3)), 'What if TLSv1.2 or later: no session with mail or a login was seen.');
	t.regex(
		whatIfSentence(trial(2, 3)),
		/^Nobody who sent mail or logged in would be turned away by TLSv1\.2 or later\.$/,
	);
});
