import test from 'ava';
import {finds, passes} from './expectations.ts';

const relay = (host: string, ...lines: string[]) => ({
	main: [`relayhost = ${host}`, ...lines].map(line => `${line}\n`).join(''),
});
const password = ['smtp_sasl_auth_enable = yes', 'smtp_sasl_security_options = noanonymous'];
const table = (rows: string) => ({
	main: 'smtp_tls_policy_maps = hash:/etc/postfix/tls_policy\n',
	tables: {'hash:/etc/postfix/tls_policy': rows},
});

test(
	'Without a level mail goes out in clear',
	finds,
	'client-tls-off',
	{
		wholeMain: 'smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /c.pem\n',
	},
	{severity: 'error', service: 'smtp/unix', fix: ["postconf -e 'smtp_tls_security_level=may'"], says: /relay\/unix/},
);
test(
	'A level none may be meant',
	finds,
	'client-tls-off',
	{main: 'smtp_tls_security_level = none\n'},
	{severity: 'warn'},
);
test('From 3.11 on the default is may', passes, 'client-tls-off', {
	wholeMain: 'compatibility_level = 3.11\n',
	version: '3.11.6',
});
test(
	'Mail that stays on the host needs no TLS',
	passes,
	'client-tls-off',
	relay('[127.0.0.1]:10025', 'smtp_tls_security_level = none'),
);

test(
	'Port 465 wants wrapper mode of the client',
	finds,
	'relayhost-465-without-wrapper',
	relay('[mx.example.com]:465'),
	{
		severity: 'error',
		service: 'smtp/unix',
		fix: ["postconf -e 'smtp_tls_wrappermode=yes' 'smtp_tls_security_level=encrypt'"],
	},
);
test(
	'A transport map can send there too',
	finds,
	'relayhost-465-without-wrapper',
	{
		main: 'transport_maps = hash:/etc/postfix/transport\n',
		tables: {'hash:/etc/postfix/transport': 'example.com relay:[mx.example.com]:smtps\n'},
	},
	{
		service: 'relay/unix',
		says: /transport line 1/,
		fix: [
			"postconf -P 'relay/unix/smtp_tls_wrappermode=yes'",
			"postconf -P 'relay/unix/smtp_tls_security_level=encrypt'",
		],
	},
);
test(
	'Before 3.0 there is no wrapper mode of the client',
	finds,
	'relayhost-465-without-wrapper',
	{
		...relay('[mx.example.com]:465'),
		version: '2.11.0',
	},
	{says: /Port 465/, fix: ['this Postfix has no wrapper mode for the client: use port 587 of mx.example.com']},
);
test(
	'With both lines port 465 is in order',
	passes,
	'relayhost-465-without-wrapper',
	relay('[mx.example.com]:465', 'smtp_tls_wrappermode = yes', 'smtp_tls_security_level = encrypt'),
);
test('Port 587 speaks STARTTLS', passes, 'relayhost-465-without-wrapper', relay('[mx.example.com]:587'));

test(
	'A level for all hits the content filter',
	finds,
	'global-mandatory-hits-local',
	{
		main: 'smtp_tls_security_level = encrypt\ncontent_filter = amavis:[127.0.0.1]:10024\n',
		master: 'amavis unix - - y - 2 smtp\n',
	},
	{severity: 'warn', service: 'amavis/unix', fix: ["postconf -P 'amavis/unix/smtp_tls_security_level=none'"]},
);
test(
	'A filter on the transport of all is named in the table',
	finds,
	'global-mandatory-hits-local',
	{
		main: 'smtp_tls_security_level = encrypt\ncontent_filter = smtp:[127.0.0.1]:10024\n',
	},
	{service: 'smtp/unix', fix: ['a line of smtp_tls_policy_maps: [127.0.0.1]:10024 none']},
);
test('A filter with a level of its own is spared', passes, 'global-mandatory-hits-local', {
	main: 'smtp_tls_security_level = encrypt\ncontent_filter = amavis:[127.0.0.1]:10024\n',
	master: 'amavis unix - - y - 2 smtp\n  -o smtp_tls_security_level=none\n',
});

test(
	'TLS demanded of the whole world',
	finds,
	'global-encrypt-to-the-internet',
	{
		main: 'smtp_tls_security_level = encrypt\n',
	},
	{severity: 'warn', service: 'smtp/unix', fix: ['to reach such servers too: smtp_tls_security_level = may']},
);
test(
	'TLS demanded of a relay host is right',
	passes,
	'global-encrypt-to-the-internet',
	relay('[mx.example.com]:587', 'smtp_tls_security_level = encrypt'),
);

