import test from 'ava';
import {finds, passes} from './expectations.ts';
import {found} from './linted.ts';

const level = 'smtpd_tls_security_level = may\n';
const live = '/etc/letsencrypt/live/mail.example.org';

const loadable = 'certificate-not-loadable';
for (const [certificate, key] of [
	[`${live}/privkey.pem`, `${live}/fullchain.pem`],
	['/etc/ssl/mail.key', '/etc/ssl/mail.crt'],
	['/etc/ssl/private/mail.example.key', '/etc/ssl/certs/mail.example.pem'],
	['/etc/ssl/server-key.pem', '/etc/ssl/server-cert.pem'],
	['/etc/pki/tls/private/key.pem', '/etc/pki/tls/certs/chain.pem'],
] as const)
	test(
		`Key and certificate in each other's place: ${certificate}`,
		finds,
		loadable,
		{wholeMain: `${level}smtpd_tls_cert_file = ${certificate}\nsmtpd_tls_key_file = ${key}\n`},
		{
			severity: 'error',
			service: 'main.cf',
			fix: [`postconf -e 'smtpd_tls_cert_file=${key}' 'smtpd_tls_key_file=${certificate}'`],
		},
	);
test('So it is with the other kinds of keys', finds, loadable, {
	wholeMain: `${level}smtpd_tls_eccert_file = /e/ec.key\nsmtpd_tls_eckey_file = /e/ec.crt\n`,
});
test('And on the way out', finds, loadable, {
	main: 'smtp_tls_cert_file = /e/client.key\nsmtp_tls_key_file = /e/client.crt\n',
});
test(
	'And in the options of a service',
	finds,
	loadable,
	{
		master:
			'submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  -o smtpd_tls_cert_file=/e/a.key\n  -o smtpd_tls_key_file=/e/a.crt\n',
	},
	{
		service: 'submission/inet',
		fix: [
			"postconf -P 'submission/inet/smtpd_tls_cert_file=/e/a.crt'",
			"postconf -P 'submission/inet/smtpd_tls_key_file=/e/a.key'",
		],
	},
);
for (const [certificate, key] of [
	['/etc/ssl/certs/ssl-cert-snakeoil.pem', '/etc/ssl/private/ssl-cert-snakeoil.key'],
	['/etc/ssl/private/fullchain.pem', '/etc/ssl/private/privkey.pem'],
	['/etc/postfix/mail.pem', '$smtpd_tls_cert_file'],
	['/etc/postfix/monkey.example.pem', '/etc/postfix/other.pem'],
] as const)
	test(`Each in its own place: ${certificate}`, passes, loadable, {
		wholeMain: `${level}smtpd_tls_cert_file = ${certificate}\nsmtpd_tls_key_file = ${key}\n`,
	});
test(
	'A key alone is no certificate',
	finds,
	loadable,
	{wholeMain: `${level}smtpd_tls_cert_file = ${live}/privkey.pem\n`},
	{fix: [`postconf -e 'smtpd_tls_cert_file=${live}/fullchain.pem' 'smtpd_tls_key_file=${live}/privkey.pem'`]},
);

const sni = (text: string, type = 'hash') => ({
	main: `tls_server_sni_maps = ${type}:/etc/postfix/sni\n`,
	tables: {[`${type}:/etc/postfix/sni`]: text},
});
const order = 'sni-map-order';
test(
	'In a table of certificates by name the key comes first',
	finds,
	order,
	sni('# names\nexample.org /h/ssl.cert,/h/ssl.key,/h/ssl.ca\n'),
	{
		severity: 'error',
		service: 'main.cf',
		line: 2,
		fix: ['in sni line 2: example.org /h/ssl.key, /h/ssl.cert, /h/ssl.ca', 'then: postmap -F hash:/etc/postfix/sni'],
	},
);
for (const value of [
	`${live}/fullchain.pem ${live}/privkey.pem`,
	`${live}/fullchain.pem, ${live}/privkey.pem`,
	'/a/mail.crt\n  /a/mail.key',
	`${live}/fullchain.pem`,
	'/a/mail.crt /a/mail.key /b/mail.crt /b/mail.key',
])
	test(`Not so: ${value.replace(/\s+/g, ' ')}`, finds, order, sni(`mail.example.org ${value}\n`));
