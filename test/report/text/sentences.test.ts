import test from 'ava';
import {emptyCoverage} from '../../../src/model/coverage.ts';
import type {ProbeCertificate, ProbeResult} from '../../../src/model/probe-result.ts';
import {probeJson} from '../../../src/report/formats/json.ts';
import {nothingUnderstood, partlyUnderstood} from '../../../src/report/text/coverage-text.ts';
import {folded, monochrome, share, table, tie} from '../../../src/report/text/layout.ts';
import {probeText} from '../../../src/report/text/probe-text.ts';
import {missingText, silentHosts, type VerdictWords, verdictSentence} from '../../../src/report/text/sentences.ts';
import {count} from '../../../src/text/number.ts';
import {shortened} from '../../../src/text/width.ts';

const terminal = {width: 80, whole: false};

test('columns are aligned, numbers to the right', t => {
	t.deepEqual(
		table(
			[{title: 'HOP'}, {title: 'N', right: true}],
			[
				['access', '5'],
				['x', '1,234'],
			],
		),
		['HOP         N', 'access      5', 'x       1,234'],
	);
});

test('hosts that were silent for more than a day while others logged are named, the earliest first', t => {
	const newest = Date.UTC(2026, 10, 30, 12);
	const end = (log_host: string, hours: number) => ({log_host, last_seen: newest - hours * 3_600_000});
	t.deepEqual(silentHosts([]), []);
	t.deepEqual(silentHosts([end('mx1', 5000)].slice(0, 1)), []);
	t.deepEqual(silentHosts([end('mx2', 24), end('mx1', 0)]), []);
	t.deepEqual(silentHosts([end('mx2', 25), end('mx1', 0)]), [
		'mx2 has logged no session since 2026-11-29 11:00:00 UTC, a day or more before the last of all hosts.',
	]);
	const many = silentHosts([...Array.from({length: 7}, (_, index) => end(`old${index}`, 90 - index)), end('mx1', 0)]);
	t.is(many.length, 6);
	t.regex(many[0] ?? '', /^old0 has/);
	t.is(many[5], 'So long silent are 2 more hosts.');
});

test('gaps shrink when two spaces do not fit', t => {
	t.deepEqual(table([{title: 'AAAA'}, {title: 'BBBB'}], [], {width: 9, whole: true}), ['AAAA BBBB']);
	t.deepEqual(table([{title: 'AAAA'}, {title: 'BBBB'}], [], {width: 10, whole: true}), ['AAAA  BBBB']);
});

test('counts have thousands apart; shares never round to none or all', t => {
	t.is(count(1_234_567), '1,234,567');
	t.is(share(1, 3), '33.3 %');
	t.is(share(1, 100_000), '<0.1 %');
	t.is(share(99_999, 100_000), '>99.9 %');
	t.is(share(0, 5), '0.0 %');
	t.is(share(5, 5), '100.0 %');
	t.is(share(0, 0), '');
});

test('text is shortened with a mark and folded at words, tied words stay together', t => {
	t.is(shortened('abcdef', 4), 'abc…');
	t.is(shortened('abcd', 4), 'abcd');
	t.deepEqual(folded(`one two${tie}three four`, '  ', 12), ['  one', '    two three', '    four']);
});

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
	t.regex(
		verdictSentence({...words, verdict: 'undecided', counted: 2, max: 5}),
		/ in every session; 2 violations, at most 5\.$/,
	);
});