test(
	'A password for a relay host that may leave out TLS',
	finds,
	'relay-password-in-clear',
	relay('[mx.example.com]:587', ...password),
	{
		severity: 'error',
		service: 'smtp/unix',
		fix: ["postconf -e 'smtp_tls_security_level=encrypt'"],
	},
);
test(
	'noplaintext keeps the password back',
	passes,
	'relay-password-in-clear',
	relay('[mx.example.com]:587', 'smtp_sasl_auth_enable = yes'),
);

test(
	'A relay host that gets a password and is not checked',
	finds,
	'relayhost-not-authenticated',
	relay('[mx.example.com]:587', 'smtp_tls_security_level = encrypt', ...password),
	{
		severity: 'warn',
		fix: [
			"postconf -e 'smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt'",
			"once the log says Trusted for mx.example.com: postconf -e 'smtp_tls_security_level=secure'",
		],
	},
);
test('A row of the table checks it', passes, 'relayhost-not-authenticated', {
	main: `${relay('[mx.example.com]:587', 'smtp_tls_security_level = encrypt', 'smtp_tls_CApath = /etc/ssl/certs', ...password).main}${table('').main}`,
	tables: {'hash:/etc/postfix/tls_policy': '[mx.example.com]:587 secure\n'},
});

test(
	'TLS makes no sense on a socket',
	finds,
	'may-on-unix-socket',
	{
		main: 'lmtp_tls_security_level = may\nmailbox_transport = lmtp:unix:private/dovecot-lmtp\n',
	},
	{severity: 'info', service: 'lmtp/unix'},
);
test('It does over the net', passes, 'may-on-unix-socket', {
	main: 'lmtp_tls_security_level = may\nmailbox_transport = lmtp:inet:mailbox.example.com:24\n',
});

test(
	'dane without DNSSEC lookups is may',
	finds,
	'dane-without-dnssec',
	{main: 'smtp_tls_security_level = dane\n'},
	{
		severity: 'error',
		service: 'smtp/unix',
		fix: ["postconf -e 'smtp_dns_support_level=dnssec'"],
	},
);
test('So it is for a row of the table', finds, 'dane-without-dnssec', table('example.org dane\n'), {
	says: /for example\.org/,
});
test(
	'Lookups that leave out DNS leave out TLSA',
	finds,
	'dane-without-dnssec',
	{
		main: 'smtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\nsmtp_host_lookup = native\n',
	},
	{fix: ["postconf -e 'smtp_host_lookup=dns'"]},
);
test('dane with DNSSEC lookups is in order', passes, 'dane-without-dnssec', {
	main: 'smtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\n',
});

test(
	'dane-only for all reaches few',
	finds,
	'dane-only-too-wide',
	{
		main: 'smtp_tls_security_level = dane-only\nsmtp_dns_support_level = dnssec\n',
	},
	{severity: 'warn', fix: ["postconf -e 'smtp_tls_security_level=dane'"]},
);
test('dane-only for one domain is a choice', passes, 'dane-only-too-wide', table('example.org dane-only\n'));

test(
	'A faulty default looks at no TLSA record behind unsigned MX',
	finds,
	'dane-insecure-mx-default',
	{
		main: `${table('').main}smtp_dns_support_level = dnssec\n`,
		tables: {'hash:/etc/postfix/tls_policy': 'example.org dane\n'},
	},
	{severity: 'warn', fix: ["postconf -e 'smtp_tls_dane_insecure_mx_policy=dane'"]},
);
test('Later releases have the old default again', passes, 'dane-insecure-mx-default', {
	main: `${table('').main}smtp_dns_support_level = dnssec\n`,
	tables: {'hash:/etc/postfix/tls_policy': 'example.org dane\n'},
	version: '3.7.13',
});

const sts =
	'smtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\nsmtp_tls_policy_maps = socketmap:inet:127.0.0.1:';
test(
	'An MTA-STS resolver without DANE takes its place',
	finds,
	'sts-over-dane',
	{main: `${sts}8461:postfix\n`},
	{severity: 'warn'},
);
test('A resolver that looks at TLSA first does not', passes, 'sts-over-dane', {main: `${sts}8642:QUERY\n`});

