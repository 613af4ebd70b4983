import test from 'ava';
import type {Gravest} from '../../../src/model/findings.ts';
import {adviceOf, adviceText} from '../../../src/ui/views/advice.ts';
import {hop} from '../sample-data.ts';

const gravest: Gravest = {
	rule: 'min-version',
	severity: 'violation',
	hop: 'submission',
	port: 465,
	sessions: 3,
	peer_count: 2,
	observed: ['TLSv1'],
};
const calm = hop({violations: 0, failed: 0});
const first = (part: Partial<Gravest>): string =>
	adviceOf({rows: [calm], gravest: {...gravest, ...part}, verdict: 'fail', missing: []}, false).map(each =>
		adviceText(each, false),
	)[0] ?? '';

test('the gravest row of the violations in words, with the keys that lead on', t => {
	t.is(
		first({}),
		'3 sessions of 2 peers use TLS 1.0 on submission 465: press 2 for the violations, then Enter for the peers.',
	);
	t.regex(first({sessions: 1, peer_count: 1}), /^1 session of 1 peer uses TLS 1\.0 on/);
	t.regex(first({observed: ['TLSv1', 'TLSv1.1']}), /use TLS 1\.0 or TLS 1\.1 on/);
	t.regex(first({observed: ['TLSv1', 'TLSv1.1', 'SSLv3']}), /use TLS 1\.0 or 2 others on/);
	t.regex(first({rule: 'weak-suite', observed: ['RC4-SHA']}), /use RC4-SHA on/);
	t.regex(
		first({rule: 'relay-plaintext', observed: ['mail in plaintext'], port: null}),
		/carry mail in plaintext on submission:/,
	);
	t.regex(first({sessions: 1, observed: ['login in plaintext']}), /^1 session of 2 peers carries a login in plaintext/);
	t.regex(
		first({rule: 'access-service', severity: 'weakness', observed: ['143 STARTTLS']}),
		/break access-service \(143 STARTTLS\) on .* for the weak spots/,
	);
});

test('failures come second, and first where nothing else is wrong', t => {
	const rows = [hop({violations: 0, failed: 2}), hop({hop: 'relay-out', port: 25, violations: 0, failed: 7})];
	const texts = adviceOf({rows, gravest, verdict: 'fail', missing: []}, false).map(each => adviceText(each, false));
	t.is(texts[1], '9 handshakes failed, 7 of them on relay-out 25: press 5 for the reasons.');
	t.is(adviceOf({rows, gravest: null, verdict: 'pass', missing: []}, false).length, 1);
});

test('nothing is said that no row carries', t => {
	t.deepEqual(adviceOf({rows: [], gravest: null, verdict: 'nothing-read', missing: []}, false), []);
	const pass = adviceOf({rows: [calm], gravest: null, verdict: 'pass', missing: []}, false).map(each =>
		adviceText(each, false),
	);
	t.deepEqual(pass, ['a stricter rule can be tried: press 6 for the peers that it would lose.']);
	const unjudged = adviceOf({rows: [hop({failed: 0, judged: 0})], gravest: null, verdict: 'pass', missing: []}, false);
	t.notRegex(unjudged.map(each => adviceText(each, false)).join(), /nothing breaks/);
	const [silent] = adviceOf({rows: [calm], gravest: null, verdict: 'undecided', missing: ['relay-in 25: …']}, false);
	t.is(silent?.fact, 'the log says too little');
});

test('in a narrow window the keys come first', t => {
	const [advice] = adviceOf({rows: [calm], gravest, verdict: 'fail', missing: []}, false);
	t.is(
		advice === undefined ? '' : adviceText(advice, true),
		'2, Enter: 3 sessions of 2 peers use TLS 1.0 on submission 465.',
	);
});
