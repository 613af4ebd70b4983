import {X509Certificate} from 'node:crypto';
import {createSecureContext} from 'node:tls';
import test from 'ava';
import fc from 'fast-check';
import {certificateFacts, leavesOf, signatureAlgorithm, summarise} from '../../src/probe/certificate.ts';
import {cipherList, classesOf, classOf, helloText, suiteClasses} from '../../src/probe/client-hello.ts';
import {canOffer, createLines} from '../../src/probe/handshake.ts';
import {place, readTarget} from '../../src/probe/target.ts';
import {cipherFacts} from '../../src/tls/cipher.ts';
import {createMaker} from './fixture/certificates.ts';

test('bytes cut anywhere give the same lines', t => {
	const bytes = Buffer.from('220-grüße\r\n220 b\n\r\nrest');
	fc.assert(
		fc.property(fc.array(fc.integer({min: 0, max: bytes.length}), {maxLength: 5}), cuts => {
			const lines = createLines();
			const found: string[] = [];
			let from = 0;
			for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
				if (to === from) continue;
				const some = lines.take(bytes.subarray(from, to));
				if (typeof some === 'string') return false;
				found.push(...some);
				from = to;
			}
			return lines.rest() === 4 && found.join('|') === '220-grüße|220 b|';
		}),
	);
	t.pass();
});

test('a line, a number of lines and a number of bytes without end are a flood', t => {
	t.is(createLines().take(Buffer.alloc(9000, 'x')), 'flood');
	t.is(createLines().take(Buffer.from(`${'x'.repeat(9000)}\r\n`)), 'flood');
	t.is(createLines().take(Buffer.from('a\n'.repeat(501))), 'flood');
	t.is(createLines().take(Buffer.alloc(70_000, 'a\n')), 'flood');
	const slowly = createLines();
	let last: unknown;
	for (let index = 0; index < 600; index++) last = slowly.take(Buffer.from('220-a\r\n'));
	t.is(last, 'flood');
});

test('a TLS record is known only where the first bytes are', t => {
	t.is(createLines().take(Buffer.from([0x15, 3, 1, 0, 2])), 'tls');
	t.is(createLines().take(Buffer.from([0x16])), 'tls');
	const lines = createLines();
	t.deepEqual(lines.take(Buffer.from('a\n')), ['a']);
	t.deepEqual(lines.take(Buffer.from([0x15, 3, 10])), ['\u0015\u0003']);
});

test('a port says how TLS usually begins', t => {
	const usual = (port: string) => readTarget(`mail.example.org:${port}`, undefined).starttls;
	t.deepEqual(['25', '587', 'smtp', 'submission'].map(usual), ['smtp', 'smtp', 'smtp', 'smtp']);
	t.deepEqual(['143', 'imap', '110', 'pop3', '24', 'lmtp'].map(usual), [
		'imap',
		'imap',
		'pop3',
		'pop3',
		'lmtp',
		'lmtp',
	]);
	t.deepEqual(['465', '993', '995', 'smtps', 'submissions', 'imaps', 'pop3s', '2525'].map(usual), Array(8).fill(null));
	t.true(readTarget('mail.example.org:25', undefined).usual);
});

test('the flag for STARTTLS overrides the port', t => {
	t.like(readTarget('mail.example.org:2525', 'smtp'), {starttls: 'smtp', usual: false, speaks: 'smtp'});
	t.like(readTarget('mail.example.org:587', 'none'), {starttls: null, usual: false, speaks: 'smtp'});
	t.like(readTarget('mail.example.org:993', undefined), {starttls: null, speaks: 'imap'});
	t.is(readTarget('mail.example.org:2525', undefined).speaks, null);
});

test('names, addresses and IPv6 in brackets are hosts', t => {
	t.like(readTarget('[2001:db8::1]:SMTPS', undefined), {host: '2001:db8::1', port: 465});
	t.is(place('2001:db8::1', 465), '[2001:db8::1]:465');
	t.like(readTarget('192.0.2.1:993', undefined), {host: '192.0.2.1', port: 993});
	t.is(readTarget('mail.example.org.:993', undefined).host, 'mail.example.org');
	t.is(readTarget('bücher.example:993', undefined).host, 'xn--bcher-kva.example');
});

