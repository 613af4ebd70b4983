import test from 'ava';
import {finds, passes} from './expectations.ts';

const wrapped = (...options: string[]) =>
	['465 inet n - y - - smtpd', '-o smtpd_tls_wrappermode=yes', ...options].join('\n  ');
const submission = (...options: string[]) => ['submission inet n - y - - smtpd', ...options].join('\n  ');

const founding = 'mandatory-service-optional-list';
test(
	'A list for optional TLS on a wrapper service is never read',
	finds,
	founding,
	{
		wholeMain: 'smtpd_tls_cert_file = /etc/ssl/mail.example.pem\n',
		master: wrapped('-o smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1'),
	},
	{
		severity: 'error',
		service: '465/inet',
		line: 9,
		fix: [
			"postconf -P '465/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'",
			'postconf -PX 465/inet/smtpd_tls_protocols',
		],
		says: /TLSv1, TLSv1\.1 are still accepted/,
	},
);
test(
	'Before 3.6 its fix is exclusions, with commas alone',
	finds,
	founding,
	{
		wholeMain: 'smtpd_tls_cert_file = /etc/ssl/mail.example.pem\n',
		master: wrapped('-o smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1'),
		version: '3.5.25',
	},
	{
		fix: [
			"postconf -P '465/inet/smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1'",
			'postconf -PX 465/inet/smtpd_tls_protocols',
		],
	},
);
test(
	'A list in main.cf is not read at level encrypt, and its fix is in main.cf',
	finds,
	founding,
	{
		wholeMain: 'smtpd_tls_cert_file = /etc/ssl/mail.example.pem\nsmtpd_tls_protocols = >=TLSv1.3\n',
		master: submission('-o smtpd_tls_security_level=encrypt'),
	},
	{service: 'submission/inet', fix: ["postconf -e 'smtpd_tls_mandatory_protocols=>=TLSv1.3'"]},
);
test(
	'No postconf command is offered for a service with a glued option',
	finds,
	founding,
	{
		wholeMain: 'smtpd_tls_cert_file = /etc/ssl/mail.example.pem\n',
		master: wrapped('-o smtpd_tls_protocols=>=TLSv1.2', '-osmtpd_tls_auth_only=yes'),
	},
	{
		fix: [
			'by hand in master.cf line 7, service "465 inet": -o smtpd_tls_mandatory_protocols=>=TLSv1.2',
			'by hand in master.cf line 7, service "465 inet": delete -o smtpd_tls_protocols=…',
		],
	},
);
test(
	'Both lists in one place, the mandatory one laxer, is a doubt and not the mistake',
	finds,
	founding,
	{
		main: 'smtpd_tls_protocols = >=TLSv1.2\nsmtpd_tls_mandatory_protocols = !SSLv2, !SSLv3\n',
		master: submission('-o smtpd_tls_security_level=encrypt'),
	},
	{severity: 'warn'},
);
test('The same list for both is no mistake', passes, founding, {
	main: 'smtpd_tls_protocols = >=TLSv1.2\n',
	master: wrapped('-o smtpd_tls_protocols=>=TLSv1.2'),
});

const mirror = 'optional-service-mandatory-list';
test(
	'A list for mandatory TLS on a submission port at level may is never read',
	finds,
	mirror,
	{
		wholeMain: 'smtpd_tls_cert_file = /c.pem\nsmtpd_tls_security_level = may\n',
		master: submission('-o smtpd_tls_mandatory_protocols=>=TLSv1.2'),
	},
	{severity: 'warn', fix: ["postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'"]},
);
test(
	'On port 25 the same is information',
	finds,
	mirror,
	{
		wholeMain:
			'smtpd_tls_cert_file = /c.pem\nsmtpd_tls_security_level = may\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\n',
	},
	{severity: 'info', service: 'smtp/inet', fix: []},
);
test('A mandatory list in main.cf that a submission service reads is at its place', passes, mirror, {
	wholeMain:
		'smtpd_tls_cert_file = /c.pem\nsmtpd_tls_security_level = may\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\n',
	master: submission('-o smtpd_tls_security_level=encrypt'),
});

test(
	'A level beside wrapper mode is inert',
	finds,
	'level-beside-wrappermode',
	{
		master: wrapped('-o smtpd_tls_security_level=none', '-o smtpd_use_tls=yes'),
	},
	{severity: 'info', fix: ['postconf -PX 465/inet/smtpd_tls_security_level 465/inet/smtpd_use_tls']},
);
test('A level in main.cf beside wrapper mode is for the other services', passes, 'level-beside-wrappermode', {
	master: wrapped(),
});

