import test from 'ava';
import fc from 'fast-check';
import {addReason, type FailureReason, readProblem} from '../../src/log/library-problem.ts';
import {alertText, tlsAlerts} from '../../src/model/failure/alerts.ts';
import {libraryReasons} from '../../src/model/failure/reasons.ts';
import {runs} from '../runs.ts';

/** Errors as OpenSSL 1.0, 1.1 and 3 and LibreSSL write them, with what they say. */
const errors = [
	['error:1408A0C1:SSL routines:ssl3_get_client_hello:no shared cipher:s3_srvr.c:1417:', 'no-shared-cipher', 'no shared cipher (193)'],
	['4730:error:1408A0C1:SSL routines:SSL3_GET_CLIENT_HELLO:no shared cipher:s3_srvr.c:982:', 'no-shared-cipher', 'no shared cipher (193)'],
	['error:0A0000C1:SSL routines::no shared cipher:../ssl/statem/statem_srvr.c:2220:', 'no-shared-cipher', 'no shared cipher (193)'],
	['error:0A0000C1:lib(20)::reason(193):ssl/statem/statem_srvr.c:2220:', 'no-shared-cipher', 'no shared cipher (193)'],
	['error:1408A0C1:lib(20):func(138):reason(193):s3_srvr.c:1417:', 'no-shared-cipher', 'no shared cipher (193)'],
	['SSL_accept() failed: error:0A0000C1:SSL routines::no shared cipher', 'no-shared-cipher', 'no shared cipher (193)'],
	['SSL_accept() failed: error:0A0000C1:SSL routines::no shared cipher (no auth attempts in 0 secs)', 'no-shared-cipher', 'no shared cipher (193)'],
	['error:0A000065:SSL routines::no suitable key share:ssl/statem/extensions.c:1469:', 'no-shared-group', 'no suitable key share (101)'],
	['error:0A000127:SSL routines::no suitable groups:ssl/statem/extensions_clnt.c:700:', 'no-shared-group', 'no suitable groups (295)'],
	['error:0A00019A:SSL routines::no shared groups:ssl/t1_lib.c:1:', 'no-shared-group', 'no shared groups (410)'],
	['error:0A000076:SSL routines::no suitable signature algorithm:ssl/t1_lib.c:4656:', 'no-shared-signature', 'no suitable signature algorithm (118)'],
	['error:14201076:SSL routines:tls_choose_sigalg:no suitable signature algorithm:ssl/t1_lib.c:2649:', 'no-shared-signature', 'no suitable signature algorithm (118)'],
	['error:0A000178:SSL routines::no shared signature algorithms:ssl/t1_lib.c:1:', 'no-shared-signature', 'no shared signature algorithms (376)'],
	['error:0A0000FC:SSL routines::unknown protocol:ssl/statem/statem_srvr.c:1751:', 'unsupported-protocol', 'unknown protocol (252)'],
	['error:142090FC:SSL routines:tls_early_post_process_client_hello:unknown protocol:ssl/statem/statem_srvr.c:1700:', 'unsupported-protocol', 'unknown protocol (252)'],
	['4711:error:140760FC:SSL routines:SSL23_GET_CLIENT_HELLO:unknown protocol:s23_srvr.c:640:', 'not-tls', 'unknown protocol (252)'],
	['error:140770FC:SSL routines:SSL23_GET_SERVER_HELLO:unknown protocol:s23_clnt.c:794:', 'not-tls', 'unknown protocol (252)'],
	['error:1417D102:SSL routines:tls_process_client_hello:unsupported protocol', 'unsupported-protocol', 'unsupported protocol (258)'],
	['error:1420918C:SSL routines:tls_early_post_process_client_hello:version too low:ssl/statem/statem_srvr.c:1667:', 'unsupported-protocol', 'version too low (396)'],
	['error:0A00010B:SSL routines::wrong version number:ssl/record/ssl3_record.c:354:', 'not-tls', 'wrong version number (267)'],
	['error:1408F10B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:331:', 'not-tls', 'wrong version number (267)'],
	['error:0A00009C:SSL routines::http request:ssl/record/ssl3_record.c:345:', 'not-tls', 'http request (156)'],
	['error:1407609C:SSL routines:SSL23_GET_CLIENT_HELLO:http request:s23_srvr.c:394:', 'not-tls', 'http request (156)'],
	['error:0A0000C6:SSL routines::packet length too long, error:0A000139:SSL routines::record layer failure', 'not-tls', 'packet length too long (198)'],
	['error:0A000139:SSL routines::record layer failure:ssl/record/rec_layer_s3.c:696:', 'other', 'record layer failure (313)'],
	['error:140940E5:SSL routines:ssl3_read_bytes:ssl handshake failure:../ssl/record/rec_layer_s3.c:1543:', 'other', 'ssl handshake failure (229)'],
	['error:0A0C0103:SSL routines::internal error:ssl/ssl_lib.c:1:', 'other', 'internal error (259)'],
	['error:0A000086:SSL routines::certificate verify failed:ssl/statem/statem_clnt.c:1889:', 'certificate-not-verified', 'certificate verify failed (134)'],
	['17682:error:14090086:SSL routines:SSL3_GET_SERVER_CERTIFICATE:certificate verify failed:s3_clnt.c:894:', 'certificate-not-verified', 'certificate verify failed (134)'],
	['error:0A000126:SSL routines::unexpected eof while reading:ssl/record/rec_layer_s3.c:322:', 'lost-connection', 'unexpected eof while reading (294)'],
	['error:0A0000C7:SSL routines::peer did not return a certificate:ssl/statem/statem_srvr.c:3510:', 'client-certificate-required', 'peer did not return a certificate (199)'],
	['error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../ssl/record/rec_layer_s3.c:1543:SSL alert number 40:', 'peer-alert', 'handshake failure (40)'],
	['17690:error:14077410:SSL routines:SSL23_GET_SERVER_HELLO:sslv3 alert handshake failure:s23_clnt.c:596:', 'peer-alert', 'handshake failure (40)'],
	['error:0A000410:SSL routines::ssl/tls alert handshake failure:ssl/record/rec_layer_s3.c:916:SSL alert number 40:', 'peer-alert', 'handshake failure (40)'],
	['error:14094416:SSL routines:ssl3_read_bytes:sslv3 alert certificate unknown:../ssl/record/rec_layer_s3.c:1543:SSL alert number 46:', 'peer-rejected-certificate', 'certificate unknown (46)'],
	['error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert number 48', 'peer-rejected-certificate', 'unknown ca (48)'],
	['error:14037418:SSL routines:ACCEPT_SR_KEY_EXCH:tlsv1 alert unknown ca', 'peer-rejected-certificate', 'unknown ca (48)'],
	['SSL_accept() failed: sslv3 alert bad certificate: error:14094412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate: SSL alert number 42', 'peer-rejected-certificate', 'bad certificate (42)'],
	['error:0A00042E:SSL routines::tlsv1 alert protocol version:ssl/record/rec_layer_s3.c:916:SSL alert number 70:', 'unsupported-protocol', 'protocol version (70)'],
	['error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:ssl/record/rec_layer_s3.c:1544:SSL alert number 70:', 'unsupported-protocol', 'protocol version (70)'],
	['error:1409443E:SSL routines:ssl3_read_bytes:tlsv1 alert inappropriate fallback:ssl/record/rec_layer_s3.c:1544:SSL alert number 86:', 'unsupported-protocol', 'inappropriate fallback (86)'],
	['error:0A00045C:SSL routines::tlsv13 alert certificate required:ssl/record/rec_layer_s3.c:1586:SSL alert number 116:', 'client-certificate-required', 'certificate required (116)'],
	['error:14094458:SSL routines:ssl3_read_bytes:tlsv1 unrecognized name:ssl/record/rec_layer_s3.c:1544:SSL alert number 112:', 'peer-alert', 'unrecognized name (112)'],
	['error:0A000458:SSL routines::tlsv1 unrecognized name:ssl/record/rec_layer_s3.c:1586:', 'peer-alert', 'unrecognized name (112)'],
	['error:14094460:SSL routines:ssl3_read_bytes:reason(1120):ssl/record/rec_layer_s3.c:1544:SSL alert number 120:', 'peer-alert', 'no application protocol (120)'],
	['error:0A000442:SSL routines::tlsv1 alert user cancelled:ssl/record/rec_layer_s3.c:1586:', 'peer-alert', 'user canceled (90)'],
	['error:0A0004B0:SSL routines::reason(1200):ssl/record/rec_layer_s3.c:1586:SSL alert number 200:', 'peer-alert', 'unknown alert (200)'],
	['4000:error:140943FC:SSL routines:SSL3_READ_BYTES:sslv3 alert bad record mac:s3_pkt.c:1247:SSL alert number 20:', 'peer-alert', 'bad record mac (20)'],
	['SSL3 alert read:fatal:unknown CA', 'peer-rejected-certificate', 'unknown ca (48)'],
	['SSL3 alert read:fatal:handshake failure', 'peer-alert', 'handshake failure (40)'],
] as const; // biome-ignore format: a table reads better in lines

