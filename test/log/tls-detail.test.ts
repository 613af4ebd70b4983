import test from 'ava';
import {isCertificateText, isTlsDetail, isTlsOff} from '../../src/log/tls-detail.ts';

const off = [
	'cannot load Certificate Authority data: disabling TLS support',
	'warning: cannot load Certification Authority data, CAfile="/etc/ssl/x": disabling TLS support',
	'warning: cannot get RSA private key from file "/etc/ssl/key.pem": disabling TLS support',
	'warning: RSA private key in /a does not match public key in /b: disabling TLS support',
	'warning: no entropy for TLS key generation: disabling TLS support',
	'warning: error loading the \'postfix\' settings from the system OpenSSL configuration file, disabling TLS support',
	"warning: No server certs available. TLS won't be enabled",
	"warning: No server certs available. TLS can't be enabled",
	'warning: TLS has been selected, but TLS support is not compiled in',
]; // biome-ignore format: texts stand as they are logged

const certificates = [
	'certificate verification failed for a.example[192.0.2.1]: untrusted issuer /CN=Example CA',
	'certificate verification failed for a.example[192.0.2.1]:587: self-signed certificate',
	'client certificate verification failed for a.example[192.0.2.1]: certificate has expired',
	'a.example[192.0.2.1]: subject_CN=a.example, issuer=Example CA, fingerprint=A1:B2',
	'a.example[192.0.2.1]:49152: raw public key fingerprint=A1:B2',
	'a.example[192.0.2.1]: re-using session with untrusted certificate, look for details earlier in the log',
];

const details = [
	'setting up TLS connection from a.example[192.0.2.1]',
	'SSL_accept:SSLv3/TLS read client hello',
	'SSL3 alert read:fatal:unknown CA',
	'a.example[192.0.2.1]: save session 3C95F2&s=smtp&l=269488207 to smtpd cache',
	'a.example[192.0.2.1]: Issuing session ticket, key expiration: 1795951683',
	'issuing session id 3C95F2, session_lifetime 3600',
	'> a.example[192.0.2.1]: 250-STARTTLS',
	'< a.example[192.0.2.1]: STARTTLS',
	'smtpd_check_rewrite: trying: permit_inet_interfaces TLS',
	'read from 558C5A7B7F50 [558C5A7C0A93] (5 bytes => -1 (0xFFFFFFFFFFFFFFFF))',
	'0010 - 54 4c 53 20 00                                   TLS .',
	'TLS protocol trace for 192.0.2.5 saved to tlstrace/smtpd-20261129110252.146002-192.0.2.5-ak91gk',
	'skipping TLS trace output - rate limit (1) exceeded',
	'warning: Could not report TLS handshake result to tlsrpt library: No such file or directory (errno 2)',
	'TLSRPT: status=success, domain=a.example, receiving_mx=mx.a.example[192.0.2.1]',
	'discarding EHLO keywords: CHUNKING STARTTLS',
	'[192.0.2.1]:4711: discarding EHLO keywords: STARTTLS',
	'NOQUEUE: improper command pipelining after STARTTLS from a.example[192.0.2.1]: EHLO x',
	'warning: smtpd_tls_security_level: unsupported TLS level "secure", using "encrypt"',
	'fatal: Invalid TLS level "Encrypt"',
	'warning: TLS SNI x.example from a.example[192.0.2.1] not matched, using default chain',
];

const unknown = [
	'Anonymous TLS connection resumed from a.example[192.0.2.1]: TLSv1.4 with cipher X (1/1 bits)',
	'TLS connection refused by something new',
	'warning: STARTTLS went wrong in a new way',
];

test('a process that goes on without TLS says so in few ways', t => {
	for (const text of off) t.true(isTlsOff(text) && isTlsDetail(text), text);
	for (const text of [...certificates, ...details, ...unknown]) t.false(isTlsOff(text), text);
});

test('lines about the certificate of the other side are recognized among the rest', t => {
	for (const text of certificates) t.true(isCertificateText(text) && isTlsDetail(text), text);
	for (const text of [...off, ...details, ...unknown]) t.false(isCertificateText(text), text);
});

test('what Postfix writes around TLS is known, what nobody knows is not', t => {
	for (const text of details) t.true(isTlsDetail(text), text);
	for (const text of unknown) t.false(isTlsDetail(text), text);
});