test('a target that means nothing has a sentence that says what to write', t => {
	const wrong = (text: string) => t.throws(() => readTarget(text, undefined))?.message ?? '';
	t.regex(wrong('mail.example.org'), /names no port; write HOST:PORT/);
	t.regex(wrong(''), /names no port/);
	t.regex(wrong('2001:db8::1'), /needs brackets; write \[2001:db8::1\]:465/);
	t.regex(wrong('2001:db8::1:465'), /(?:needs|have) brackets/);
	t.regex(wrong('[mail.example.org]:465'), /no IPv6 address/);
	t.regex(wrong('mail.example.org:imasp'), /"imasp" is no port.*imaps/);
	t.regex(wrong('mail.example.org:0'), /"0" is no port; write 1 to 65535/);
	t.regex(wrong('mail.example.org:65536'), /no port/);
	t.regex(wrong('mail.example.org:toString'), /no port/);
	t.regex(wrong(':465'), /no host name/);
	t.regex(wrong('a b:465'), /no host name/);
	t.regex(wrong('-x:465'), /no host name/);
});

test('any text is a target or one sentence', t => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]a-z0-9.:%-]{0,40}$/)), text => {
			try {
				const {host, port} = readTarget(text, undefined);
				t.true(host !== '' && port > 0 && port < 65_536);
			} catch (error) {
				t.regex((error as Error).message, /^".*: |^".*" (?:names no port|is no)/s);
			}
		}),
	);
});

const classNamed = (cipher: string): string | null => {
	const facts = cipherFacts(cipher);
	return facts === null ? 'no suite' : classOf(facts);
};

test('a suite belongs to the worst class that fits it', t => {
	const expected = {
		'ECDHE-RSA-AES128-GCM-SHA256': 'forward secrecy AEAD',
		'DHE-RSA-CHACHA20-POLY1305': 'forward secrecy AEAD',
		'ECDHE-RSA-AES256-SHA': 'forward secrecy CBC',
		'DHE-RSA-CAMELLIA256-SHA': 'forward secrecy CBC',
		'AES128-GCM-SHA256': 'static RSA',
		'DES-CBC3-SHA': '3DES',
		'ECDHE-RSA-DES-CBC3-SHA': '3DES',
		'RC4-SHA': 'RC4',
		'ADH-RC4-MD5': 'anonymous',
		'AECDH-AES256-SHA': 'anonymous',
		'AECDH-NULL-SHA': 'NULL',
		'NULL-SHA256': 'NULL',
		'EXP-RC4-MD5': 'export',
		TLS_AES_128_GCM_SHA256: null,
		'DH-RSA-AES128-SHA': null,
	};
	for (const [cipher, name] of Object.entries(expected)) t.is(classNamed(cipher), name, cipher);
});

test('every class is asked for in TLS 1.2, AEAD nowhere older, none in TLS 1.3', t => {
	t.deepEqual(classesOf('TLSv1.2'), suiteClasses);
	t.false(classesOf('TLSv1.1').includes('forward secrecy AEAD'));
	t.true(classesOf('TLSv1').includes('export'));
	t.deepEqual(classesOf('TLSv1.3'), []);
	t.is(helloText({version: 'TLSv1', suites: 'RC4'}), 'RC4 in TLSv1');
});

test('cipher lists are such that OpenSSL takes them, at security level 0', t => {
	for (const suites of [
		null,
		'forward secrecy AEAD',
		'forward secrecy CBC',
		'static RSA',
		'anonymous',
		'NULL',
	] as const) {
		const ciphers = cipherList({version: 'TLSv1.2', suites});
		t.true(ciphers.endsWith(':@SECLEVEL=0'));
		t.notThrows(() => createSecureContext({ciphers}), ciphers);
	}
});

test('the local OpenSSL is asked what it can offer, without a connection', async t => {
	for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const)
		t.true(await canOffer({version, suites: null}), version);
	t.true(await canOffer({version: 'TLSv1', suites: 'anonymous'}));
	t.false(await canOffer({version: 'SSLv3', suites: null}));
	t.false(await canOffer({version: 'SSLv2', suites: null}));
	t.false(await canOffer({version: 'TLSv1', suites: 'export'}));
	// Known suites, but none of them in that version.
	t.false(await canOffer({version: 'TLSv1', suites: 'forward secrecy AEAD'}));
});

