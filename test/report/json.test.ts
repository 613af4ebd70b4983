import test from 'ava';
import {answerCsv, answerJson, answerText} from '../../src/report/answer.ts';
import {checkText} from '../../src/report/breach-text.ts';
import {checkJson, reportJson} from '../../src/report/json.ts';
import {ndjsonLine} from '../../src/report/ndjson.ts';
import {policyListText, policyRulesText} from '../../src/report/policy-text.ts';
import {monochrome} from '../../src/report/style.ts';
import {findPolicy, policies} from '../../src/tls/policies.ts';
import {breach, summary} from './sample-summary.ts';

test('the JSON report has the names other programs rely on', t => {
	const report = JSON.parse(reportJson(summary));
	t.like(report.coverage, {lines: 20, understood: 10, irrelevant: 5, foreign: 3, malformed: 2, not_understood: 1});
	t.deepEqual(report.period, {from: '2026-01-31T08:00:00.000Z', to: '2026-01-31T09:00:00.000Z'});
	t.deepEqual(report.hops[0], {
		hop: 'submission',
		port: 465,
		sessions: 10,
		encrypted: 9,
		plaintext: 0,
		failed: 1,
		unknown: 0,
		messages: 4,
		violations: 3,
		versions: {'TLSv1.3': 5, TLSv1: 3, unknown: 1},
		ciphers: {TLS_AES_256_GCM_SHA384: 4, 'AES128-SHA': 3, TLS_AES_128_GCM_SHA256: 1, unknown: 1},
	});
	t.deepEqual(report.hops[1].versions, {});
	t.like(report.violations[0], {
		rule: 'min-version',
		severity: 'violation',
		hop: 'submission',
		port: 465,
		sessions: 3,
		messages: 1,
		first_seen: '2026-01-31T08:00:00.000Z',
		last_seen: '2026-01-31T09:00:00.000Z',
	});
	t.is(report.violations[0].peers[0].username, 'ana\x1b[2J');
	t.deepEqual(report.failures, [{reason: 'not-tls', hop: 'submission', port: 465, count: 1}]);
});

test('check says policy, verdict and violations in both forms', t => {
	const {policy, pass, violations} = JSON.parse(checkJson('founding', false, [breach]));
	t.deepEqual([policy, pass, violations.length], ['founding', false, 1]);
	t.regex(checkText('founding', false, [breach], monochrome), /^Policy founding\nviolation min-version.*\nfail\n$/s);
	t.is(checkText('founding', true, [], monochrome), 'Policy founding: no violation\npass\n');
});

test('a row is one line of JSON with nulls kept', t => {
	t.is(ndjsonLine({a: null, b: 'x\n\u202E'}), '{"a":null,"b":"x\\n\\u202e"}\n');
});

test('answers of SQL as text, CSV and JSON', t => {
	const answer = {
		columns: ['name', 'n'],
		rows: [
			['=a\x1b', 5],
			[null, 1000],
			[{b: 1}, null],
		],
	};
	t.is(answerText(answer), 'name        n\n=a�         5\n         1000\n{"b":1}\n');
	t.is(answerCsv(answer), 'name,n\r\n\'=a�,5\r\n,1000\r\n"{""b"":1}",\r\n');
	t.deepEqual(JSON.parse(answerJson(answer)), [
		{name: '=a\x1b', n: 5},
		{name: null, n: 1000},
		{name: {b: 1}, n: null},
	]);
	t.is(answerText({columns: [], rows: []}), '');
});

test('policies are listed and shown in words', t => {
	t.true(policyListText(policies()).startsWith('founding\n    Submission by 465'));
	t.regex(policyRulesText(findPolicy('founding')), /min-version: TLSv1\.2 or later/);
});