for (const value of [
	`${live}/privkey.pem ${live}/fullchain.pem`,
	'/h/both.pem',
	'/h/rsa.example.org.pem, /h/ecdsa.example.org.pem',
	'/h/ssl.key,/h/ssl.cert,/h/ssl.ca',
])
	test(`So it is: ${value}`, passes, order, sni(`mail.example.org ${value}\n`));
test('A table that is read as text is not built', t => {
	const [finding] = found(order, sni('example.org /h/a.crt /h/a.key\n', 'texthash'));
	t.deepEqual(finding?.fix, ['in sni line 1: example.org /h/a.key, /h/a.crt']);
});
const keys = 'sni-map-key';
test('A wildcard is written with a dot', finds, keys, sni('*.example.org /h/a.pem\n'), {
	severity: 'error',
	fix: ['in sni line 1: .example.org /h/a.pem', 'then: postmap -F hash:/etc/postfix/sni'],
});
test('A port is no part of a name', finds, keys, sni('[mail.example.org]:465 /h/a.pem\n'));
test(
	'Names and parent domains are keys',
	passes,
	keys,
	sni('example.org /h/a.pem\n.example.org /h/a.pem\nxn--e1a.example /h/b.pem\n'),
);
test('An SNI table is built again with -F', t => {
	const [finding] = found('table-not-rebuilt', {...sni('example.org /h/a.pem\n'), newerThanIndex: true});
	t.deepEqual(finding?.fix, ['postmap -F hash:/etc/postfix/sni']);
});

const excluded = 'certificate-excluded';
const ecdsa = 'smtpd_tls_eccert_file = /e/ec.pem\nsmtpd_tls_eckey_file = /e/ec.key\nsmtpd_tls_cert_file = none\n';
for (const list of ['aNULL, ECDSA', 'ECDHE', 'aNULL:aECDSA:3DES', 'kEECDH aNULL', 'ECDHE+ECDSA'])
	test(
		`The only certificate is of a kind that is excluded: ${list}`,
		finds,
		excluded,
		{wholeMain: `${level}${ecdsa}smtpd_tls_exclude_ciphers = ${list}\n`},
		{severity: 'error', service: 'smtp/inet', says: /ECDSA/},
	);
test('No exclusion is dropped for it', t => {
	const [finding] = found(excluded, {wholeMain: `${level}${ecdsa}smtpd_tls_exclude_ciphers = ECDSA\n`});
	t.false(finding?.fix.some(line => line.startsWith('postconf')));
});
for (const list of ['aNULL, RSA, 3DES', 'aNULL, AES128', 'kRSA'])
	test(`Others serve it: ${list}`, passes, excluded, {
		wholeMain: `${level}${ecdsa}smtpd_tls_exclude_ciphers = ${list}\n`,
	});
test(
	'A list that leaves nothing at all is off, TLS 1.3 and all',
	finds,
	excluded,
	{
		main: 'smtpd_tls_protocols = >=TLSv1.3\nsmtpd_tls_exclude_ciphers = ALL\n',
	},
	{service: 'smtp/inet', says: /Every handshake fails/},
);
test('So it is on the way out', finds, excluded, {main: 'smtp_tls_exclude_ciphers = ALL\n'}, {service: 'smtp/unix'});
test('What kind of key a file holds is not known', passes, excluded, {
	wholeMain: `${level}smtpd_tls_cert_file = /e/a.pem\nsmtpd_tls_exclude_ciphers = aNULL, ECDSA\n`,
});
test('An RSA certificate beside it serves', passes, excluded, {
	wholeMain: `${level}${ecdsa.replace('none', '/e/rsa.pem')}smtpd_tls_exclude_ciphers = ECDSA\n`,
});
test('With TLS 1.3 alone no suite of a list is asked for', passes, excluded, {
	wholeMain: `${level}${ecdsa}smtpd_tls_protocols = >=TLSv1.3\nsmtpd_tls_exclude_ciphers = ECDSA\n`,
});

