import test from 'ava';
import {finds, passes} from './expectations.ts';

test(
	'A cipher string is no grade',
	finds,
	'openssl-string-in-grade',
	{main: 'smtpd_tls_ciphers = HIGH:!aNULL\n'},
	{
		severity: 'error',
		service: 'smtp/inet',
		fix: ["postconf -e 'smtpd_tls_ciphers=medium'", "postconf -e 'smtpd_tls_exclude_ciphers=aNULL'"],
	},
);
test('A grade is one', passes, 'openssl-string-in-grade', {main: 'smtpd_tls_ciphers = HIGH\n'});

test(
	'Exclusions have no signs',
	finds,
	'operators-in-exclusion',
	{main: 'smtpd_tls_exclude_ciphers = !RC4, 3DES\n'},
	{
		severity: 'error',
		fix: ["postconf -e 'smtpd_tls_exclude_ciphers=RC4,3DES'"],
	},
);
test('The exclusions of the other kind of TLS are not read', passes, 'operators-in-exclusion', {
	main: 'smtpd_tls_mandatory_exclude_ciphers = !RC4\n',
});
test('Bare names and properties are right', passes, 'operators-in-exclusion', {
	main: 'smtpd_tls_exclude_ciphers = RC4, aNULL+MD5\n',
});

test(
	'The grade null does not encrypt',
	finds,
	'obsolete-grade',
	{main: 'smtpd_tls_ciphers = null\n'},
	{severity: 'error'},
);
test(
	'The grade export lets in what can be broken',
	finds,
	'obsolete-grade',
	{main: 'smtpd_tls_ciphers = export\n'},
	{
		severity: 'warn',
		fix: ["postconf -e 'smtpd_tls_ciphers=medium'"],
	},
);
test(
	'From 3.8 on it is but another name',
	finds,
	'obsolete-grade',
	{main: 'smtpd_tls_ciphers = export\n', version: '3.8.1'},
	{
		severity: 'info',
	},
);
test(
	'An old default is as weak',
	finds,
	'obsolete-grade',
	{
		wholeMain: 'smtpd_tls_cert_file = /c.pem\nsmtpd_tls_security_level = may\n',
		version: '2.10.7',
	},
	{says: /default of Postfix 2\.10\.7/},
);
test('medium is the grade for most', passes, 'obsolete-grade', {main: 'smtpd_tls_ciphers = medium\n'});

test(
	'A grade with another meaning holds for all',
	finds,
	'edited-cipherlist',
	{
		main: 'tls_high_cipherlist = ECDHE+AESGCM:DHE+AESGCM\n',
	},
	{
		severity: 'warn',
		service: 'main.cf',
		fix: [
			'once what must stay out is in smtpd_tls_exclude_ciphers and smtp_tls_exclude_ciphers: postconf -X tls_high_cipherlist',
		],
	},
);
test('A preference is not a list', passes, 'edited-cipherlist', {main: 'tls_preempt_cipherlist = yes\n'});

test(
	'Anonymous suites excluded at level may',
	finds,
	'too-tight-for-opportunistic',
	{
		main: 'smtp_tls_exclude_ciphers = aNULL, RC4\n',
	},
	{severity: 'info', service: 'smtp/unix', fix: []},
);
test(
	'The exclusions of a hardening guide at level may',
	finds,
	'too-tight-for-opportunistic',
	{
		main: 'smtpd_tls_ciphers = high\nsmtpd_tls_exclude_ciphers = MD5, DES, RC4, 3DES, SEED, IDEA\n',
	},
	{service: 'smtp/inet'},
);
test(
	'The list of a web server at level may',
	finds,
	'too-tight-for-opportunistic',
	{
		main: 'tls_medium_cipherlist = ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256\n',
	},
	{count: 2, says: /names suites/},
);
test('A few exclusions at level may are harmless', passes, 'too-tight-for-opportunistic', {
	main: 'smtpd_tls_exclude_ciphers = RC4, 3DES\n',
});
test('Where TLS is mandatory the exclusions are a choice', passes, 'too-tight-for-opportunistic', {
	main: 'smtp_tls_security_level = encrypt\nrelayhost = [mx.example.com]:587\nsmtp_tls_exclude_ciphers = aNULL\n',
});

test(
	'One certificate with an ECDSA key shuts out RSA clients',
	finds,
	'ecdsa-only-certificate',
	{
		wholeMain: 'smtpd_tls_security_level = may\nsmtpd_tls_eccert_file = /ec.pem\n',
	},
	{severity: 'info'},
);
test('Two certificates serve both', passes, 'ecdsa-only-certificate', {
	wholeMain: 'smtpd_tls_security_level = may\nsmtpd_tls_eccert_file = /ec.pem\nsmtpd_tls_cert_file = /rsa.pem\n',
});

test(
	'Parameters for groups that Postfix chooses itself',
	finds,
	'obsolete-dh-parameters',
	{
		main: 'smtpd_tls_dh1024_param_file = /etc/postfix/dh2048.pem\nsmtpd_tls_eecdh_grade = ultra\n',
	},
	{severity: 'info', fix: ['postconf -X smtpd_tls_eecdh_grade smtpd_tls_dh1024_param_file']},
);
test('auto is what Postfix does anyway', passes, 'obsolete-dh-parameters', {main: 'smtpd_tls_eecdh_grade = auto\n'});