test('an error of OpenSSL gives the reason code and its words, whatever its release', t => {
	for (const [text, failure, alert] of errors) {
		const read = readProblem(text);
		t.is(read.failure, failure, text);
		t.is(read.alert, alert, text);
	}
});

test('errors of the code that speaks TLS prove it, those about files and certificates do not', t => {
	for (const [text] of errors) if (!text.includes('lib(20)')) t.true(readProblem(text).provesTls, text);
	for (const text of [
		'error:0B084002:x509 certificate routines:X509_load_cert_crl_file:system lib:by_file.c:252:',
		'error:80000002:system library::No such file or directory:crypto/bio/bss_file.c:67:fopen(/etc/ssl/x,r)',
		'error:10000080:BIO routines::no such file:crypto/bio/bss_file.c:75:',
		'error:0909006C:PEM routines:get_name:no start line:crypto/pem/pem_lib.c:745:Expecting: ANY PRIVATE KEY',
	])
		t.false(readProblem(text).provesTls, text);
});

const hexOf = (number: number): string => number.toString(16).toUpperCase().padStart(8, '0');

/** The same reason as the releases of OpenSSL, and Dovecot, write it. */
const wordings = (number: number, words: string): string[] => [
	`error:${hexOf(0x0a000000 | number)}:SSL routines::${words}:ssl/statem/statem_srvr.c:1:`,
	`error:${hexOf(0x14090000 | number)}:SSL routines:ssl3_read_bytes:${words}:ssl/record/rec_layer_s3.c:1:`,
	`815:error:${hexOf(0x14090000 | number)}:SSL routines:SSL3_READ_BYTES:${words}:s3_pkt.c:1:`,
	`TLS handshaking: SSL_accept() failed: error:${hexOf(0x0a000000 | number)}:SSL routines::${words}, session=<x>`,
];