const authorities = 'verify-without-ca';
const plugin = 'smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8461:postfix\n';
const unread = {unread: ['socketmap:inet:127.0.0.1:8461:postfix']};
test(
	'The client trusts what the server checks its own clients by',
	finds,
	authorities,
	{main: `smtpd_tls_CAfile = /etc/ssl/certs/own.crt\nsmtp_tls_CAfile = $smtpd_tls_CAfile\n${plugin}`, more: unread},
	{severity: 'warn', service: 'smtp/unix', fix: ["postconf -e 'smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt'"]},
);
test("So it is with the server's own chain", finds, authorities, {
	main: `smtp_tls_CAfile = $smtpd_tls_cert_file\nsmtpd_tls_cert_file = /etc/ssl/certs/mail.pem\n${plugin}`,
	more: unread,
});
test('And with nothing at all', finds, authorities, {main: plugin, more: unread}, {severity: 'warn'});
for (const table of ['socketmap:inet:127.0.0.1:8642:QUERY', 'socketmap:unix:/run/postfix-tlspol/tlspol.sock:QUERY'])
	test(`Other programs ask for it too: ${table}`, finds, authorities, {
		main: `smtp_tls_CAfile = $smtpd_tls_cert_file\nsmtpd_tls_cert_file = /etc/ssl/certs/mail.pem\nsmtp_tls_policy_maps = ${table}\n`,
	});
test('All public authorities are right, for both sides', passes, authorities, {
	main: `smtpd_tls_CAfile = /etc/pki/tls/certs/ca-bundle.crt\nsmtp_tls_CAfile = $smtpd_tls_CAfile\n${plugin}`,
	more: unread,
});
test('A folder of them is too', passes, authorities, {
	main: `smtp_tls_CApath = /etc/ssl/certs\nsmtp_tls_CAfile = $smtpd_tls_cert_file\n${plugin}`,
	more: unread,
});
test('Where nobody asks for a check it is there for nothing', passes, authorities, {
	main: 'smtpd_tls_CAfile = /own.crt\nsmtp_tls_CAfile = $smtpd_tls_CAfile\n',
});
test('What a database asks for is not known', passes, authorities, {
	main: 'smtp_tls_CAfile = /own.crt\nsmtpd_tls_CAfile = /own.crt\nsmtp_tls_policy_maps = mysql:/etc/postfix/policy.cf\n',
});
test("An authority of one's own may have signed the relay host's certificate", passes, authorities, {
	main: 'relayhost = [relay.internal]\nsmtp_tls_security_level = secure\nsmtp_tls_CAfile = /own-ca.pem\nsmtpd_tls_CAfile = /own-ca.pem\n',
});
test('Where all mail waits without it the usual file does no harm', t => {
	const [finding] = found(authorities, {
		wholeMaster: 'smtp unix - - y - - smtp\n',
		wholeMain: 'smtp_tls_security_level = secure\n',
	});
	t.deepEqual(finding?.fix, ["postconf -e 'smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt'"]);
});
test('Which file it is on this system nothing shows', t => {
	const [finding] = found(authorities, {
		wholeMain: `smtpd_tls_CAfile = /o.pem\nsmtp_tls_CAfile = /o.pem\n${level}smtpd_tls_cert_file = /c.pem\n${plugin}smtp_tls_security_level = may\n`,
	});
	t.is(finding?.severity, 'warn');
	t.false(finding?.fix.some(line => line.startsWith('postconf')));
});