const maker = createMaker();
test.after.always(() => maker.remove());
const read = (pem: string): X509Certificate => new X509Certificate(pem);
const day = 86_400_000;
const untrusted = {trusted: false, problem: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'};

test('names, dates, key and signature of a certificate are summed up at a moment', t => {
	const names = 'DNS:mail.example.org,DNS:*.example.net,IP:192.0.2.1,email:postmaster@example.org';
	const certificate = read(maker.issue('mail.example.org', {names, from: '20260101', to: '20260131'}).cert);
	const at = (now: string, name = 'mail.example.org') =>
		summarise({certificate, ...untrusted}, name, 'the roots', Date.parse(now));
	t.like(at('2026-01-29T12:00:00Z'), {
		subject: 'CN=mail.example.org',
		issuer: 'CN=authority',
		names: ['mail.example.org', '*.example.net', '192.0.2.1'],
		valid_from: '2026-01-01T00:00:00.000Z',
		valid_to: '2026-01-31T00:00:00.000Z',
		days_left: 1,
		validity: 'valid',
		key_type: 'ec',
		key_bits: 256,
		signature_algorithm: 'ecdsa-with-SHA256',
		trusted: false,
		chain_complete: false,
		roots: 'the roots',
		name_matches: true,
	});
	t.like(at('2026-02-01T00:00:01Z'), {validity: 'expired', days_left: -2});
	t.like(at('2025-12-31T23:59:59Z'), {validity: 'not yet valid'});
	const matches = (name: string) => at('2026-01-02T00:00:00Z', name)?.name_matches;
	t.deepEqual(['mx.example.net', '192.0.2.1'].map(matches), [true, true]);
	t.deepEqual(['example.com', 'a.b.example.net', '192.0.2.2', '2001:db8::1'].map(matches), [
		false,
		false,
		false,
		false,
	]);
});

test('signature algorithms are read from the certificate itself', t => {
	const sha1 = maker.issue('sha1.example.org', {signer: 'self', key: 'rsa', digest: 'sha1'});
	t.is(signatureAlgorithm(read(sha1.cert).raw), 'sha1WithRSAEncryption');
	t.is(signatureAlgorithm(read(maker.authority).raw), 'ecdsa-with-SHA256');
});

test('bytes that are no certificate have no signature algorithm', t => {
	const {raw} = read(maker.authority);
	for (let cut = 0; cut < raw.length; cut += 7) t.is(signatureAlgorithm(raw.subarray(0, cut)), null);
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 40}), bytes => typeof signatureAlgorithm(Buffer.from(bytes)) !== 'undefined'),
	);
});

test('a trusted chain is complete, an unknown problem keeps its code, no certificate is none', t => {
	const certificate = read(maker.issue('mail.example.org').cert);
	const of = (trusted: boolean, problem: string | null) =>
		summarise({certificate, trusted, problem}, 'mail.example.org', 'r', day * 365 * 51);
	t.like(of(true, null), {trusted: true, trust_problem: null, chain_complete: true});
	t.like(of(false, 'DEPTH_ZERO_SELF_SIGNED_CERT'), {trust_problem: 'self-signed', chain_complete: true});
	t.like(of(false, 'SOMETHING_NEW'), {trust_problem: 'SOMETHING_NEW', chain_complete: null});
	t.is(summarise({certificate: null, ...untrusted}, 'x', 'r', 0), null);
});

test('of a PEM file the servers’ own certificates are read, whatever stands between them', t => {
	const ec = maker.issue('ec.example.org');
	const rsa = maker.issue('rsa.example.org', {key: 'rsa'});
	const subjects = (text: string) => leavesOf(text).map(({subject}) => subject);
	const both = `${rsa.key}${rsa.cert}${maker.intermediate}${ec.key}text\n${ec.cert}${maker.authority}`;
	t.deepEqual(subjects(both), ['CN=rsa.example.org', 'CN=ec.example.org']);
	t.deepEqual(subjects(both.replaceAll('\n', '\r\n')), ['CN=rsa.example.org', 'CN=ec.example.org']);
	t.deepEqual(subjects(maker.authority), ['CN=authority'], 'the first, authority or not');
	t.deepEqual(subjects(rsa.key), []);
	t.deepEqual(subjects('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'), []);
	const facts = certificateFacts(read(rsa.cert));
	t.like(facts, {
		subject: 'CN=rsa.example.org',
		key: 'RSA',
		from: Date.parse('2020-01-01'),
		to: Date.parse('2120-01-01'),
	});
	t.is(certificateFacts(read(ec.cert)).key, 'other');
});
