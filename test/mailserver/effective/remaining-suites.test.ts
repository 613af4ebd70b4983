import test from 'ava';
import {serverPolicies} from '../../../src/mailserver/effective/effective-policy.ts';
import {leavesNoSuite, unserved} from '../../../src/mailserver/effective/remaining-suites.ts';
import type {Protocol} from '../../../src/tls/version.ts';
import {configured, service} from '../read/configured.ts';

const every: readonly Protocol[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const old: readonly Protocol[] = ['TLSv1', 'TLSv1.1'];
const list = (text: string) => text.split(' ').filter(Boolean);

// Each by `openssl ciphers -s -tls1_2 ALL:!WORD`, OpenSSL 3.0: whether a suite with ECDSA is left.
for (const [words, without] of [
	['ECDSA aNULL', every.slice(0, 3)],
	['aECDSA aNULL', every.slice(0, 3)],
	['ECDHE aNULL', every.slice(0, 3)],
	['EECDH aNULL', every.slice(0, 3)],
	['kECDHE aNULL', every.slice(0, 3)],
	['ECDH aNULL', every.slice(0, 3)],
	['ECDHE+ECDSA aNULL', every.slice(0, 3)],
	['AESGCM AESCCM CHACHA20 ARIA SHA SHA256 SHA384 aNULL', every.slice(0, 3)],
	['SHA aNULL', old],
	['ecdsa aNULL', []],
	['aECDSA+AES aNULL', []],
	['AESGCM aNULL', []],
	['kRSA aRSA aNULL', []],
	['DHE aNULL', []],
	['ECDHE-ECDSA-AES128-SHA aNULL', []],
	['ECDSA', []],
	['', []],
] as const)
	test(`With a certificate of ECDSA: ${words || 'nothing'}`, t => {
		t.deepEqual(unserved(every, list(words), 'ECDSA', true), without);
	});

test('A key that is not known may be of any kind', t => {
	t.deepEqual(unserved(every, list('ECDSA aNULL'), null, true), []);
	t.deepEqual(unserved(every, list('ALL'), null, true), every.slice(0, 3));
	t.deepEqual(unserved(every, list('SHA MD5'), null, true), old);
});

test('Suites of TLS 1.3 are in no list', t => {
	t.deepEqual(unserved(['TLSv1.3'], list('ALL TLS_AES_256_GCM_SHA384'), 'ECDSA', false), []);
});

const ecdsa = ['smtpd_tls_eccert_file=/e/ec.pem', 'smtpd_tls_cert_file=none', 'smtpd_tls_security_level=may'];

test('A server that has no suite for any version has no TLS', t => {
	const main = [...ecdsa, 'smtpd_tls_exclude_ciphers=aNULL,ECDSA', 'smtpd_tls_protocols=!TLSv1.3'];
	const [policy] = serverPolicies(configured('3.7.11', main, [service('smtp inet smtpd')]));
	t.is(policy?.fault?.kind, 'no-suite');
});

test('With TLS 1.3 it has some', t => {
	const main = [...ecdsa, 'smtpd_tls_exclude_ciphers=aNULL,ECDSA'];
	const [policy] = serverPolicies(configured('3.7.11', main, [service('smtp inet smtpd')]));
	t.is(policy?.fault, null);
	t.deepEqual(policy?.unserved, every.slice(0, 3));
	t.is(policy?.keys, 'ECDSA');
});

test('Where the list is empty there is no TLS 1.3 either', t => {
	for (const words of ['ALL', 'AESGCM,AESCCM,CHACHA20,ARIA,SHA,SHA256,SHA384,MD5']) {
		const main = ['smtpd_tls_security_level=may', `smtpd_tls_exclude_ciphers=${words}`];
		const [policy] = serverPolicies(configured('3.7.11', main, [service('smtp inet smtpd')]));
		t.is(policy?.fault?.kind, 'no-suite', words);
	}
	t.false(leavesNoSuite(list('aNULL eNULL MD5 RC4 3DES SHA ECDSA DHE kRSA')));
	t.false(leavesNoSuite([]));
});
