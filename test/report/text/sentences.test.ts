import test from 'ava';
import {emptyCoverage} from '../../../src/model/coverage.ts';
import {nothingUnderstood, partlyUnderstood} from '../../../src/report/text/coverage-text.ts';
import {missingText, type VerdictWords, verdictSentence} from '../../../src/report/text/sentences.ts';

const words: VerdictWords = {
	verdict: 'pass',
	...{policy: 'own\x1b', counted: 0, max: 0, maxUndecided: 0.05, nothing: null},
	places: [{hop: 'submission', port: 465, decided: 96, undecided: 4, lacking: 4}],
};
const silent = (port: number) => ({hop: 'access', port, decided: 1, undecided: 2, lacking: 2}) as const;

test('each verdict is a sentence that begins with its word', t => {
	t.is(
		verdictSentence({...words, places: []}),
		'Pass: no session breaks policy own\uFFFD; none is of a kind that it asks about.',
	);
	t.is(
		verdictSentence(words),
		'Pass: no session breaks policy own\uFFFD; in 4 of 100 sessions the log lacks what it asks for.',
	);
	t.is(verdictSentence({...words, verdict: 'fail', counted: 1, places: []}), 'Fail: 1 violation of policy own\uFFFD.');
	t.regex(
		verdictSentence({...words, verdict: 'fail', counted: 2}),
		/^Fail: 2 violations .*; in 4 of 100 sessions the log/,
	);
	t.regex(
		verdictSentence({...words, counted: 2, max: 5, places: []}),
		/^Pass: 2 violations of policy own., at most 5\.$/,
	);
	t.is(verdictSentence({...words, verdict: 'nothing-read', nothing: 'no lines'}), 'Nothing read: no lines.');
});

test('an undecided verdict names the hops that say too little, and how many more', t => {
	const places = [...words.places, ...[993, 143, 995, 110].map(silent)];
	t.is(
		verdictSentence({...words, verdict: 'undecided', places}),
		'Undecided: the log lacks what policy own\uFFFD asks for in 2 of 3 sessions on access 993, 2 of 3 on access 143, 2 of 3 on access 995, 1 more; no violation is seen.',
	);
	t.regex(verdictSentence({...words, verdict: 'undecided', places: []}), / in every session; no violation is seen\.$/);
});

test('what the log lacks is shown with place, program, number and setting', t => {
	t.is(
		missingText({
			...{hop: 'relay-out', port: null, program: 'post\x1bfix/smtp', sessions: 1200, lacks: 'outcome'},
			remedy: 'set smtp_tls_loglevel = 1 in main.cf',
		}),
		'relay-out: of 1,200 sessions post\uFFFDfix/smtp does not log whether TLS was used; set smtp_tls_loglevel = 1 in main.cf.',
	);
});

test('nothing understood is said with how many of how many, an example and what to do', t => {
	const coverage = {...emptyCoverage(), lines: 12, foreign: 12};
	t.is(
		nothingUnderstood(coverage, `\x1b[2J1tABc1 ${'x'.repeat(200)}`),
		`12 of 12 lines were not understood, such as "\uFFFD[2J1tABc1 ${'x'.repeat(108)}…"; tlsaudit reads what Postfix and Dovecot log; if this is such a log, its framing is not known: see --framing`,
	);
	t.regex(nothingUnderstood({...coverage, lines: 1}, null) ?? '', /^1 of 1 line was not understood; tlsaudit reads/);
	t.regex(nothingUnderstood(emptyCoverage(), null) ?? '', /^there are no lines in the input/);
	t.is(nothingUnderstood({...coverage, understood: 1}, null), null);
});

test('a considerable share that was not understood is said, noise is not', t => {
	const coverage = {...emptyCoverage(), lines: 1000, understood: 100, irrelevant: 300, foreign: 550};
	t.is(partlyUnderstood({...coverage, malformed: 50}, null), null);
	t.regex(
		partlyUnderstood({...coverage, malformed: 51}, 'odd') ?? '',
		/^51 of 1,000 lines were not understood, such as "odd"; /,
	);
	t.is(partlyUnderstood({...coverage, notUnderstood: 5}, null), null);
	t.regex(partlyUnderstood({...coverage, notUnderstood: 6}, null) ?? '', /^6 of 1,000 lines were not understood; /);
});
