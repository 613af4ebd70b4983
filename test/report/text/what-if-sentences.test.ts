import test from 'ava';
import {whatIfSentence, whatIfTone} from '../../../src/report/text/what-if-sentences.ts';
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
	partial: false,
});

test('nobody is said to be kept where nobody was seen', t => {
	t.is(whatIfSentence(trial(0, 3)), 'What if TLSv1.2 or later: no session with mail or a login was seen.');
	t.regex(
		whatIfSentence(trial(2, 3)),
		/^Nobody who sent mail or logged in would be turned away by TLSv1\.2 or later\.$/,
	);
});

test('good news is of logs that were read to the end, and in which somebody remains', t => {
	t.is(whatIfTone(trial(2, 3)), 'good');
	t.is(whatIfTone(trial(0, 3)), 'open', 'nobody was seen');
	const partial = {...trial(2, 3), partial: true};
	t.is(whatIfTone(partial), 'open');
	t.is(
		whatIfSentence(partial),
		'So far nobody who sent mail or logged in would be turned away by TLSv1.2 or later; not all logs could be read to the end.',
	);
});
