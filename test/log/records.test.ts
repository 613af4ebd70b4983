import {readFileSync} from 'node:fs';
import test from 'ava';
import {createJoiner} from '../../src/log/join/joiner.ts';
import {createLineReader} from '../../src/log/line-reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import {emptyReaderState} from '../../src/log/reader-state.ts';
import {createRecords, daemonAt, record, recordSize} from '../../src/log/records.ts';
import {isCertificateText, isTlsDetail, isTlsOff} from '../../src/log/tls-detail.ts';
import {summedCoverage} from '../../src/model/coverage.ts';
import type {Session} from '../../src/model/session.ts';
import {readLine} from './fixture/read-line.ts';
import {sessionsOf} from './fixture/sessions-of.ts';

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

const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};
const log = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8')
	.trimEnd()
	.split('\n');

/** Sessions by way of batches of so many records with so many bytes of words. */
function inBatches(lines: readonly string[], records: number, bytes: number) {
	const sessions: Session[] = [];
	const state = emptyReaderState();
	const joiner = createJoiner(session => sessions.push(session), new Map(), state.joiner);
	const room = () =>
		createRecords(new Int32Array(records * recordSize), Buffer.allocUnsafeSlow(bytes) as unknown as Bytes);
	let batches = 0;
	const reader = createLineReader(options, state.lines, room(), batch => {
		batches++;
		joiner.take(batch);
		// Nothing of a batch that was taken is looked at again.
		batch.ints.fill(-7);
		batch.bytes.fill(0xee);
		return room();
	});
	reader.open({name: 'test.log', modified: null});
	for (const line of lines) readLine(reader, line);
	reader.end();
	reader.flush();
	joiner.end();
	return {sessions, coverage: summedCoverage([reader.coverage, joiner.coverage]), batches};
}

test('batches of any size give the same sessions', t => {
	const {sessions, coverage} = sessionsOf(log);
	for (const [records, bytes] of [
		[1, 20_000],
		[3, 20_000],
		[64, 17_000],
		[8192, 1 << 18],
	] as const) {
		const batched = inBatches(log, records, bytes);
		t.deepEqual(batched.sessions, sessions);
		t.deepEqual(batched.coverage, coverage);
		t.true(batched.batches > 0);
	}
});

test('lines of which nothing is reported move the time of their host on, once in five seconds', t => {
	const start = Date.UTC(2026, 9, 12, 8);
	const line = (host: string, time: number) =>
		`${new Date(time).toISOString()} ${host} dovecot: imap(u)<1><x>: expunge`;
	const lines = Array.from({length: 100}, (_, index) => [
		line('mx1', start + index * 100),
		// A host whose clock is a year behind.
		line('mx2', start - 31_536_000_000 + index * 100),
	]).flat();
	const times: number[] = [];
	const state = emptyReaderState();
	const reader = createLineReader(
		options,
		state.lines,
		createRecords(new Int32Array(1000 * recordSize), Buffer.alloc(30_000) as unknown as Bytes),
		batch => {
			for (let at = 0; at < batch.used; at += recordSize)
				if (batch.ints[at] === record.time) times.push(batch.ints[at + daemonAt] ?? -1);
			return batch;
		},
	);
	for (const line of lines) readLine(reader, line);
	reader.flush();
	t.deepEqual(times, [0, 1, 0, 1]);
});
