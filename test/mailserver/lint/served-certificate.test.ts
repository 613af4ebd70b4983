import test from 'ava';
import {
	type CertificateFacts,
	certificateSource,
	dovecotCertificateSource,
	servedFindings,
} from '../../../src/mailserver/lint/served-certificate.ts';
import {configured, service} from '../read/configured.ts';

const time = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const now = time('2026-11-29');
const facts = (fingerprint: string, from: string, to: string, key = 'RSA'): CertificateFacts => ({
	fingerprint,
	subject: `CN=${fingerprint}`,
	from: time(from),
	to: time(to),
	key,
});
const source = {words: 'smtpd_tls_cert_file=/c.pem', files: ['/c.pem'], bySni: null, reload: 'postfix reload'};
const before = facts('before', '2026-09-01', '2026-12-01');
const after = facts('after', '2026-11-01', '2027-02-01');
const ecdsa = facts('ecdsa', '2026-10-01', '2027-01-01', 'other');
const found = (held: CertificateFacts[], served: CertificateFacts[], more = {}) =>
	servedFindings({service: 'smtps/inet', source: {...source, ...more}, held, served}, now);

test('what the file holds is served: nothing to say', t => {
	t.deepEqual(found([before], [before]), []);
	t.deepEqual(found([after, ecdsa], [ecdsa, after]), []);
	t.deepEqual(found([after], []), [], 'nothing was seen');
});

test('an older certificate than the file holds is renewed and not reloaded', t => {
	const [finding, ...others] = found([after], [before]);
	t.deepEqual(others, []);
	t.like(finding, {id: 'certificate-not-reloaded', severity: 'warn', service: 'smtps/inet', fix: ['postfix reload']});
	t.regex(finding?.evidence ?? '', /^served: CN=before, 2026-09-01 to 2026-12-01.*c\.pem holds: CN=after/);
	t.regex(finding?.why ?? '', /which ends on 2026-12-01/);
	const [expired] = found([after], [facts('old', '2026-01-01', '2026-11-28')]);
	t.like(expired, {severity: 'error'});
	t.regex(expired?.why ?? '', /which has expired/);
});

test('of two certificates the one of the same kind of key is compared', t => {
	t.like(found([after, ecdsa], [before, ecdsa]), [{id: 'certificate-not-reloaded'}]);
	// The ECDSA certificate is newer than what is served, and would never be served in its place.
	t.like(found([before, ecdsa], [facts('other', '2026-09-02', '2026-12-02')]), [{id: 'served-certificate-differs'}]);
});

test('a newer or an unknown one is another host or another configuration, and no reload is advised', t => {
	const [finding] = found([before], [after]);
	t.like(finding, {id: 'served-certificate-differs', severity: 'warn', fix: []});
});

test('where a name may choose another certificate, it is a note', t => {
	const [finding] = found([after], [before], {bySni: 'tls_server_sni_maps'});
	t.like(finding, {id: 'served-certificate-differs', severity: 'info', fix: []});
	t.regex(finding?.why ?? '', /tls_server_sni_maps may have chosen it/);
});

const smtps = service('smtps inet smtpd');
const filesOf = (...main: string[]) => certificateSource(configured('3.7.11', main, []), smtps)?.files ?? null;

test('the files of Postfix: chain_files rules, else each kind has its own', t => {
	t.deepEqual(filesOf('smtpd_tls_chain_files = /k.pem, /c.pem', 'smtpd_tls_cert_file = /old.pem'), [
		'/k.pem',
		'/c.pem',
	]);
	t.deepEqual(filesOf('smtpd_tls_cert_file = /rsa.pem', 'smtpd_tls_eccert_file = /ec.pem'), ['/rsa.pem', '/ec.pem']);
	t.deepEqual(filesOf('dir = /x', 'smtpd_tls_cert_file = $dir/rsa.pem'), ['/x/rsa.pem']);
	t.is(filesOf('smtpd_tls_cert_file = none'), null);
	t.is(filesOf('smtpd_tls_cert_file ='), null);
});

test('an option of the service counts before main.cf; maps by name are seen', t => {
	const own = service('smtps inet smtpd', ['smtpd_tls_cert_file=/own.pem']);
	const configuration = configured('3.7.11', ['smtpd_tls_cert_file = /main.pem', 'tls_server_sni_maps = hash:/m'], []);
	t.like(certificateSource(configuration, own), {files: ['/own.pem'], bySni: 'tls_server_sni_maps'});
	t.is(
		certificateSource({...configuration, directory: '/etc/postfix-b'}, own)?.reload,
		'postfix -c /etc/postfix-b reload',
	);
});

test('the files of Dovecot, by the names of both releases', t => {
	const files = (settings: Record<string, string>) =>
		dovecotCertificateSource(new Map(Object.entries(settings)))?.files;
	t.deepEqual(files({ssl_cert: '</etc/ssl/a.pem', ssl_alt_cert: '< /etc/ssl/b.pem'}), [
		'/etc/ssl/a.pem',
		'/etc/ssl/b.pem',
	]);
	t.deepEqual(files({ssl_server_cert_file: '/etc/ssl/a.pem'}), ['/etc/ssl/a.pem']);
	t.is(files({ssl_cert: '***'}), undefined);
	t.is(
		dovecotCertificateSource(
			new Map([
				['ssl_cert', '</a'],
				['local_name x/ssl_cert', '</b'],
			]),
		)?.bySni,
		'local_name',
	);
});
