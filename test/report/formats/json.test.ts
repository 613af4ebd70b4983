import test from 'ava';
import fc from 'fast-check';
import {findPolicy, policies} from '../../../src/policy/policies.ts';
import {csvLine} from '../../../src/report/formats/csv.ts';
import {checkJson, ndjsonLine, reportJson} from '../../../src/report/formats/json.ts';
import {queryResultCsv, queryResultJson, queryResultText} from '../../../src/report/formats/query-result.ts';
import {checkText} from '../../../src/report/text/check-text.ts';
import {asciiMarks, monochrome} from '../../../src/report/text/layout.ts';
import {policyListText, policyRulesText} from '../../../src/report/text/policy-text.ts';
import {findingGroup, summary, verdict} from '../sample-summary.ts';

test('cells are quoted where RFC 4180 asks for it, null is empty', t => {
	t.is(csvLine(['a', null, 'b,c', 'say "x"', 5, true]), 'a,,"b,c","say ""x""",5,true\r\n');
});

test('text that a spreadsheet would run as a formula gets an apostrophe, numbers do not', t => {
	t.is(
		csvLine(['=HYPERLINK("http://x.example")', '+1', '-1', '@a', '\tx', '\rx', -1]),
		`"'=HYPERLINK(""http://x.example"")",'+1,'-1,'@a,' x,'�x,-1\r\n`,
	);
});

test('so does a formula in full-width or small signs', t => {
	for (const sign of ['＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'])
		t.is(csvLine([`${sign}1`]), `'${sign}1\r\n`);
	t.is(csvLine(['ａ=1', 'a=b', 'größe-1']), 'ａ=1,a=b,größe-1\r\n');
});

test('nothing before the sign hides it', t => {
	const hidden = fc.string({
		unit: fc.constantFrom(
			...[
				' ',
				'\t',
				'\r',
				'\n',
				'\u00A0',
				'\u3000',
				'\u200B',
				'\uFEFF',
				'\u202E',
				'\x1b',
				'\0',
				'\u00AD',
				'\u2028',
				'\u{E0041}',
			],
		),
	});
	const sign = fc.constantFrom('=', '+', '-', '@', '＝', '＋', '－', '＠');
	fc.assert(
		fc.property(hidden, sign, (before, first) => {
			t.regex(csvLine([`${before}${first}cmd`]), /^"?'/);
		}),
	);
});

test('line breaks and control characters in a cell cannot make a new row', t => {
	t.is(csvLine(['a\r\nb\x1b[2J']), 'a��b�[2J\r\n');
});

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
	t.like(report.failures[0], {
		...{reason: 'not-tls', alert: 'wrong version number (267)', hop: 'submission', port: 465, count: 1},
		...{whose: 'theirs', remedy: 'Set the client to SSL/TLS.'},
	});
});

test('what the policy wants and what was seen is in the JSON of report and check', t => {
	const {hop_table} = JSON.parse(reportJson(summary));
	t.deepEqual(
		hop_table.map((row: {hop: string}) => row.hop),
		['submission', 'relay-in', 'relay-out', 'access'],
	);
	t.deepEqual(hop_table[0].choices[0], {
		port: 465,
		tls: 'implicit',
		policy: 'allowed',
		seen: 'unwanted',
		sessions: {'TLSv1.3': 5, 'TLSv1.2': 0, older: 3, plaintext: 0, failed: 1, unknown: 1},
		unwanted: ['older'],
		messages: 0,
	});
	t.deepEqual(JSON.parse(checkJson(verdict)).hop_table, hop_table);
});

