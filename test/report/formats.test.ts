import test from 'ava';
import type {Change} from '../../src/model/change.ts';
import type {PeerFinding} from '../../src/model/findings.ts';
import {baselineText, readBaseline} from '../../src/report/formats/baseline.ts';
import {reportJson} from '../../src/report/formats/json.ts';
import {junitXml} from '../../src/report/formats/junit.ts';
import {markdown} from '../../src/report/formats/markdown.ts';
import {nagiosLine, nagiosState, nagiosUnknown} from '../../src/report/formats/nagios.ts';
import {reportCsv} from '../../src/report/formats/report-csv.ts';
import {reportDocument} from '../../src/report/formats/report-tables.ts';
import {sarif} from '../../src/report/formats/sarif.ts';
import {html} from '../../src/report/html/page.ts';
import type {Summary} from '../../src/report/summary.ts';
import {monochrome, unicodeMarks} from '../../src/report/text/layout.ts';
import {reportText} from '../../src/report/text/report-text.ts';
import {allFailed} from '../../src/report/text/sentences.ts';
import type {PeerFindings} from '../../src/report/verdict.ts';
import {findingGroup, made, outbound, peerFinding, summary, verdict} from './sample-summary.ts';

const evil = `</td><script>alert(1)</script>|\`x\`]](javascript:1)<img src=x onerror="y">&'\\|\x1b[2J\u202E\uFFFF\r\n=cmd`;
const hostilePeer = {
	...{peer_ip: '192.0.2.9', peer_host: evil, username: evil, sessions: 1, messages: 0},
	...{last_seen: null, source: evil, first_line: 1, last_line: 2},
};
const hostile = {
	...summary,
	policy: evil,
	violations: [
		{...findingGroup, rule: evil, observed: {[evil]: 1}, required: evil, reference: evil, peers: [hostilePeer]},
	],
	failures: [
		{
			reason: evil,
			alert: evil,
			hop: 'access',
			port: 993,
			outcome: 'failed',
			count: 1,
			whose: 'unknown',
			remedy: 'Read the lines.',
			peer_count: 1,
			peers: [{peer: evil, peer_ip: evil, peer_host: evil, sessions: 1}],
		},
	],
	suites: [{hop: 'submission', port: 465, protocol: evil, cipher: evil, sessions: 1}],
} as const;

const reportHtml = (rows: Summary): string => html(reportDocument(rows), made);
const reportMarkdown = (rows: Summary): string => markdown(reportDocument(rows));

