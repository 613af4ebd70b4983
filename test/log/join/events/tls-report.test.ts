import test from 'ava';
import fc from 'fast-check';
import {readTlsReport} from '../../../../src/log/join/events/tls-report.ts';
import {createReader} from '../../../../src/log/reader.ts';
import type {Session} from '../../../../src/model/session.ts';
import {readReports} from '../../../../src/model/tls-reports.ts';
import {runs} from '../../../runs.ts';
import {readLine} from '../../fixture/read-line.ts';

const peer = {host: 'mx.bank.example', ip: '192.0.2.1', port: null, socket: false};
const to = 'domain=bank.example, receiving_mx=mx.bank.example[192.0.2.1]';

/** Wordings of tls/tlsrpt_wrapper.c, of 3.10 and of what came before it. */
for (const [text, result, reason] of [
	[`status=success, ${to}`, 'success', null],
	[`status=failure, ${to}, failure_type=starttls_not_supported`, 'starttls-not-supported', null],
	[`status=failure, ${to}, failure_type=certificate_host_mismatch`, 'certificate-host-mismatch', null],
	[`status=failure, ${to}, failure_type=TLSRPT_CERTIFICATE_EXPIRED`, 'certificate-expired', null],
	[`status=failure, ${to}, failure_type=sts_webpki_invalid`, 'sts-webpki-invalid', null],
	[`status=failure, ${to}, failure_type=unfinished_policY`, 'validation-failure', 'unfinished_policY'],
	[`status=failure, ${to}, failure_type=failure_type_902`, 'validation-failure', 'failure_type_902'],
	[
		`status=failure, ${to}, failure_type=validation_failure, failure_reason=tls-handshake-failure`,
		'validation-failure',
		'tls-handshake-failure',
	],
	[`status=failure, ${to}, failure_type=dane_required, failure_reason=a, b c`, 'dane-required', null],
] as const)
	test(text, t => {
		t.deepEqual(readTlsReport(text), {peer, domain: 'bank.example', result, reason});
	});

test('what is no report is none, and what it does not name is unknown', t => {
	for (const text of ['', 'status=maybe, domain=a', `status=failure, ${to}`, 'status=success, domain=a.example'])
		t.is(readTlsReport(text), null);
	t.like(readTlsReport('status=success, domain=a b, receiving_mx=(null)[(null)]'), {
		domain: null,
		peer: {host: null, ip: null},
	});
});

const name = fc.constantFrom('a.example', 'b.example', 'c.example');
const report = fc
	.record({
		domain: name,
		host: fc.integer({min: 1, max: 3}),
		end: fc.constantFrom(
			null,
			'starttls_not_supported',
			'certificate_not_trusted',
			'tlsa_invalid',
			'validation_failure, failure_reason=tls-handshake-failure',
		),
	})
	.map(({domain, host, end}) => {
		const rest = `domain=${domain}, receiving_mx=mx${host}.example[192.0.2.${host}]`;
		return `TLSRPT: ${end === null ? `status=success, ${rest}` : `status=failure, ${rest}, failure_type=${end}`}`;
	});
const host = fc.integer({min: 1, max: 3});
const tls = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)';
const line = fc.oneof(
	{weight: 4, arbitrary: report},
	fc.string({unit: 'binary', maxLength: 60}).map(text => `TLSRPT: ${text.replaceAll('\n', ' ')}`),
	fc.tuple(host, fc.constantFrom('established', 'reused')).map(([n, how]) => {
		return `Trusted TLS connection ${how} to mx${n}.example[192.0.2.${n}]:25: ${tls}`;
	}),
	host.map(n => `SSL_connect error to mx${n}.example[192.0.2.${n}]:25: -1`),
	fc
		.tuple(host, name, fc.integer({min: 1, max: 9}), fc.constantFrom('', ', conn_use=2'), fc.boolean())
		.map(([n, domain, queueId, use, sent]) => {
			const end = sent ? 'sent (250 ok)' : 'deferred (Server certificate not verified)';
			return `4YAAA${queueId}: to=<u@${domain}>, relay=mx${n}.example[192.0.2.${n}]:25${use}, delay=1, delays=0/0/1/0, dsn=2.0.0, status=${end}`;
		}),
	fc.tuple(host, fc.integer({min: 1, max: 9})).map(([n, queueId]) => {
		return `4YAAA${queueId}: TLS is required, but was not offered by host mx${n}.example[192.0.2.${n}]`;
	}),
	fc.integer({min: 1, max: 9}).map(queueId => `4YAAA${queueId}: Cannot start TLS: handshake failure`),
	host.map(n => `TLS handshake failed for service=smtp peer=[192.0.2.${n}]:25`),
	host.map(n => `CONNECT to [192.0.2.${n}]:25`),
	host.map(n => `DISCONNECT [192.0.2.${n}]:25`),
);
const lines = fc.array(
	fc.record({
		tag: fc.constantFrom('postfix/smtp', 'postfix/smtp', 'postfix/lmtp', 'postfix/tlsproxy'),
		pid: fc.integer({min: 1, max: 3}),
		after: fc.constantFrom(0, 0, 1, 10, 700, 8000),
		text: line,
	}),
	{maxLength: 60},
);

test('of a line that ends within the name of the server nothing is taken', t => {
	const whole = `status=success, ${to}`;
	for (let end = 0; end < whole.length; end++) t.is(readTlsReport(whole.slice(0, end)), null, whole.slice(0, end));
});

test('any lines around TLSRPT: nothing throws, and each report is in one session', t => {
	fc.assert(
		fc.property(lines, some => {
			const sessions: Session[] = [];
			const reader = createReader(session => sessions.push(session), {zone: 'UTC', now: Date.UTC(2026, 11, 1)});
			reader.open({name: 'mail.log', modified: null});
			let time = Date.UTC(2026, 1, 3);
			for (const {tag, pid, after, text} of some) {
				time += after * 1000;
				readLine(reader, `${new Date(time).toISOString()} mx ${tag}[${pid}]: ${text}`);
			}
			reader.end();
			t.false(reader.coverage.examples.some(({example}) => example.includes('TLSRPT: ')));
			const said = some.filter(({text}) => text.startsWith('TLSRPT: ') && readTlsReport(text.slice(8)) !== null);
			const kept = sessions.flatMap(({tlsReports}) => readReports(tlsReports));
			t.is(
				kept.reduce((sum, {count}) => sum + count, 0),
				said.length,
			);
		}),
		{numRuns: runs(300)},
	);
});