const syntax = 'policy-attribute-syntax';
test(
	'Commas in a row of the table defer its mail',
	finds,
	syntax,
	table('# policies\nexample.org encrypt protocols=!SSLv2, !SSLv3\n'),
	{
		severity: 'error',
		service: 'smtp/unix',
		line: 2,
		says: /missing '=' after attribute name/,
		fix: ['example.org encrypt protocols=!SSLv2:!SSLv3'],
	},
);
test('A misspelt level in a row defers its mail', finds, syntax, table('example.org encrpyt\n'), {
	says: /invalid security level/,
});
test('match= has no place at level encrypt', finds, syntax, table('example.org encrypt match=example.org\n'));
test('Attributes behind none are ignored', finds, syntax, table('example.org none ciphers=high\n'), {
	severity: 'warn',
	fix: ['example.org none'],
});
test('Colons in a row are right', passes, syntax, table('example.org encrypt protocols=!SSLv2:!SSLv3 ciphers=high\n'));
test('From 3.10 on so are braces', passes, syntax, {
	...table('example.org encrypt { protocols = !SSLv2, !SSLv3 }\n'),
	version: '3.10.0',
});

const routed = (rows: string) => ({...table(rows), main: `relayhost = [mx.example.com]:587\n${table(rows).main}`});
test(
	'A key without the brackets and the port of the next hop is never found',
	finds,
	'policy-key-mismatch',
	routed('mx.example.com secure\n'),
	{
		severity: 'error',
		service: 'main.cf',
		line: 1,
		fix: ['[mx.example.com]:587 secure'],
	},
);
test('There are no wildcards', finds, 'policy-key-mismatch', table('*.example.org encrypt\n'), {
	fix: ['.example.org encrypt'],
});
test(
	'The next hop itself is found',
	passes,
	'policy-key-mismatch',
	routed('[mx.example.com]:587 secure\nexample.org may\n'),
);

test(
	'A table that was edited and not rebuilt',
	finds,
	'table-not-rebuilt',
	{
		...table('example.org may\n'),
		newerThanIndex: true,
	},
	{severity: 'warn', fix: ['postmap hash:/etc/postfix/tls_policy']},
);
test('A table that was rebuilt is in order', passes, 'table-not-rebuilt', {
	...table('example.org may\n'),
	newerThanIndex: false,
});

test(
	'Nobody vouches for a certificate',
	finds,
	'verify-without-ca',
	relay('[mx.example.com]:587', 'smtp_tls_security_level = verify'),
	{
		severity: 'error',
		fix: ["postconf -e 'smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt'"],
	},
);
test(
	'The own chain is no authority',
	finds,
	'verify-without-ca',
	relay(
		'[mx.example.com]:587',
		'smtp_tls_security_level = secure',
		'smtpd_tls_chain_files = /c.pem',
		'smtp_tls_CAfile = /c.pem',
	),
	{
		says: /own chain/,
	},
);
test(
	'A directory of authorities is enough',
	passes,
	'verify-without-ca',
	relay('[mx.example.com]:587', 'smtp_tls_security_level = verify', 'smtp_tls_CApath = /etc/ssl/certs'),
);

const print = 'AB:CD:'.repeat(8).slice(0, -1);
test(
	'Fingerprints by md5, as old defaults have it',
	finds,
	'fingerprint-digest',
	table(`example.org fingerprint match=${print}\n`),
	{
		severity: 'warn',
		says: /md5/,
	},
);
test(
	'A fingerprint of another length never matches',
	finds,
	'fingerprint-digest',
	{
		main: `${table('').main}compatibility_level = 3.6\n`,
		tables: {'hash:/etc/postfix/tls_policy': `example.org fingerprint match=${print}\n`},
	},
	{severity: 'error', says: /128 bits/},
);
test('No fingerprint at all', finds, 'fingerprint-digest', table('example.org fingerprint\n'), {severity: 'error'});
test('A fingerprint of the length of its digest', passes, 'fingerprint-digest', {
	main: `${table('').main}smtp_tls_fingerprint_digest = sha256\n`,
	tables: {'hash:/etc/postfix/tls_policy': `example.org fingerprint match=${print}:${print}\n`},
});

test(
	"The server's certificate is offered by the client",
	finds,
	'client-certificate-offered',
	{
		main: 'smtpd_tls_cert_file = /c.pem\nsmtp_tls_cert_file = $smtpd_tls_cert_file\nsmtp_tls_key_file = /k.pem\n',
	},
	{
		severity: 'info',
		fix: ['once it is sure that no server asks for it: postconf -X smtp_tls_cert_file smtp_tls_key_file'],
	},
);
test('A certificate of its own was asked for', passes, 'client-certificate-offered', {
	main: 'smtp_tls_cert_file = /client.pem\n',
});