test('a verdict on a part of the logs says so', t => {
	const partial = {...words, verdict: 'undecided', partial: true} as const;
	t.is(
		verdictSentence(partial),
		'Undecided: not all logs could be read to the end; no violation of policy own\uFFFD is seen.',
	);
	t.regex(
		verdictSentence({...partial, places: [silent(143)]}),
		/ in 2 of 3 sessions on access 143; not all logs could be read to the end; no violation is seen\.$/,
	);
	t.regex(
		verdictSentence({...partial, verdict: 'fail', counted: 1}),
		/^Fail: 1 violation .*; not all logs could be read to the end\.$/,
	);
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

const yes = (cipher: string) => ({accepted: true, cipher, error: null, reason: null, client_certificate: null});
const certificate: ProbeCertificate = {
	subject: 'CN=mail.example.org\u001B[2J\u202E',
	issuer: 'CN=authority',
	names: ['a.example.org', 'b.example.org', 'c.example.org', 'd.example.org', 'e.example.org', 'f.example.org'],
	valid_from: '2026-01-01T00:00:00.000Z',
	valid_to: '2026-12-31T00:00:00.000Z',
	days_left: 1,
	validity: 'valid',
	key_type: 'rsa',
	key_bits: 2048,
	signature_algorithm: 'sha256WithRSAEncryption',
	trusted: false,
	trust_problem: 'self-signed',
	chain_complete: true,
	roots: '/etc/ssl/cert.pem',
	name_asked: 'mail.example.org',
	name_matches: false,
	fingerprint_sha256: 'AA',
};
const rows: ProbeResult = {
	target: 'mail.example.org:587',
	starttls: 'smtp',
	usual: true,
	servername: 'mail.example.org',
	address: '192.0.2.1',
	results: [
		{
			version: 'SSLv3',
			accepted: null,
			cipher: null,
			error: 'the local OpenSSL cannot offer SSLv3',
			reason: 'local',
			client_certificate: null,
		},
		{
			version: 'TLSv1',
			accepted: false,
			cipher: null,
			error: 'the server refused TLSv1',
			reason: 'refused',
			client_certificate: null,
		},
		{
			version: 'TLSv1.1',
			accepted: null,
			cipher: null,
			error: 'cut off',
			reason: 'handshake-cut',
			client_certificate: null,
		},
		{version: 'TLSv1.2', ...yes('ECDHE-RSA-AES128-GCM-SHA256')},
	],
	suites: [{class: 'anonymous', version: 'TLSv1.2', ...yes('ADH-AES256-SHA')}],
	certificate,
	certificates: [certificate],
	groups: [{group: 'X25519MLKEM768', version: 'TLSv1.3', ...yes('TLS_AES_256_GCM_SHA384')}],
	strict: false,
	tlsa: null,
	connections: {used: 14, limit: 40},
	verdict: 'violations',
	violations: ['the server accepts anonymous suites (ADH-AES256-SHA in TLSv1.2)'],
	notes: ['the certificate does not name mail.example.org'],
	unanswered: ['TLSv1.1'],
	untestable: ['SSLv3'],
};

test('text: TLSA records, each with its result, cut and safe, and where they are from', t => {
	const record = {usage: 3, selector: 1, matching_type: 1, data: 'ab'.repeat(32), result: 'match'} as const;
	const tlsa: ProbeResult['tlsa'] = {
		source: 'dns',
		name: '_25._tcp.mail.example.org\u001B[2J',
		resolver: '127.0.0.1',
		authenticated: true,
		records: [record],
		verdict: 'match',
		said: 'the certificate matches',
		notes: ['a note'],
	};
	const text = probeText({...rows, tlsa}, monochrome, terminal);
	t.regex(probeText({...rows, tlsa}, monochrome), /\n3 1 1 (?:ab){32} {2}match\n/);
	t.regex(text, /\n3 1 1 abababababababab… {2}match\n {2}at _25\._tcp\.mail\.example\.org/);
	t.false(text.includes('\u001B'));
	t.regex(text, /\n {2}the certificate matches\n {2}a note\n/);
	const wrong = probeText({...rows, tlsa: {...tlsa, verdict: 'mismatch', said: 'it matches none'}}, monochrome);
	t.false(wrong.includes('it matches none'), 'that is a violation, and said there');
});

test('text: versions, suites, certificate, what is open, connections, and the judgement last', t => {
	t.regex(probeText(rows, monochrome), / f\.example\.org\n/);
	const lines = probeText(rows, monochrome, terminal).split('\n');
	t.true(lines.includes('TLSv1    no'));
	t.true(lines.includes('TLSv1.1  ?'));
	t.true(lines.includes('TLSv1.2  yes       ECDHE-RSA-AES128-GCM-SHA256'));
	t.true(lines.includes('  ? cut off'));
	t.true(lines.includes('anonymous  TLSv1.2  yes       ADH-AES256-SHA'));
	t.true(lines.includes('  valid   2026-01-01 to 2026-12-31, 1 day left'));
	t.true(lines.includes('  key     rsa 2048 bits, signed with sha256WithRSAEncryption'));
	t.true(lines.includes('  name    NOT good for mail.example.org'));
	t.true(lines.includes('X25519MLKEM768  TLSv1.3  yes'));
	t.true(lines.includes('not tested, the local OpenSSL cannot offer it: SSLv3'));
	t.true(lines.includes('without a result: TLSv1.1'));
	t.true(lines.includes('used 14 of at most 40 connections'));
	t.is(lines.at(-2), 'fail: the server accepts anonymous suites (ADH-AES256-SHA in TLSv1.2)');
	t.regex(lines.join(' '), /STARTTLS \(smtp\), the usual way of this port; address 192\.0\.2\.1;/);
	t.regex(lines.join(' '), /e\.example\.org, and 1 +more/);
	for (const line of lines) t.true(line.length <= 80, line);
});

test('text and JSON of a hostile certificate move no cursor', t => {
	const hostile = /[\u0000-\u0009\u000B-\u001F\u202A-\u202E]/;
	t.notRegex(probeText(rows, monochrome), hostile);
	t.notRegex(probeJson(rows), hostile);
	t.is(JSON.parse(probeJson(rows)).certificate.subject, 'CN=mail.example.org\u001B[2J\u202E');
});

test('the judgement says what it knows', t => {
	const last = (verdict: ProbeResult['verdict']) =>
		probeText({...rows, verdict, starttls: null, certificate: null, suites: []}, monochrome)
			.replaceAll('\n', ' ')
			.slice(-130);
	t.regex(last('clean'), /pass: nothing older than TLS 1\.2 and no weak suite was accepted of what could be +offered/);
	const old = {version: 'TLSv1', ...yes('AES256-SHA')} as const;
	const relay = {...rows, verdict: 'clean', results: [old], suites: []} as const;
	t.regex(probeText(relay, monochrome), /pass: nothing was accepted that may not stay on port 25/);
	t.notRegex(probeText(relay, monochrome), /nothing older/);
	t.regex(last('incomplete'), /undecided: nothing that fails was seen, but not everything has a result/);
});

test('JSON holds the names that other programs read', t => {
	const json = JSON.parse(probeJson(rows));
	for (const name of ['target', 'starttls', 'results', 'certificate', 'suites', 'connections', 'address', 'pass'])
		t.true(name in json, name);
	t.deepEqual(Object.keys(json.results[0]).slice(0, 4), ['version', 'accepted', 'cipher', 'error']);
	t.is(json.pass, false);
});
