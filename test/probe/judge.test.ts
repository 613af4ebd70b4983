import test from 'ava';
import type {ProbeCertificate} from '../../src/model/probe-result.ts';
import {type Demands, isStrictPort, judgeProbe} from '../../src/probe/judge.ts';
import type {Probed, SuiteResult, VersionResult} from '../../src/probe/probe.ts';
import {readTarget} from '../../src/probe/target.ts';

const yes = (cipher: string) => ({accepted: true, cipher, error: null, reason: null, client_certificate: null});
const no = {accepted: false, cipher: null, error: 'refused', reason: 'refused', client_certificate: null} as const;
const cut = {accepted: null, cipher: null, error: 'cut', reason: 'handshake-cut', client_certificate: null} as const;
const local = {accepted: null, cipher: null, error: 'cannot', reason: 'local', client_certificate: null} as const;

const modern: VersionResult[] = [
	{version: 'SSLv3', ...local},
	{version: 'TLSv1', ...no},
	{version: 'TLSv1.2', ...yes('ECDHE-RSA-AES128-GCM-SHA256')},
	{version: 'TLSv1.3', ...yes('TLS_AES_128_GCM_SHA256')},
];
const certificate: ProbeCertificate = {
	subject: 'CN=mail.example.org',
	issuer: 'CN=authority',
	names: ['mail.example.org'],
	valid_from: '2026-01-01T00:00:00.000Z',
	valid_to: '2026-03-01T00:00:00.000Z',
	days_left: 40,
	validity: 'valid',
	key_type: 'ec',
	key_bits: 256,
	signature_algorithm: 'ecdsa-with-SHA256',
	trusted: true,
	trust_problem: null,
	chain_complete: true,
	roots: 'r',
	name_asked: 'mail.example.org',
	name_matches: true,
	fingerprint_sha256: '',
};

function judge(
	results: VersionResult[],
	suites: SuiteResult[] = [],
	facts: Partial<ProbeCertificate> = {},
	target = 'mail.example.org:465',
	demands: Partial<Demands> = {},
	more: Partial<Probed> = {},
) {
	const nothing = {groups: [], keys: [], peers: []};
	const probed: Probed = {results, suites, ...nothing, address: '192.0.2.1', used: 1, ended: null, ...more};
	const wanted: Demands = {strict: false, warnDays: 14, tlsa: null, ...demands};
	return judgeProbe(probed, [{...certificate, ...facts}], readTarget(target, undefined), 'mail.example.org', wanted);
}

test('TLS 1.2 and later with good suites is clean, though the local OpenSSL cannot offer everything', t => {
	const judged = judge(modern, [{class: 'RC4', version: 'TLSv1.2', ...local}]);
	t.deepEqual(judged, {
		verdict: 'clean',
		violations: [],
		notes: [],
		unanswered: [],
		untestable: ['SSLv3', 'RC4 in TLSv1.2'],
	});
});

test('what got no result makes the verdict incomplete, unless something bad was found', t => {
	const open = modern.map(row => (row.version === 'TLSv1' ? {version: row.version, ...cut} : row));
	t.like(judge(open), {verdict: 'incomplete', unanswered: ['TLSv1']});
	t.like(judge(open, [{class: 'NULL', version: 'TLSv1.2', ...yes('NULL-SHA256')}]), {verdict: 'violations'});
	t.like(judge(modern, [{class: 'NULL', version: 'TLSv1.2', ...cut}]), {
		verdict: 'incomplete',
		unanswered: ['NULL in TLSv1.2'],
	});
	t.is(judge(modern.map(({version}) => ({version, ...no}))).verdict, 'failed');
	t.is(judge(modern.map(({version}) => ({version, ...cut}))).verdict, 'failed');
});

test('every weak class is a violation with its suites and versions', t => {
	for (const name of ['3DES', 'RC4', 'anonymous', 'NULL', 'export'] as const) {
		const {verdict, violations} = judge(modern, [
			{class: name, version: 'TLSv1.2', ...yes('X')},
			{class: name, version: 'TLSv1.1', ...yes('X')},
		]);
		t.is(verdict, 'violations');
		t.deepEqual(violations, [`the server accepts ${name} suites (X in TLSv1.2 and TLSv1.1)`]);
	}
	const good = ['forward secrecy AEAD', 'forward secrecy CBC'] as const;
	for (const name of good)
		t.like(judge(modern, [{class: name, version: 'TLSv1.2', ...yes('X')}]), {notes: [], violations: []});
});

test('anonymous suites are usual on the relay port and nowhere else', t => {
	const anonymous: SuiteResult[] = [{class: 'anonymous', version: 'TLSv1.2', ...yes('ADH-AES256-SHA')}];
	const relay = judge(modern, anonymous, {}, 'mail.example.org:25');
	t.is(relay.verdict, 'clean');
	t.regex(relay.notes[0] ?? '', /^accepts anonymous suites .*usual on port 25/);
	t.is(judge(modern, anonymous, {}, 'mail.example.org:587').verdict, 'violations');
});

test('dates of the certificate fail, its trust, its name and its strength are notes', t => {
	t.deepEqual(judge(modern, [], {validity: 'expired', trusted: false}).violations, [
		'the certificate expired on 2026-03-01',
	]);
	t.regex(judge(modern, [], {validity: 'not yet valid'}).violations[0] ?? '', /not valid before 2026-01-01/);
	t.is(judge(modern, [], {validity: 'unreadable'}).verdict, 'violations');
	const noted = judge(modern, [], {
		trusted: false,
		trust_problem: 'self-signed',
		name_matches: false,
		days_left: 3,
		signature_algorithm: 'sha1WithRSAEncryption',
		key_type: 'rsa',
		key_bits: 1024,
	});
	t.is(noted.verdict, 'clean');
	t.is(noted.notes.length, 5);
});

