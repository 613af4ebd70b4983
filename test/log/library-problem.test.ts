import test from 'ava';
import {failureOf, provesTls} from '../../src/log/library-problem.ts';

/** Reasons as OpenSSL 1.0, 1.1 and 3 and LibreSSL write them, around the code of each. */
const reasons = [
	['error:1408A0C1:SSL routines:ssl3_get_client_hello:no shared cipher:s3_srvr.c:1417:', 'no-shared-cipher'],
	['error:0A0000C1:SSL routines::no shared cipher:../ssl/statem/statem_srvr.c:2220:', 'no-shared-cipher'],
	['error:0A000065:SSL routines::no suitable key share:ssl/statem/extensions.c:1469:', 'no-shared-group'],
	['error:0A000127:SSL routines::no suitable groups:ssl/statem/extensions_clnt.c:700:', 'no-shared-group'],
	['error:0A000119:SSL routines::no shared groups:ssl/t1_lib.c:1:', 'no-shared-group'],
	['error:0A000076:SSL routines::no suitable signature algorithm:ssl/t1_lib.c:4656:', 'no-shared-signature'],
	['error:14201076:SSL routines:tls_choose_sigalg:no suitable signature algorithm:ssl/t1_lib.c:2649:', 'no-shared-signature'],
	['error:0A000178:SSL routines::no shared signature algorithms:ssl/t1_lib.c:1:', 'no-shared-signature'],
	['error:0A0000FC:SSL routines::unknown protocol:ssl/statem/statem_srvr.c:1751:', 'unsupported-protocol'],
	['error:142090FC:SSL routines:tls_early_post_process_client_hello:unknown protocol:ssl/statem/statem_srvr.c:1700:', 'unsupported-protocol'],
	['4711:error:140760FC:SSL routines:SSL23_GET_CLIENT_HELLO:unknown protocol:s23_srvr.c:640:', 'not-tls'],
	['error:140770FC:SSL routines:SSL23_GET_SERVER_HELLO:unknown protocol:s23_clnt.c:794:', 'not-tls'],
	['error:0A00010B:SSL routines::wrong version number:ssl/record/ssl3_record.c:354:', 'not-tls'],
	['error:0A00009C:SSL routines::http request:ssl/record/ssl3_record.c:345:', 'not-tls'],
] as const; // biome-ignore format: a table reads better in lines

test('the words of an OpenSSL error give the reason, whatever its code', t => {
	for (const [error, failure] of reasons) t.is(failureOf(error), failure, error);
});

test('errors of the code that speaks TLS prove it, those about files and certificates do not', t => {
	for (const [error] of reasons) t.true(provesTls(error), error);
	t.true(provesTls('4000:error:140943FC:SSL routines:SSL3_READ_BYTES:sslv3 alert bad record mac:s3_pkt.c:1247:'));
	for (const error of [
		'error:0B084002:x509 certificate routines:X509_load_cert_crl_file:system lib:by_file.c:252:',
		'error:80000002:system library::No such file or directory:crypto/bio/bss_file.c:67:fopen(/etc/ssl/x,r)',
		'error:10000080:BIO routines::no such file:crypto/bio/bss_file.c:75:',
		'error:0909006C:PEM routines:get_name:no start line:crypto/pem/pem_lib.c:745:Expecting: ANY PRIVATE KEY',
	])
		t.false(provesTls(error), error);
});
