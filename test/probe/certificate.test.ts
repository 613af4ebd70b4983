import {X509Certificate} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {signatureAlgorithm, summarise} from '../../src/probe/certificate.ts';
import {createMaker} from './fixture/certificates.ts';

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