test(
	'A level that the client does not know stops all mail',
	finds,
	'bad-client-level',
	{main: 'smtp_tls_security_level = encrpyt\n'},
	{
		severity: 'error',
		service: 'smtp/unix',
		fix: ["postconf -e 'smtp_tls_security_level=may'"],
	},
);
test('dane is a level from 2.11 on', finds, 'bad-client-level', {
	main: 'smtp_tls_security_level = dane\n',
	version: '2.10.7',
});
test('Levels of the client are read in any case', passes, 'bad-client-level', {
	main: 'smtp_tls_security_level = Encrypt\n',
});

test(
	'Wrapper mode is for one relay host: without any, no mail goes out',
	finds,
	'global-encrypt-to-the-internet',
	{main: 'smtp_tls_security_level = encrypt\nsmtp_tls_wrappermode = yes\n'},
	{
		severity: 'error',
		service: 'smtp/unix',
		fix: ['postconf -X smtp_tls_wrappermode'],
	},
);
test(
	'DANE needs both DNSSEC and DNS: both commands are printed',
	finds,
	'dane-without-dnssec',
	{main: 'smtp_tls_security_level = dane\nsmtp_host_lookup = native\n'},
	{
		says: /smtp_dns_support_level is not set and smtp_host_lookup=native/,
		fix: ["postconf -e 'smtp_dns_support_level=dnssec'", "postconf -e 'smtp_host_lookup=dns'"],
	},
);

const implicit = 'relayhost-465-without-wrapper';
const encrypted = 'smtp_tls_security_level = encrypt';
test(
	'Wrapper mode for relayhost alone is no option of relay, which has a next hop of its own',
	finds,
	implicit,
	relay('[p.example]:465', encrypted, 'relay_domains = a.example', 'relay_transport = relay:[10.0.0.3]'),
	{fix: ["postconf -P 'smtp/unix/smtp_tls_wrappermode=yes'"]},
);
test(
	'Where relay goes to relayhost as well, both have it',
	finds,
	implicit,
	{
		...relay('[p.example]:465', encrypted, 'content_filter = scan:[192.0.2.9]:10025'),
		master: 'scan unix - - y - - smtp\n',
	},
	{fix: ["postconf -P 'smtp/unix/smtp_tls_wrappermode=yes'", "postconf -P 'relay/unix/smtp_tls_wrappermode=yes'"]},
);
const relay465 = 'relay465 unix - - y - - smtp with -o smtp_tls_wrappermode=yes';
const alone = (host: string) =>
	`other mail goes by smtp too: for ${host} alone give master.cf a transport, as ${relay465}`;
test(
	'relayhost takes no transport: default_transport and relay_transport name it',
	finds,
	implicit,
	relay('[p.example]:465', encrypted, 'virtual_transport = smtp:[10.0.0.4]'),
	{fix: [`${alone('[p.example]:465')}, and set default_transport = relay465 and relay_transport = relay465`]},
);
test(
	'A relay_transport with a next hop stays',
	finds,
	implicit,
	relay('[p.example]:465', encrypted, 'relay_transport = smtp:[10.0.0.3]'),
	{fix: [`${alone('[p.example]:465')}, and set default_transport = relay465`]},
);
test(
	'A row of relay hosts by sender takes no transport either',
	finds,
	implicit,
	{main: `${encrypted}\nsender_dependent_relayhost_maps = inline:{{@a.example=[p.example]:465}}\n`},
	{
		fix: [
			`${alone('[p.example]:465')}, and name it in sender_dependent_default_transport_maps for that sender: relay465:[p.example]:465`,
		],
	},
);
test(
	'A row of transport_maps and a parameter of transports take it with the host',
	finds,
	implicit,
	{main: `${encrypted}\ntransport_maps = inline:{{b.example=smtp:[p.example]:465}}\n`},
	{fix: [`${alone('[p.example]:465')}, and name it in the row of transport_maps: relay465:[p.example]:465`]},
);
test(
	'A table of routes that nobody read may send other mail by the same transport',
	finds,
	implicit,
	relay('[p.example]:465', encrypted, 'transport_maps = hash:/etc/postfix/transport'),
	{
		fix: [
			`other mail may go by smtp too (not read: hash:/etc/postfix/transport): for [p.example]:465 alone give master.cf a transport, as ${relay465}, and set default_transport = relay465 and relay_transport = relay465`,
		],
	},
);