test('check says policy, verdict and violations in both forms', t => {
	const {policy, pass, violations, counted} = JSON.parse(checkJson(verdict));
	t.deepEqual([policy, pass, violations.length, counted], ['founding', false, 2, 3]);
	t.like(violations[0].peers[0], {source: 'mail.log', first_line: 11, last_seen: '2026-01-31T09:00:00.000Z'});
	t.regex(
		checkText(verdict, monochrome, asciiMarks),
		/^Fail: 3 violations of policy founding;.*\nPolicy founding\nviolation min-version.*\n {4}see mail\.log, lines 11 to 16\n.*\nPolicy and what was seen: founding\n.*\n\nfail\n$/s,
	);
	const clean = {...verdict, verdict: 'pass', violations: [], counted: 0, missing: [], places: []} as const;
	t.regex(checkText(clean, monochrome, asciiMarks), /^Pass: .*\nPolicy founding: no violation seen\n.*\n\npass\n$/s);
});

test('check says why it passes what is broken', t => {
	const tolerant = {...verdict, verdict: 'pass', max: 5, known: 7, failOn: 'weakness'} as const;
	t.regex(
		checkText(tolerant, monochrome, asciiMarks),
		/\npass \(weaknesses count; 3 of at most 5; 7 sessions known from the baseline; 1\n {2}session undecided\)\n$/,
	);
});

test('exceptions are shown with reason and last day, expired ones as such, and what is not decided', t => {
	const {rule, severity, hop, port} = findingGroup;
	const checked = {
		...verdict,
		suppressed: [
			{
				...{rule, severity, hop, port, sessions: 4, messages: 0, peer_count: 1, last_seen: null},
				reason: 'scanner\x1b[2J',
				until: '2026-12-31',
			},
		],
		expired: [{rules: [], cidr: '192.0.2.0/24', reason: 'moved', until: '2025-12-31'}],
		inconclusive: [
			{rule: 'groups', severity: 'violation', hop: 'relay-in', port: 25, sessions: 3},
			{rule: 'groups', severity: 'violation', hop: 'relay-out', port: 25, sessions: 4},
		],
	} as const;
	const text = checkText(checked, monochrome, asciiMarks);
	t.regex(
		text,
		/^suppressed violation min-version: submission 465: 4 sessions, 0 messages, 1 peer\n {4}until 2026-12-31: scanner\uFFFD\[2J$/m,
	);
	t.regex(
		text,
		/^expired the exception for 192\.0\.2\.0\/24 ended on 2025-12-31 \(moved\); renew it or\n {2}take it out$/m,
	);
	t.regex(text, /^not decided, since the log does not show it: groups \(7 sessions\)$/m);
	const json = JSON.parse(checkJson(checked));
	t.like(json.excepted[0], {reason: 'scanner\x1b[2J', until: '2026-12-31', last_seen: null});
	t.is(json.expired_exceptions[0].cidr, '192.0.2.0/24');
	t.is(json.undecided.length, 2);
});

test('a row is one line of JSON with nulls kept', t => {
	t.is(ndjsonLine({a: null, b: 'x\n\u202E'}), '{"a":null,"b":"x\\n\\u202e"}\n');
});

test('query results as text, CSV and JSON', t => {
	const result = {
		columns: ['name', 'n'],
		rows: [
			['=a\x1b', 5],
			[null, 1000],
			[{b: 1}, null],
		],
	};
	t.is(queryResultText(result), 'name        n\n=a�         5\n         1000\n{"b":1}\n');
	t.is(queryResultCsv(result), 'name,n\r\n\'=a�,5\r\n,1000\r\n"{""b"":1}",\r\n');
	t.deepEqual(JSON.parse(queryResultJson(result)), [
		{name: '=a\x1b', n: 5},
		{name: null, n: 1000},
		{name: {b: 1}, n: null},
	]);
	t.is(queryResultText({columns: [], rows: []}), '');
});

test('policies are listed and shown in words', t => {
	t.true(policyListText(policies(), Date.UTC(2026, 11, 1)).startsWith('founding\n    Submission by 465'));
	t.regex(policyRulesText(findPolicy('founding')), /min-version: TLSv1\.2 or later/);
});