test('every alert is known by its number in each wording, with and without the words of the library', t => {
	const prefix = fc.constantFrom('sslv3 alert ', 'ssl/tls alert ', 'tlsv1 alert ', 'tlsv13 alert ', 'tlsv1 ');
	fc.assert(
		fc.property(
			fc.constantFrom(...tlsAlerts),
			prefix,
			fc.nat(3),
			fc.boolean(),
			({number, name}, before, form, named) => {
				const words = named ? `${before}${name}` : `reason(${1000 + number})`;
				const text = wordings(1000 + number, words)[form] ?? '';
				const {failure, alert} = readProblem(text);
				t.is(alert, `${name} (${number})`, text);
				t.true(
					['peer-alert', 'peer-rejected-certificate', 'unsupported-protocol', 'client-certificate-required'].includes(
						failure,
					),
				);
			},
		),
		{numRuns: runs(200)},
	);
});

test('every reason of the library is known by its words, and by its number where the words are missing', t => {
	fc.assert(
		fc.property(fc.constantFrom(...libraryReasons), fc.nat(3), fc.boolean(), (reason, form, named) => {
			const number = reason.number ?? 300;
			if (!named && reason.number === null) return;
			const text = wordings(number, named ? reason.words : `reason(${number})`)[form] ?? '';
			const {failure, alert} = readProblem(text);
			t.is(failure, reason.failure, text);
			t.is(alert, `${reason.words} (${number})`);
		}),
		{numRuns: runs(200)},
	);
});

test('whatever a text holds, it is read, and what is shown of it is short', t => {
	const pieces = fc.constantFrom(
		'error:',
		':',
		'SSL alert number ',
		'0A000410',
		'tlsv1 alert ',
		', ',
		' (',
		'reason(',
		'999',
	);
	fc.assert(
		fc.property(fc.array(fc.oneof(pieces, fc.string()), {maxLength: 20}), parts => {
			const {failure, alert} = readProblem(parts.join(''));
			t.is(typeof failure, 'string');
			t.true(alert === null || alert.length <= 100, alert ?? '');
		}),
		{numRuns: runs(300)},
	);
});

test('the clearest reason stays with its alert, in whatever order the lines come, and an alert is never lost', t => {
	const one = fc.constantFrom<FailureReason>(
		{failure: 'other', alert: 'record layer failure (313)'},
		{failure: 'other', alert: null},
		{failure: 'lost-connection', alert: null},
		{failure: 'lost-connection', alert: 'unexpected eof while reading (294)'},
		{failure: 'timeout', alert: null},
		{failure: 'not-tls', alert: 'packet length too long (198)'},
		{failure: null, alert: null},
	);
	fc.assert(
		fc.property(fc.array(one, {minLength: 1, maxLength: 5}), found => {
			const known: FailureReason = {failure: null, alert: null};
			for (const each of found) addReason(known, each);
			t.is(
				known.alert !== null,
				found.some(({alert}) => alert !== null),
			);
			t.is(
				known.failure !== null,
				found.some(({failure}) => failure !== null),
			);
			const telling = found.find(({failure}) => failure === 'not-tls' || failure === 'timeout');
			if (telling !== undefined) t.is(known.failure, telling.failure);
			if (telling?.alert != null) t.is(known.alert, telling.alert);
		}),
		{numRuns: runs(200)},
	);
});

test('an alert that no document names is shown by its number', t => {
	t.is(alertText(40), 'handshake failure (40)');
	t.is(alertText(255), 'unknown alert (255)');
});