for (const word of ['!TLSv1_1', 'TLS1.2', '>TLSv1.2', 'ITLSv1', '+TLSv1.2'])
	test(
		`${word} is no word of a protocol list`,
		finds,
		'invalid-protocol-list',
		{
			main: `smtpd_tls_protocols = !SSLv2, ${word}\n`,
		},
		{
			severity: 'error',
			service: 'smtp/inet',
			says: /switches TLS off/,
			fix: ["postconf -e 'smtpd_tls_protocols=>=TLSv1.2'"],
		},
	);
test(
	'The client has lists of its own',
	finds,
	'invalid-protocol-list',
	{
		main: 'smtp_tls_protocols = !TLSv1_1\n',
	},
	{service: 'smtp/unix', says: /The name is TLSv1\.1.*|the same for relay\/unix/},
);
test('A list that no service reads is not checked', passes, 'invalid-protocol-list', {
	main: 'smtpd_tls_mandatory_protocols = !TLSv1_1\n',
});

test(
	'A floor is newer than Postfix 3.5',
	finds,
	'list-newer-than-program',
	{
		main: 'smtpd_tls_protocols = >=TLSv1.2\n',
		version: '3.5.25',
	},
	{severity: 'error', fix: ["postconf -e 'smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1'"]},
);
for (const [written, version, meant] of [
	['>=TLSv1.3', '3.5.6', '!SSLv2,!SSLv3,!TLSv1,!TLSv1.1,!TLSv1.2'],
	['>=TLSv1.1', '3.5.6', '!SSLv2,!SSLv3,!TLSv1'],
	['>=TLSv1', '3.5.6', '!SSLv2,!SSLv3'],
	['>=TLSv1, <=TLSv1.2', '3.5.6', '!SSLv2,!SSLv3,!TLSv1.3'],
	['>=0303 !TLSv1.3', '3.5.6', '!SSLv2,!SSLv3,!TLSv1,!TLSv1.1,!TLSv1.3'],
	['<=TLSv1.2', '3.5.6', '!SSLv2,!TLSv1.3'],
	['>=TLSv1.2', '2.11.1', '!SSLv2,!SSLv3,!TLSv1,!TLSv1.1'],
] as const)
	test(
		`Postfix ${version} has other words for ${written}, and they mean the same`,
		finds,
		'list-newer-than-program',
		{main: `smtpd_tls_mandatory_protocols = ${written}\nsmtpd_tls_protocols = ${written}\n`, version},
		{severity: 'error', fix: [`postconf -e 'smtpd_tls_protocols=${meant}'`]},
	);
for (const [written, version] of [
	['>=TLSv1.3', '2.11.1'],
	['>=TLSv1, <=TLSv1.2', '3.2.0'],
] as const)
	test(
		`Postfix ${version} has no words for ${written}: no command changes what was meant`,
		finds,
		'list-newer-than-program',
		{main: `smtpd_tls_protocols = ${written}\n`, version},
		{severity: 'error', says: /which no list of this release says/, fix: []},
	);
test('Postfix 3.6 knows floors', passes, 'list-newer-than-program', {
	main: 'smtpd_tls_protocols = >=TLSv1.2\n',
	version: '3.6.0',
});
test('Without a version nobody can say whether a list is too new', passes, 'list-newer-than-program', {
	main: 'smtpd_tls_protocols = >=TLSv1.2\n',
	version: null,
});

test(
	'A list can shut out what it lets in',
	finds,
	'empty-protocol-set',
	{
		main: 'smtpd_tls_protocols = TLSv1.2:!TLSv1.2\n',
	},
	{severity: 'error', says: /no protocols available/},
);
test('An empty list is not an empty set', passes, 'empty-protocol-set', {main: 'smtpd_tls_protocols =\n'});

test(
	'A list of names shuts out TLS 1.3',
	finds,
	'inclusive-list',
	{
		main: 'smtpd_tls_protocols = !SSLv2 !SSLv3 TLSv1.2\n',
	},
	{severity: 'warn', says: /leaves TLSv1\.2, and TLSv1\.3 is never used/},
);
test('A blank behind the sign leaves the name alone', finds, 'inclusive-list', {
	main: 'smtpd_tls_protocols = >= TLSv1.2\n',
});
test('A list of names with TLS 1.3 is as good as a floor', passes, 'inclusive-list', {
	main: 'smtpd_tls_protocols = TLSv1.2, TLSv1.3\n',
});
test('A ceiling is meant', passes, 'inclusive-list', {main: 'smtpd_tls_protocols = <=TLSv1.2\n'});

