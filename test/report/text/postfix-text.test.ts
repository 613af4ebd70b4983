import test from 'ava';
import type {LintFinding} from '../../../src/model/lint-finding.ts';
import type {Accepted, Effective, MatrixRow, Observed, SeenVersion} from '../../../src/model/service-matrix.ts';
import {type PostfixReport, unanswered} from '../../../src/report/postfix-report.ts';
import {differenceLines, sharedTagLines} from '../../../src/report/text/difference-text.ts';
import {asciiMarks, monochrome, unicodeMarks} from '../../../src/report/text/layout.ts';
import {matrixLines, versionRange} from '../../../src/report/text/matrix-text.ts';
import {findingLines, joinedFindings, postfixText} from '../../../src/report/text/postfix-text.ts';

/** Moves the cursor, sets the window's title, reads backwards. */
const hostile = 'a\u001B[2J\u009B31m\u202Eb\nc';
const unsafe = /[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/;

const effect: Effective = {
	versions: ['TLSv1.2', 'TLSv1.3'],
	demand: 'required',
	parameter: 'smtpd_tls_mandatory_protocols',
	value: '>=TLSv1.2',
	origin: 'main.cf line 3',
	grade: 'medium',
	excluded: [],
	inert: null,
	fault: null,
	verdict: 'agrees',
};
const agreeing: MatrixRow = {
	service: 'submission/inet',
	hop: 'submission',
	side: 'server',
	port: 587,
	tag: 'postfix/submission/smtpd',
	sharedWith: [],
	level: 'encrypt',
	wrapper: false,
	intended: {
		versions: ['TLSv1.2', 'TLSv1.3'],
		demand: 'required',
		sources: ['smtpd_tls_mandatory_protocols, main.cf line 3'],
	},
	effective: effect,
	accepted: null,
	observed: null,
};
const differing: MatrixRow = {
	...agreeing,
	service: 'smtps/inet',
	port: 465,
	effective: {
		...effect,
		versions: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
		demand: 'implicit',
		value: '',
		origin: 'default of Postfix 3.7.11',
		inert: {parameter: 'smtpd_tls_protocols', value: '>=TLSv1.2', origin: 'master.cf line 12'},
		verdict: 'differs',
	},
};
const accepted: Accepted = {
	target: 'mail.example.org:587',
	versions: ['TLSv1.2'],
	refused: ['TLSv1', 'TLSv1.1', 'TLSv1.3'],
	untried: ['SSLv3'],
	problem: null,
	verdict: 'agrees',
};
const seen: SeenVersion = {
	protocol: 'TLSv1',
	sessions: 1200,
	firstSeen: Date.parse('2026-10-12T08:02:00Z'),
	lastSeen: Date.parse('2026-10-13T09:00:00Z'),
	current: true,
	unwanted: true,
	notAllowed: false,
};
const watched: Observed = {
	versions: [seen],
	neverSeen: [],
	sessions: 1200,
	plaintext: 0,
	plaintextUses: 0,
	failed: 0,
	unlogged: 0,
	messages: 1200,
	verdict: 'differs',
};
const finding: LintFinding = {
	id: 'auth-in-clear',
	severity: 'error',
	service: 'smtp/inet',
	parameter: null,
	place: {file: 'main.cf', line: 3},
	evidence: 'smtpd_sasl_auth_enable=yes',
	why: 'Passwords can cross the net in clear.',
	fix: ["postconf -e 'smtpd_tls_auth_only=yes'"],
	source: 'RFC 4954 section 4',
	verdict: null,
};
const report: PostfixReport = {
	version: '3.7.11',
	versionSource: 'as given',
	config: '/etc/postfix',
	policy: 'founding',
	matrix: [agreeing],
	findings: [],
	plans: [],
	notCheckable: [],
	unread: [],
	loadedAt: null,
	log: false,
	partial: false,
	partOfFiles: false,
	nothing: null,
	missing: [],
	probed: null,
	partOfDovecot: false,
};

test('versions without a gap are a range, others a list, and one alone is itself', t => {
	t.is(versionRange(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']), '1.0-1.3');
	t.is(versionRange(['TLSv1.3', 'TLSv1']), '1.0 1.3');
	t.is(versionRange(['SSLv3', 'TLSv1']), 'SSL3-1.0');
	t.is(versionRange(['TLSv1.2']), '1.2');
	t.is(versionRange([]), 'none');
	t.is(versionRange(['TLSv1.2', 'TLSv1.9\u001B[1m']), '1.2 TLSv1.9\uFFFD[1m');
});

test('each cell of the matrix has its mark, and a row that differs is set off', t => {
	const lines = matrixLines([agreeing, differing], unicodeMarks, (look, text) => `<${look}>${text}`);
	t.regex(lines[1] ?? '', /^submission\/inet +587 +required +1\.2-1\.3 +✔ 1\.2-1\.3$/);
	t.regex(lines[2] ?? '', /^<violation>smtps\/inet +465 +at once +1\.2-1\.3 +✘ 1\.0-1\.3$/);
	t.is(lines.length, 4);
});

test('a terminal without UTF-8 sees other marks, explained at the end', t => {
	const lines = matrixLines([differing], asciiMarks, monochrome);
	t.regex(lines[1] ?? '', / x 1\.0-1\.3/);
	t.regex(lines.at(-1) ?? '', /^\+ as intended, x not as intended/);
});

test('there are columns only for what was probed and logged', t => {
	const heads = (row: MatrixRow) => matrixLines([row], asciiMarks, monochrome)[0] ?? '';
	t.notRegex(heads(agreeing), /ACCEPTED|OBSERVED/);
	t.regex(heads({...agreeing, accepted}), /EFFECTIVE +ACCEPTED$/);
	t.regex(heads({...agreeing, observed: watched}), /EFFECTIVE +OBSERVED$/);
});

test('a service that was not probed, gave no result or was never seen has no mark', t => {
	const silent = {
		...agreeing,
		accepted: {...accepted, versions: [], problem: 'nothing listens', verdict: 'unknown'},
	} as const;
	const unseen = {...agreeing, observed: {...watched, versions: [], sessions: 0, verdict: 'unknown'}} as const;
	const lines = matrixLines([silent, unseen], asciiMarks, monochrome);
	t.regex(lines[1] ?? '', / {3}no answer +-$/);
	t.regex(lines[2] ?? '', / - +never seen$/);
});

test('a row where all agrees needs no sentence', t => {
	t.deepEqual(differenceLines(agreeing), []);
	t.deepEqual(
		differenceLines({...agreeing, accepted: {...accepted, versions: ['TLSv1.2', 'TLSv1.3'], refused: []}}),
		[],
	);
});

test('what differs is shown with the list that rules and the one that is not read', t => {
	t.deepEqual(differenceLines(differing), [
		'smtps/inet, port 465',
		'  intended: 1.2-1.3 (smtpd_tls_mandatory_protocols, main.cf line 3)',
		'  TLSv1, TLSv1.1 allowed and not intended: smtpd_tls_mandatory_protocols rules: empty (default of Postfix 3.7.11); smtpd_tls_protocols (master.cf line 12) is not read here',
	]);
});

test('what the server does beside its files is shown', t => {
	const textOf = (accepted: Accepted) => differenceLines({...agreeing, accepted}).at(-1);
	t.is(textOf(accepted), '  mail.example.org:587 refuses TLSv1.3, which the files allow: its OpenSSL forbids it');
	t.regex(textOf({...accepted, versions: ['TLSv1', 'TLSv1.2']}) ?? '', /accepts TLSv1, which the files do not allow/);
	t.is(textOf({...accepted, problem: 'nothing listens'}), '  mail.example.org:587 was asked: nothing listens');
});

test('what was seen is shown with its times, before and since the files were loaded', t => {
	const textOf = (version: Partial<SeenVersion>) =>
		differenceLines({...agreeing, observed: {...watched, versions: [{...seen, ...version}]}}).at(-1) ?? '';
	t.is(textOf({}), '  seen, allowed and not intended: TLSv1 1,200 times (2026-10-12 08:02 to 2026-10-13 09:00)');
	t.regex(textOf({notAllowed: true}), /seen and not allowed: TLSv1 .*another host, version or time/);
	t.regex(textOf({notAllowed: true, current: false, sessions: 1}), /before the configuration was loaded: TLSv1 once /);
});

test('services with one tag are named together; of tlsproxy no syslog_name can help', t => {
	const shared = (tag: string) =>
		sharedTagLines([
			{...agreeing, tag, sharedWith: ['25/inet']},
			{...agreeing, service: '25/inet', tag, sharedWith: ['submission/inet']},
		]);
	t.deepEqual(shared('postfix/smtpd'), [
		'submission/inet and 25/inet log as postfix/smtpd: give each its own syslog_name, or the log does not distinguish them',
	]);
	t.notRegex(shared('postfix/tlsproxy')[0] ?? 'syslog_name', /syslog_name/);
});

test('a finding says what, where, why and what to type; commands are not folded', t => {
	const command = `postconf -e 'smtpd_tls_exclude_ciphers=${'aNULL,'.repeat(20)}'`;
	t.deepEqual(findingLines({...finding, fix: [command], verdict: 'confirmed'}, monochrome), [
		'ERROR auth-in-clear: smtp/inet, main.cf:3 (the log confirms it)',
		'  smtpd_sasl_auth_enable=yes',
		'  Passwords can cross the net in clear.',
		`  fix: ${command}`,
		'  source: RFC 4954 section 4',
	]);
	t.is(findingLines({...finding, severity: 'info', place: null}, monochrome)[0], 'NOTE auth-in-clear: smtp/inet');
	t.regex(findingLines(finding, (look, text) => `<${look}>${text}`)[0] ?? '', /^<violation>ERROR auth-in-clear/);
});

test('many services of one finding are folded within 80 columns', t => {
	const service = Array.from({length: 12}, (_, index) => `192.0.2.${index}:587/inet`).join(', ');
	const lines = findingLines({...finding, service}, monochrome);
	t.true(lines.every(line => line.length <= 80));
	t.is(lines.join(' ').match(/:587\/inet/g)?.length, 12);
});

test('findings that differ in their service alone are shown once', t => {
	const joined = joinedFindings([
		finding,
		{...finding, service: '588/inet'},
		{...finding, service: '590/inet', fix: ["postconf -P '590/inet/smtpd_tls_auth_only=yes'"]},
	]);
	t.deepEqual(
		joined.map(({service}) => service),
		['smtp/inet, 588/inet', '590/inet'],
	);
});

test('text of files, servers and logs cannot steer the terminal', t => {
	const row: MatrixRow = {
		...differing,
		service: hostile,
		tag: hostile,
		sharedWith: [hostile],
		intended: {...differing.intended, sources: [hostile]},
		effective: {
			...differing.effective,
			value: hostile,
			origin: hostile,
			inert: {parameter: 'p', value: hostile, origin: hostile},
		},
		accepted: {...accepted, target: hostile, problem: hostile},
		observed: {...watched, versions: [{...seen, protocol: hostile}]},
	};
	const broken: MatrixRow = {...row, effective: {...row.effective, fault: hostile}};
	const mistake: LintFinding = {
		...finding,
		service: hostile,
		place: {file: hostile, line: 1},
		evidence: hostile,
		why: hostile,
		fix: [hostile],
		source: hostile,
	};
	const lines = [
		...matrixLines([row, broken], asciiMarks, monochrome),
		...differenceLines(row),
		...differenceLines(broken),
		...sharedTagLines([row]),
		...findingLines(mistake, monochrome),
	];
	t.deepEqual(
		lines.filter(line => unsafe.test(line)),
		[],
	);
	const whole = postfixText(
		{
			...report,
			config: hostile,
			policy: hostile,
			probed: hostile,
			matrix: [row, broken],
			findings: [mistake],
			notCheckable: [{id: 'policy-key-mismatch', why: hostile}],
		},
		monochrome,
		asciiMarks,
	);
	t.false(unsafe.test(whole.replaceAll('\n', '')));
});

test('the last line is the verdict, and says how many services could not be probed', t => {
	const last = (one: PostfixReport) => postfixText(one, monochrome, asciiMarks).trimEnd().split('\n').at(-1);
	const silent: MatrixRow = {
		...agreeing,
		accepted: {...accepted, versions: [], problem: 'nothing listens', verdict: 'unknown'},
	};
	t.is(last(report), 'as intended');
	t.is(last({...report, matrix: [differing]}), 'differs');
	t.is(last({...report, findings: [finding]}), 'differs (1 error in the configuration)');
	t.is(last({...report, matrix: [silent]}), 'as intended; 1 service could not be asked');
	t.is(last({...report, matrix: [silent, silent]}), 'as intended; 2 services could not be asked');
	const plainOne = {...silent, effective: {...effect, demand: 'none'}} as const;
	t.deepEqual(unanswered({...report, matrix: [agreeing, silent, plainOne]}), [silent]);
});
