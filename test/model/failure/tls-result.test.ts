import test from 'ava';
import {type ResultFacts, resultOfCertificate, resultOfSession} from '../../../src/model/failure/tls-result.ts';
import type {TlsResult} from '../../../src/model/tls-reports.ts';

const facts = (more: Partial<ResultFacts>): ResultFacts => ({
	outcome: 'encrypted',
	failure: null,
	alert: null,
	trust: 'Trusted',
	...more,
});

const notVerified = {failure: 'certificate-not-verified'} as const;

/** Types of RFC 8460, section 4.3; what is no more than that TLS was not used is in no report. */
for (const [what, result] of [
	[{}, 'success'],
	[{failure: 'lost-connection'}, 'success'],
	[{failure: 'requiretls-not-offered'}, 'success'],
	[{...notVerified, alert: 'hostname mismatch (62)'}, 'certificate-host-mismatch'],
	[{...notVerified, alert: 'IP address mismatch (64)'}, 'certificate-host-mismatch'],
	[{...notVerified, alert: 'certificate has expired (10)'}, 'certificate-expired'],
	[{...notVerified, alert: 'certificate is not yet valid (9)'}, 'validation-failure'],
	[{...notVerified, alert: 'self-signed certificate (18)'}, 'certificate-not-trusted'],
	[{...notVerified, alert: 'untrusted issuer'}, 'certificate-not-trusted'],
	[{...notVerified, alert: 'no matching DANE TLSA records (65)'}, 'certificate-not-trusted'],
	[{...notVerified, alert: 'certificate chain too long (22)'}, 'certificate-not-trusted'],
	[{...notVerified, alert: 'EE certificate key too weak (66)'}, 'validation-failure'],
	[{...notVerified, trust: 'Trusted'}, 'certificate-host-mismatch'],
	[{...notVerified, trust: 'Untrusted'}, 'certificate-not-trusted'],
	[{...notVerified, trust: null}, 'validation-failure'],
	[{failure: 'dane'}, 'validation-failure'],
	[{outcome: 'failed', failure: 'no-shared-cipher'}, 'validation-failure'],
	[{outcome: 'failed', failure: 'timeout'}, 'validation-failure'],
	[{outcome: 'plaintext', failure: 'tls-required-not-offered'}, 'starttls-not-supported'],
	[{outcome: 'plaintext', failure: 'starttls-refused'}, 'starttls-not-supported'],
	[{outcome: 'plaintext', failure: 'tls-unavailable'}, null],
	[{outcome: 'plaintext'}, null],
	[{outcome: 'plaintext', failure: 'lost-connection'}, null],
	[{outcome: null}, null],
] as ReadonlyArray<readonly [Partial<ResultFacts>, TlsResult | null]>)
	test(`${JSON.stringify(what)} adds ${result ?? 'nothing'}`, t => {
		t.is(resultOfSession(facts(what))?.result ?? null, result);
	});

test('a reason is the alert, else the code', t => {
	t.is(resultOfSession(facts({outcome: 'failed', failure: 'timeout'}))?.reason, 'timeout');
	const alert = 'no shared cipher (193)';
	t.is(resultOfSession(facts({outcome: 'failed', failure: 'no-shared-cipher', alert}))?.reason, alert);
	t.is(resultOfSession(facts({}))?.reason, null);
});

test('words that are no reason of a certificate have no type', t => {
	t.is(resultOfCertificate(null), null);
	t.is(resultOfCertificate('no shared cipher (193)'), null);
});