test(
	'A server keeps what is older than a hole',
	finds,
	'hole-in-list',
	{
		main: 'smtpd_tls_protocols = !SSLv2,!SSLv3,!TLSv1.1\n',
	},
	{severity: 'warn', says: /TLSv1\.1 is left out/},
);
test(
	'A client loses what is newer than a hole',
	finds,
	'hole-in-list',
	{
		main: 'smtp_tls_protocols = !SSLv2,!SSLv3,!TLSv1.1\n',
	},
	{severity: 'error', says: /only TLSv1 is left/},
);
test('Exclusions from below leave no hole', passes, 'hole-in-list', {
	main: 'smtpd_tls_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n',
});

test('An empty list leaves SSLv3 open', finds, 'ssl-open', {main: 'smtpd_tls_protocols =\n'}, {severity: 'error'});
test(
	'An old default leaves SSL open',
	finds,
	'ssl-open',
	{
		wholeMain: 'smtpd_tls_cert_file = /c.pem\nsmtpd_tls_security_level = may\n',
		version: '2.10.7',
	},
	{says: /default of Postfix 2\.10\.7/},
);
test('Both SSL versions excluded are shut', passes, 'ssl-open', {main: 'smtpd_tls_protocols = !SSLv2, !SSLv3\n'});

test(
	'Nobody set the floor of a submission port',
	finds,
	'floor-left-at-default',
	{
		wholeMain: 'smtpd_tls_cert_file = /c.pem\n',
		master: submission('-o smtpd_tls_security_level=encrypt'),
	},
	{
		severity: 'warn',
		service: 'submission/inet',
		fix: ["postconf -P 'submission/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'"],
	},
);
test(
	'On port 25 a floor left at the default needs no change',
	finds,
	'floor-left-at-default',
	{
		wholeMain: 'smtpd_tls_cert_file = /c.pem\nsmtpd_tls_security_level = may\n',
	},
	{severity: 'info', fix: [], says: /no change is needed/},
);
test('A floor that is set is not the default', passes, 'floor-left-at-default', {
	master: submission('-o smtpd_tls_security_level=encrypt'),
});

test(
	'A client that offers TLS 1.2 at least sends in clear to older hosts',
	finds,
	'opportunistic-floor-too-high',
	{
		main: 'smtp_tls_protocols = >=TLSv1.2\n',
	},
	{severity: 'info', service: 'smtp/unix', fix: []},
);
test(
	'At level dane that list rules where there is no TLSA record',
	finds,
	'opportunistic-floor-too-high',
	{
		main: 'smtp_tls_protocols = >=TLSv1.2\nsmtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\n',
	},
	{says: /at level dane/},
);
test(
	'Port 25 with TLS 1.3 alone turns peers away',
	finds,
	'opportunistic-floor-too-high',
	{
		main: 'smtpd_tls_protocols = >=TLSv1.3\n',
	},
	{service: 'smtp/inet'},
);
test('TLS 1.2 on port 25 is within reason', passes, 'opportunistic-floor-too-high', {
	main: 'smtpd_tls_protocols = >=TLSv1.2\n',
});

test(
	'With dane the mandatory floor defers mail',
	finds,
	'mandatory-floor-with-dane',
	{
		main: 'smtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\nsmtp_tls_mandatory_protocols = >=TLSv1.2\n',
	},
	{severity: 'info', service: 'smtp/unix'},
);
test('At level may the mandatory floor defers nothing', passes, 'mandatory-floor-with-dane', {
	main: 'smtp_tls_mandatory_protocols = >=TLSv1.2\n',
});

test('Behind postscreen tlsproxy follows the settings of smtpd', passes, 'floor-left-at-default', {
	wholeMaster: 'smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\ntlsproxy unix - - y - 0 tlsproxy\n',
});

test(
	'Where TLS is opportunistic the command leaves TLS 1.0: without it old peers send in clear',
	finds,
	'inclusive-list',
	{main: 'smtpd_tls_protocols = TLSv1 TLSv1.1 TLSv1.2\n'},
	{service: 'smtp/inet', fix: ["postconf -e 'smtpd_tls_protocols=>=TLSv1'"]},
);
