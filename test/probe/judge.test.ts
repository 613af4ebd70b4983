import test from 'ava';
import type {ProbeCertificate} from '../../src/model/probe-result.ts';
import {judgeProbe} from '../../src/probe/judge.ts';
import type {Probed, SuiteResult, VersionResult} from '../../src/probe/probe.ts';
import {readTarget} from '../../src/probe/target.ts';

const yes = (cipher: string) => ({accepted: true, cipher, error: null, reason: null});
const no = {accepted: false, cipher: null, error: 'refused', reason: 'refused'} as const;
const cut = {accepted: null, cipher: null, error: 'cut', reason: 'handshake-cut'} as const;
const local = {accepted: null, cipher: null, error: 'cannot', reason: 'local'} as const;

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
) {
	const probed: Probed = {results, suites, peer: null, address: '192.0.2.1', used: 1, ended: null};
	return judgeProbe(probed, {...certificate, ...facts}, readTarget(target, undefined), 'mail.example.org');
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