test('on port 25 old TLS and weak suites are notes, but for those that are no better than cleartext', t => {
	const old = modern.map(row => (row.version === 'TLSv1' ? {version: row.version, ...yes('AES256-SHA')} : row));
	const relay = judge(old, [], {}, 'mail.example.org:25');
	t.is(relay.verdict, 'clean');
	t.regex(relay.notes[0] ?? '', /^accepts TLSv1, older than TLS 1\.2: usual on port 25/);
	t.is(judge(old, [], {}, 'mail.example.org:587').verdict, 'violations');
	const taken = (name: SuiteResult['class'], target: string) =>
		judge(modern, [{class: name, version: 'TLSv1.2', ...yes('X')}], {}, target).verdict;
	for (const name of ['RC4', '3DES'] as const) t.is(taken(name, 'mail.example.org:25'), 'clean', name);
	for (const name of ['NULL', 'export'] as const) t.is(taken(name, 'mail.example.org:25'), 'violations', name);
});

test('strict on the ports for users where nobody said', t => {
	const strict = (port: number) => isStrictPort(readTarget(`mail.example.org:${port}`, undefined));
	t.deepEqual([465, 587, 993, 995].map(strict), Array(4).fill(true));
	t.deepEqual([25, 24, 143, 110, 2525].map(strict), Array(5).fill(false));
});

test('strict makes a violation of each thing that clients may refuse', t => {
	const strict = (facts: Partial<ProbeCertificate>) => judge(modern, [], facts, undefined, {strict: true});
	t.is(strict({}).verdict, 'clean');
	t.regex(strict({name_matches: false}).violations[0] ?? '', /does not name mail\.example\.org/);
	t.regex(strict({trusted: false, trust_problem: 'self-signed'}).violations[0] ?? '', /not trusted: self-signed/);
	t.regex(
		strict({trusted: false, chain_complete: false}).violations[0] ?? '',
		/chain of the certificate is not complete/,
	);
	t.regex(strict({signature_algorithm: 'sha1WithRSAEncryption'}).violations[0] ?? '', /signed with sha1/);
	t.regex(strict({signature_algorithm: 'ecdsa-with-SHA1'}).violations[0] ?? '', /signed with ecdsa-with-SHA1/);
	t.regex(strict({key_type: 'rsa', key_bits: 1024}).violations[0] ?? '', /1024 bits is short/);
	t.is(strict({key_type: 'rsa', key_bits: 2048}).verdict, 'clean');
	const byAddress = judgeProbe(
		{results: modern, suites: [], groups: [], keys: [], peers: [], address: '192.0.2.1', used: 1, ended: null},
		[{...certificate, name_matches: false}],
		readTarget('192.0.2.1:465', undefined),
		'192.0.2.1',
		{strict: true, warnDays: 14, tlsa: null},
	);
	t.regex(byAddress.violations[0] ?? '', /does not name 192\.0\.2\.1; give the name .* --servername$/);
	// What is not known is no tick.
	t.like(strict({trusted: null}), {verdict: 'incomplete', violations: []});
	t.is(judge(modern, [], {trusted: null}).verdict, 'clean');
});

test('days before the end from which it is said', t => {
	const noted = (days: number, warnDays: number) => judge(modern, [], {days_left: days}, undefined, {warnDays}).notes;
	t.deepEqual(noted(14, 14), []);
	t.deepEqual(noted(13, 14), ['the certificate ends in 13 days: renew it']);
	t.deepEqual(noted(1, 2), ['the certificate ends in 1 day: renew it']);
	t.deepEqual(noted(13, 0), []);
});

test('a demand for a certificate of the client is said with its versions, and hides nothing', t => {
	const demanded = {...yes('AES256-SHA'), client_certificate: 'demanded'} as const;
	const {verdict, notes} = judge(modern.map(({version}) => ({version, ...demanded})));
	t.is(verdict, 'violations');
	t.true(notes.some(note => /demands a certificate of the client in SSLv3, TLSv1, TLSv1\.2 and TLSv1\.3/.test(note)));
});

test('hybrid groups and the other kind of certificate count among what could not be asked', t => {
	const group = {group: 'X25519MLKEM768', version: 'TLSv1.3'} as const;
	t.deepEqual(judge(modern, [], {}, undefined, {}, {groups: [{...group, ...local}]}).untestable, [
		'SSLv3',
		'hybrid groups (X25519MLKEM768)',
	]);
	t.like(judge(modern, [], {}, undefined, {}, {groups: [{...group, ...no}]}), {verdict: 'clean', unanswered: []});
	t.like(judge(modern, [], {}, undefined, {}, {keys: [{key: 'RSA', version: 'TLSv1.3', ...cut}]}), {
		verdict: 'incomplete',
		unanswered: ['a certificate with RSA key'],
	});
});

test('TLSA records decide: a mismatch fails, nothing to compare is undecided', t => {
	const tlsa = (verdict: 'match' | 'mismatch' | 'unknown') =>
		judge(modern, [], {}, undefined, {
			tlsa: {
				source: 'given',
				name: '',
				resolver: null,
				authenticated: null,
				records: [],
				verdict,
				said: 'so it is',
				notes: [],
			},
		});
	t.is(tlsa('match').verdict, 'clean');
	t.like(tlsa('mismatch'), {verdict: 'violations', violations: ['so it is']});
	t.like(tlsa('unknown'), {verdict: 'incomplete', unanswered: ['so it is']});
});