/** Element names in order, and whether every tag is closed by its own: enough to check for well-formed XML without a parser. */
function wellFormed(xml: string): boolean {
	const open: string[] = [];
	const text = xml.replace(/^<\?xml[^?]*\?>\n/, '');
	if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) return false;
	let rest = text;
	for (const [tag, slash, name, attributes = '', empty] of text.matchAll(
		/<(\/?)([a-z][a-z0-9-]*)((?: [a-zA-Z][a-zA-Z0-9-]*(?:="[^"<]*")?)*)(\/?)>/g,
	)) {
		if (/ ([a-z-]+)=.* \1=/.test(attributes.replaceAll(/"[^"]*"/g, ''))) return false;
		if (slash === '/') {
			if (open.pop() !== name) return false;
		} else if (empty !== '/') open.push(name ?? '');
		rest = rest.replace(tag, '');
	}
	return open.length === 0 && !rest.includes('<');
}

/** Findings that are all there are. */
const found = (all: readonly PeerFinding[]): PeerFindings => ({
	findings: all,
	totals: all.map(({rule, hop, sessions}) => ({rule, hop, sessions, incidents: 1})),
});

test('JUnit has a test per rule and hop: failures with who and where, hops without sessions skipped', t => {
	const xml = junitXml(
		verdict,
		found([peerFinding(), peerFinding({peer: '192.0.2.2', peer_host: null, usernames: []})]),
	);
	t.true(wellFormed(xml));
	t.regex(xml, /<testsuites name="tlsaudit" tests="20" failures="1" errors="0" skipped="\d+">/);
	t.regex(
		xml,
		/<testcase classname="founding\.submission" name="min-version">\n\t+<failure type="violation" message="violation: 4 sessions, 2 peers \[RFC 8997, section 3: [^"]+\]">submission 465: ana from old\.example\.org\[192\.0\.2\.1\]: TLSv1; required TLSv1\.2 or later; 2 sessions, last 2026-01-31T09:00:00\.000Z \(mail\.log:11-16\)\n/,
	);
	t.regex(xml, /classname="founding\.access" name="min-version">\n\t+<skipped message="no session of this hop"\/>/);
	t.true(xml.includes('classname="founding.submission" name="weak-suite"/>'));
});

test('JUnit: what is tolerated or only weak has not failed, what is not decided is skipped', t => {
	const weak = junitXml(verdict, found([peerFinding({rule: 'submission-service', severity: 'weakness'})]));
	t.regex(weak, /failures="0"/);
	t.regex(weak, /name="submission-service">\n\t+<system-out>weakness: 2 sessions, 1 peer /);
	t.regex(junitXml({...verdict, failOn: 'weakness'}, found([peerFinding({severity: 'weakness'})])), /failures="1"/);
	t.regex(junitXml({...verdict, verdict: 'pass'}, found([peerFinding()])), /failures="0"/);
	const inconclusive = [
		{rule: 'weak-suite', severity: 'violation', hop: 'submission', port: 465, sessions: 3},
	] as const;
	const few = [{hop: 'submission', port: 465, decided: 97, undecided: 3, lacking: 3}] as const;
	const open = {...verdict, verdict: 'pass', inconclusive, places: few} as const;
	t.regex(
		junitXml(open, found([])),
		/name="weak-suite">\n\t+<skipped message="not decided for 3 sessions: the log does not/,
	);
});

test('JUnit passes no rule of a hop that had no session, or none that the policy asks about', t => {
	const [rule] = verdict.policy.rules;
	if (rule === undefined) return t.fail();
	const policy = {...verdict.policy, rules: [{...rule, id: 'own', hops: ['delivery', 'internal', 'access'] as const}]};
	const at = (hop: 'internal' | 'access', decided: number) =>
		({hop, port: null, decided, undecided: 0, lacking: 0}) as const;
	const xml = junitXml({...verdict, policy, places: [at('internal', 3), at('access', 0)]}, found([]));
	t.true(wellFormed(xml));
	t.regex(xml, /\.delivery" name="own">\n\t+<skipped message="no session of this hop"\/>/);
	t.regex(xml, /\.access" name="own">\n\t+<skipped message="no session of this hop is of a kind that the policy/);
	t.regex(xml, /\.internal" name="own"\/>/);
});

test('JUnit names at most a hundred peers a rule', t => {
	const many = Array.from({length: 150}, (_, index) => peerFinding({peer: `192.0.2.${index}`}));
	t.regex(junitXml(verdict, found(many)), /\nand 50 more peers<\/failure>/);
});

test('findings that are left out are counted', t => {
	const some = {
		findings: [peerFinding()],
		totals: [{rule: 'min-version', hop: 'submission' as const, incidents: 30_000, sessions: 70_000}],
	};
	t.regex(
		junitXml(verdict, some),
		/violation: 70,000 sessions, 30,000 peers [\s\S]*\nand 29,999 more peers<\/failure>/,
	);
	const [run] = JSON.parse(sarif(verdict, some, '1')).runs;
	t.regex(run.invocations[0].toolExecutionNotifications.at(-1).message.text, /^1 of 30,000 results are here/);
});

test('hostile text stays text in JUnit', t => {
	const policy = {...verdict.policy, name: evil};
	const xml = junitXml(
		{...verdict, policy},
		found([
			peerFinding({peer: evil, peer_host: evil, usernames: [evil], observed: [evil], source: evil, required: evil}),
		]),
	);
	t.true(wellFormed(xml));
	t.notRegex(xml, /<script|<img|[\x00-\x08\x0B-\x1F\u202E\uFFFE\uFFFF]/);
});

test('SARIF 2.1.0 has rules with their documents, and results at the raw lines', t => {
	const {version, $schema, runs} = JSON.parse(
		sarif(verdict, found([peerFinding(), peerFinding({rule: 'weak-suite'})]), '1.2.3'),
	);
	t.is(version, '2.1.0');
	t.regex($schema, /sarif-2\.1\.0/);
	const [{tool, results}] = runs;
	t.like(tool.driver, {name: 'tlsaudit', version: '1.2.3'});
	const rule = tool.driver.rules[results[0].ruleIndex];
	t.like(rule, {
		id: 'min-version',
		shortDescription: {text: 'TLSv1.2 or later'},
		helpUri: 'https://www.rfc-editor.org/rfc/rfc8997#section-3',
		defaultConfiguration: {level: 'error'},
	});
	t.like(results[0], {ruleId: 'min-version', level: 'error'});
	t.deepEqual(results[0].locations, [
		{physicalLocation: {artifactLocation: {uri: 'mail.log'}, region: {startLine: 11, endLine: 16}}},
	]);
	t.deepEqual(results[0].partialFingerprints, {'rule-hop-port-peer/v1': 'min-version submission 465 192.0.2.1'});
	t.is(tool.driver.rules[results[1].ruleIndex].id, 'weak-suite');
	t.is(new Set(tool.driver.rules.map((each: {id: string}) => each.id)).size, tool.driver.rules.length);
});

test('SARIF: names of logs become URI references, missing places are left out', t => {
	const uri = (fields: object): unknown =>
		JSON.parse(sarif(verdict, found([peerFinding(fields)]), '1')).runs[0].results[0].locations[0]?.physicalLocation;
	t.deepEqual(uri({source: '/var/log/mail log#1?.gz', first_line: null}), {
		artifactLocation: {uri: 'file:///var/log/mail%20log%231%3F.gz'},
	});
	t.like(uri({source: '-', first_line: 3, last_line: null}), {
		artifactLocation: {uri: 'stdin'},
		region: {startLine: 3, endLine: 3},
	});
	t.is(uri({source: null}), undefined);
	const text = sarif(verdict, found([peerFinding({peer: evil, peer_host: evil, observed: [evil], source: evil})]), '1');
	t.notRegex(text, /[\x00-\x09\x0B-\x1F\u202E]/);
	t.notThrows(() => JSON.parse(text));
});

test('Nagios gets one line with performance data, and the state of the findings', t => {
	t.is(
		nagiosLine({...verdict, violations: [findingGroup], missing: []}),
		'TLSAUDIT CRITICAL - policy founding: 3 violations, 0 weaknesses; min-version on submission 465: TLSv1 | violations=3;;0;0 weaknesses=0;;;0 sessions=12;;;0\n',
	);
	const passed = {...verdict, verdict: 'pass', missing: []} as const;
	t.is(nagiosState({...passed, violations: []}), 'OK');
	t.is(nagiosState({...passed, violations: [{...findingGroup, severity: 'info'}]}), 'OK');
	t.is(nagiosState({...passed, violations: [{...findingGroup, severity: 'weakness'}]}), 'WARNING');
	t.is(nagiosState({...passed, violations: [findingGroup]}), 'WARNING', 'tolerated');
	t.is(nagiosState({...passed, verdict: 'undecided', violations: []}), 'UNKNOWN');
	t.is(nagiosState({...passed, verdict: 'nothing-read', violations: []}), 'UNKNOWN');
	t.regex(nagiosLine({...passed, violations: []}), /^TLSAUDIT OK - policy founding: nothing to complain of \| viol/);
	t.regex(nagiosLine({...verdict, failOn: 'weakness', max: 4}), / violations=3;;4;0 weaknesses=0;;4;0 /);
	t.regex(
		nagiosLine({...verdict, violations: [findingGroup], partial: true}),
		/^TLSAUDIT CRITICAL - policy founding: 3 violations, .*; not all logs could be read to the end/,
	);
});

test('hostile text can neither end the Nagios line nor begin its performance data', t => {
	const policy = {...verdict.policy, name: evil};
	const line = nagiosLine({...verdict, policy, violations: [{...findingGroup, rule: evil, observed: {[evil]: 1}}]});
	t.is(line.split('|').length, 2);
	t.regex(line, /^[^\n\r\x1b\u202E]*\n$/);
	t.is(nagiosUnknown('a | b\nc'), 'TLSAUDIT UNKNOWN - a / b c\n');
});

test('a baseline is sorted, one finding a line, and reads back', t => {
	const entry = (rule: string, port: number | null, peer: string) => ({rule, hop: 'access', port, peer});
	const known = [
		entry('b', 25, 'x'),
		entry('a', 993, 'y'),
		entry('a', 143, 'z'),
		entry('a', null, 'q'),
		entry('a', 143, 'z'),
	];
	const text = baselineText('own', known);
	t.is(
		text,
		`{
	"policy": "own",
	"known": [
		{"rule":"a","hop":"access","port":null,"peer":"q"},
		{"rule":"a","hop":"access","port":143,"peer":"z"},
		{"rule":"a","hop":"access","port":993,"peer":"y"},
		{"rule":"b","hop":"access","port":25,"peer":"x"}
	]
}
`,
	);
	t.is(baselineText('own', readBaseline(text, 'f')), text);
	t.deepEqual(readBaseline(baselineText('own', []), 'f'), []);
	t.deepEqual(readBaseline(baselineText(evil, [entry(evil, 1, evil)]), 'f')[0], entry(evil, 1, evil));
	t.notRegex(baselineText(evil, [entry(evil, 1, evil)]), /[\x1b\u202E]/);
});

test('what is no baseline is refused in one sentence', t => {
	t.throws(() => readBaseline('{', 'known.json'), {
		message: /^known\.json: is no JSON; write a baseline with --write-/,
	});
	t.throws(() => readBaseline('{"known":[{"rule":1}]}', 'known.json'), {
		message: /^known\.json: known\.0\.rule: [^\n]+$/,
	});
	t.throws(() => readBaseline('[]', 'known.json'), {message: /^known\.json: baseline: [^\n]+$/});
});

test('the CSV report is one table that a spreadsheet can filter', t => {
	const lines = reportCsv(summary).trimEnd().split('\r\n');
	t.is(
		lines[0],
		'section,hop,port,item,severity,sessions,messages,peers,first_seen,last_seen,detail,peer_ip,peer_host,username,source,first_line,last_line',
	);
	for (const line of [
		'hop,submission,465,all,,10,4,,,,,,,,,,',
		'outcome,submission,465,failed,,1,,,,,,,,,,,',
		'hop,submission,465,violating,,3,,,,,,,,,,,',
		'version,submission,465,TLSv1.3,,5,,,,,,,,,,,',
		'cipher,submission,465,AES128-SHA,,3,,,,,,,,,,,',
		'failures,,,all,,,,,,,"1 session with a reason, of which 1 failed",,,,,,',
		'failure,submission,465,not-tls,,1,,4,,,wrong version number (267); failed; theirs: Set the client to SSL/TLS.,,,,,,',
		'failure_peer,submission,465,not-tls,,1,,,,,wrong version number (267); failed; theirs,192.0.2.1,old.example.org,,,,',
		`failure_peer,submission,465,not-tls,,,,3,,,"wrong version number (267); failed; theirs; 3 more: ${allFailed.replaceAll('"', '""')}",,,,,,`,
		'peer,submission,465,min-version,violation,1,0,,,2026-01-31T09:00:00.000Z,,192.0.2.2,,,mail.log,11,16',
		'peer,submission,465,min-version,violation,,,5,,,"5 more: tlsaudit sql \'from violations\', with the same files and policy",,,,,,',
		'lines,,,lines,,,,,,,20,,,,,,',
	])
		t.true(lines.includes(line), line);
	t.true(
		lines.includes(
			'violation,submission,465,min-version,violation,3,1,7,2026-01-31T08:00:00.000Z,2026-01-31T09:00:00.000Z,"seen TLSv1; required TLSv1.2 or later [RFC 8997, section 3]",,,,,,',
		),
	);
	t.notRegex(reportCsv(hostile), /[\x1b\u202E]|(?:^|,)=/m);
});

test('the Markdown report has the tables, every row of as many cells', t => {
	for (const text of [reportMarkdown(summary), reportMarkdown(hostile)]) {
		const tables = text.split('\n\n').filter(part => part.startsWith('| '));
		t.true(tables.length >= 6);
		for (const each of tables) {
			const widths = each
				.trimEnd()
				.split('\n')
				.map(row => row.replaceAll('\\|', '').split('|').length);
			t.is(new Set(widths).size, 1, each);
		}
	}
	t.regex(
		reportMarkdown(summary),
		/^\| \*\*violation\*\* \| `min-version` \| submission \| 465 \| 3 \| 1 \| 7 \| `TLSv1` \|/m,
	);
});

test('hostile text in Markdown is in code spans only, and in headings escaped', t => {
	const text = reportMarkdown(hostile);
	t.notRegex(text, /[\x1b\u202E]/);
	const outside = text.replaceAll(/\\[\\`*_[\]<>#|&~!]/g, '').replaceAll(/`[^`\n]*`/g, '');
	t.notRegex(outside, /<script|<img|\]\(|`/);
});

test('wide tables of HTML name the column in each cell, as a narrow window shows a row as a list', t => {
	const page = reportHtml(summary);
	const failures = page.slice(page.indexOf('>Failures</h2>'), page.indexOf('</table>', page.indexOf('>Failures</h2>')));
	t.regex(failures, /<table class="s">/);
	t.regex(failures, /<td data-name="Whose">theirs<\/td>/);
	t.regex(failures, /<td data-name="Then">failed<\/td>/);
	t.notRegex(failures, /Remedy/);
	t.regex(page, /<dt>What to do<\/dt><dd>Set the client to SSL\/TLS\.<\/dd>/);
	t.regex(page, /@media screen and \(max-width: 44rem\) \{[^@]*\.s td::before \{ content: attr\(data-name\)/);
});

test('the HTML report loads nothing, runs nothing of a log, and hostile text stays text', t => {
	for (const page of [reportHtml(summary), reportHtml(hostile)]) {
		t.true(page.startsWith('<!doctype html>'));
		t.regex(page, /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
		const body =
			page.slice(page.indexOf('<body>'), page.indexOf('<script>')) + page.slice(page.indexOf('</script>') + 9);
		t.notRegex(body, /<script|<img|<link|<iframe|\son[a-z]+="|src=x onerror="|url\(|[\x1b\u202E\uFFFF]/);
		t.true(wellFormed(body.slice(0, body.indexOf('</html>'))));
	}
	t.regex(reportHtml(hostile), /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
	t.regex(
		reportHtml(summary),
		/<td class="b" data-name="Severity">violation<\/td><td class="l" data-name="Rule"><a href="#finding-1">min-version<\/a><\/td>/,
	);
});

test('what changed, and the sessions by month, are in all formats, and no text of a log is markup, formula or control', t => {
	const span = {since: 0, until: 86_400_000, from: 10, to: 20, sessions: 40, database: evil};
	const row = {
		hop: 'submission',
		port: 465,
		severity: null,
		peer: null,
		sessions: 3,
		before: 1,
		of: 40,
		before_of: 40,
	} as const;
	const change: Change = {
		shown: {...span, database: null},
		before: span,
		notes: [evil],
		undecided: false,
		peers: {new: 12, back: 0},
		rows: [
			{...row, kind: 'violation', change: 'not-seen', item: evil, severity: 'violation', sessions: 0, first_seen: 10},
			{...row, kind: 'peer', change: 'new', port: null, item: evil, peer: {ip: evil, host: evil}, first_seen: 10},
			{...row, kind: 'version', change: 'rose', item: evil, first_seen: null},
			{...row, kind: 'failure', change: 'new', item: evil, first_seen: 10},
		],
	};
	const period = {period: '2026-10', from: 0, until: 1, sessions: 7, encrypted: 6, plaintext: 1, failed: 0, unknown: 0};
	const key_exchange = {hybrid: 3, could: 1, cannot: 0, not_logged: 2};
	const rows = [{...period, messages: 2, violations: null, versions: {'TLSv1.3': 6}, key_exchange, deleted: 5}];
	const mail = [{...outbound.all, period: '2026-10', from: 0, until: 1, deleted: 4}];
	const all = {...summary, change, by: {unit: 'month', zone: 'UTC', rows, mail, notes: [evil]}} as const;
	const [html, markdown, csv, text] = [
		reportHtml(all),
		reportMarkdown(all),
		reportCsv(all),
		reportText(all, monochrome, unicodeMarks),
	];
	for (const printed of [html, markdown, csv, text, reportJson(all)]) {
		t.true(printed.includes('2026-10'));
		t.false(/[\u001B\u202E]/.test(printed));
	}
	t.false(/<script>alert|<img/.test(html));
	t.regex(csv, /^section,.*,change,before,of,before_of\r\n/);
	t.true(csv.includes(',not-seen,1,40,40\r\n'));
	t.true(markdown.includes('| not seen |'));
	t.regex(text, /^not seen +violation .* 465 +0 +1 +1970-01-01 00:00$/m);
	t.regex(text, /^2026-10 +7 +6 +1 +0 +0 +100\.0 % +not known$/m);
	t.regex(text, /^2026-10 +9 +4 +0 +0 +3 +2 +3$/m);
	t.true(csv.includes('outbound_period,,,2026-10,,,4,,,,Verified,'));
	t.true(csv.includes('outbound_period,,,2026-10,,,4,,,,deleted,'));
	t.true(csv.includes('outbound_period_version,,,2026-10,,,7,,,,TLSv1.3,'));
	t.true(text.includes('not seen: not all of its peers came back'));
	t.regex(text, /^2026-10 +3 +50\.0 % +1 +0 +2$/m);
	t.true(markdown.includes('| 2026-10 | 3 | 50.0 % | 1 | 0 | 2 |'));
	t.regex(csv, /^period_key_exchange,,,2026-10,,2,.*,not_logged,/m);
	t.like(JSON.parse(reportJson(all)), {
		change: {peers: {new: 12, back: 0}, versions: [{before: 1}]},
		by: {unit: 'month', outbound: [{period: '2026-10', trust: {Verified: 4}, plaintext: 2, held: 3, deleted: 4}]},
	});
	t.false('change' in JSON.parse(reportJson(summary)));
});

test('peers without a hybrid session: each format has them, says how many more there are, and makes their names safe', t => {
	const peer = {
		hop: 'relay-in',
		port: 25,
		direction: 'in',
		sessions: 5,
		could: 4,
		cannot: 1,
		not_logged: 7,
		messages: 2,
	} as const;
	const peers = Array.from({length: 12}, (_, index) => ({
		...{...peer, last_seen: index},
		...{peer_ip: `192.0.2.${index}`, peer_host: `mx${index}.example\u001B[2J`},
	}));
	const all = {...summary, notHybrid: {peers, peer_count: 40}};
	const {width} = {width: 100};
	const [terminal, file] = [{width, whole: false}, undefined].map(page =>
		reportText(all, monochrome, unicodeMarks, page),
	);
	const named = (text: string | undefined): number => text?.match(/mx\d+\.example/g)?.length ?? 0;
	t.deepEqual([terminal, file, reportCsv(all), reportMarkdown(all), reportHtml(all)].map(named), [10, 12, 12, 12, 12]);
	t.regex(terminal ?? '', /^Largest peers without a hybrid session \(10 of 40\)$/m);
	t.regex(file ?? '', /^Largest peers without a hybrid session \(12 of 40\)$/m);
	t.regex(terminal ?? '', /^relay-in +25 +mx0\.example.*\[192\.0\.2\.0\] +4 +1 +7 +2$/m);
	t.regex(
		reportCsv(all),
		/^not_hybrid,relay-in,25,peer,,5,2,,,1970-01-01T00:00:00\.000Z,"?4 could be hybrid, 1 cannot be, 7 not logged"?,192\.0\.2\.0,/m,
	);
	t.regex(reportCsv(all), /^not_hybrid,,,more,,,,28,/m);
	t.true(reportMarkdown(all).includes('Largest peers without a hybrid session (12 of 40)'));
	t.like(JSON.parse(reportJson(all)), {
		not_hybrid_peer_count: 40,
		not_hybrid_peers: {0: {could: 4, last_seen: '1970-01-01T00:00:00.000Z'}},
	});
	for (const printed of [terminal, file, reportCsv(all), reportMarkdown(all), reportHtml(all), reportJson(all)])
		t.false(printed?.includes('\u001B'));
});

test('a figure of which no session says anything is no number, and one that some leave open says how many', t => {
	const notes = (of: Summary): string[][] =>
		reportDocument(of).figures.map(({name, value, note}) => [name, value, note]);
	const [hop] = summary.hops;
	if (hop === undefined) return t.fail();
	const counts = {...hop, sessions: 4, plaintext: 0, failed: 0};
	const silent = notes({...summary, hops: [{...counts, encrypted: 0, unknown: 4}]});
	t.deepEqual(silent.slice(2, 4), [
		['Encrypted', 'not logged', 'in 4 of 4'],
		['Plaintext', 'not logged', 'in 4 of 4'],
	]);
	const versionless = [{...counts, protocol: null, cipher: null}];
	const open = notes({...summary, hops: [{...counts, encrypted: 4, unknown: 0}], suites: versionless, keyExchange: []});
	t.deepEqual(open[5], ['TLSv1.3', 'not logged', 'in 4 of 4']);
	const partly = notes({...summary, hops: [{...counts, encrypted: 3, unknown: 1}]});
	t.deepEqual(partly[2], ['Encrypted', '75.0 %', '3 of 4 sessions; not logged in 1']);
});
