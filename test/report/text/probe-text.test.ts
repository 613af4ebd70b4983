import test from 'ava';
import type {ProbeResult} from '../../../src/model/probe-result.ts';
import {probeJson} from '../../../src/report/formats/json.ts';
import {monochrome} from '../../../src/report/text/layout.ts';
import {probeText} from '../../../src/report/text/probe-text.ts';

const yes = (cipher: string) => ({accepted: true, cipher, error: null, reason: null});
const rows: ProbeResult = {
	target: 'mail.example.org:587',
	starttls: 'smtp',
	usual: true,
	servername: 'mail.example.org',
	address: '192.0.2.1',
	results: [
		{version: 'SSLv3', accepted: null, cipher: null, error: 'the local OpenSSL cannot offer SSLv3', reason: 'local'},
		{version: 'TLSv1', accepted: false, cipher: null, error: 'the server refused TLSv1', reason: 'refused'},
		{version: 'TLSv1.1', accepted: null, cipher: null, error: 'cut off', reason: 'handshake-cut'},
		{version: 'TLSv1.2', ...yes('ECDHE-RSA-AES128-GCM-SHA256')},
	],
	suites: [{class: 'anonymous', version: 'TLSv1.2', ...yes('ADH-AES256-SHA')}],
	certificate: {
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
	},
	connections: {used: 14, limit: 40},
	verdict: 'violations',
	violations: ['the server accepts anonymous suites (ADH-AES256-SHA in TLSv1.2)'],
	notes: ['the certificate does not name mail.example.org'],
	unanswered: ['TLSv1.1'],
	untestable: ['SSLv3'],
};

test('text: versions, suites, certificate, what is open, connections, and the judgement last', t => {
	const lines = probeText(rows, monochrome).split('\n');
	t.true(lines.includes('TLSv1    no'));
	t.true(lines.includes('TLSv1.1  ?'));
	t.true(lines.includes('TLSv1.2  yes       ECDHE-RSA-AES128-GCM-SHA256'));
	t.true(lines.includes('  ? cut off'));
	t.true(lines.includes('anonymous  TLSv1.2  yes       ADH-AES256-SHA'));
	t.true(lines.includes('  valid   2026-01-01 to 2026-12-31, 1 day left'));
	t.true(lines.includes('  key     rsa 2048 bits, signed with sha256WithRSAEncryption'));
	t.true(lines.includes('  name    NOT good for mail.example.org'));
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
	t.regex(last('incomplete'), /undecided: nothing weak was accepted, but not every handshake has a result/);
});

test('JSON holds the names that other programs read', t => {
	const json = JSON.parse(probeJson(rows));
	for (const name of ['target', 'starttls', 'results', 'certificate', 'suites', 'connections', 'address', 'pass'])
		t.true(name in json, name);
	t.deepEqual(Object.keys(json.results[0]).slice(0, 4), ['version', 'accepted', 'cipher', 'error']);
	t.is(json.pass, false);
});
