import test from 'ava';
import {finds, passes} from './expectations.ts';
import {found, linted, subjectOf} from './linted.ts';

const service = (name: string, ...options: string[]) => [`${name} inet n - y - - smtpd`, ...options].join('\n  ');
const encrypted = '-o smtpd_tls_security_level=encrypt';

test(
	'A submission port at level may does not enforce TLS',
	finds,
	'submission-not-enforced',
	{
		master: service('submission'),
	},
	{
		severity: 'error',
		service: 'submission/inet',
		fix: ["postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'"],
	},
);
test('A submission port at level encrypt does', passes, 'submission-not-enforced', {
	master: service('submission', encrypted),
});

test(
	'AUTH before TLS is offered where main.cf says nothing of it',
	finds,
	'auth-in-clear',
	{
		main: 'smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = no\n',
	},
	{severity: 'error', fix: ["postconf -e 'smtpd_tls_auth_only=yes'"]},
);
test(
	'An option that allows it is fixed where it is',
	finds,
	'auth-in-clear',
	{
		master: service('submission', '-o smtpd_sasl_auth_enable=yes', '-o smtpd_tls_auth_only=no'),
	},
	{service: 'submission/inet', fix: ["postconf -P 'submission/inet/smtpd_tls_auth_only=yes'"]},
);
test('AUTH after TLS alone is in order', passes, 'auth-in-clear', {main: 'smtpd_sasl_auth_enable = yes\n'});

test(
	'Passwords can be tried on port 25',
	finds,
	'auth-on-port-25',
	{
		main: 'smtpd_sasl_auth_enable = yes\n',
		master: service('submission', encrypted),
	},
	{
		severity: 'warn',
		service: 'smtp/inet',
		fix: ["postconf -P 'smtp/inet/smtpd_sasl_auth_enable=no'"],
	},
);
test('Passwords on the submission port belong there', passes, 'auth-on-port-25', {
	master: service('submission', encrypted, '-o smtpd_sasl_auth_enable=yes'),
});

test(
	'Port 25 demands TLS of the whole world',
	finds,
	'public-mx-mandatory',
	{
		main: 'smtpd_tls_security_level = encrypt\n',
	},
	{severity: 'warn', service: 'smtp/inet', fix: ["postconf -e 'smtpd_tls_security_level=may'"]},
);
test(
	'The level of main.cf stays where a submission port lives by it',
	finds,
	'public-mx-mandatory',
	{
		main: 'smtpd_tls_security_level = encrypt\n',
		master: service('submission'),
	},
	{fix: ["postconf -P 'smtp/inet/smtpd_tls_security_level=may'"]},
);
test(
	'Behind postscreen it is the level of postscreen that counts',
	finds,
	'public-mx-mandatory',
	{
		main: 'smtpd_tls_security_level = may\npostscreen_tls_security_level = encrypt\n',
		wholeMaster:
			'smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\ntlsproxy unix - - y - 0 tlsproxy\ntlsmgr unix - - y 1000? 1 tlsmgr\n',
	},
	{service: 'smtp/inet', fix: ["postconf -e 'postscreen_tls_security_level=may'"]},
);
test('A port 25 that only this host reaches may demand what it likes', passes, 'public-mx-mandatory', {
	main: 'smtpd_tls_security_level = encrypt\ninet_interfaces = loopback-only\n',
});

test(
	'A level of main.cf reaches the port of the content filter',
	finds,
	'reinjection-port-mandatory',
	{
		main: 'smtpd_tls_security_level = encrypt\n',
		master: service('127.0.0.1:10025'),
	},
	{
		severity: 'warn',
		service: '127.0.0.1:10025/inet',
		fix: ["postconf -P '127.0.0.1:10025/inet/smtpd_tls_security_level=none'"],
	},
);
test('A content filter port with a level of its own is left alone', passes, 'reinjection-port-mandatory', {
	main: 'smtpd_tls_security_level = encrypt\n',
	master: service('127.0.0.1:10025', '-o smtpd_tls_security_level=none'),
});

test(
	'Port 25 without a level offers no STARTTLS',
	finds,
	'port-25-without-tls',
	{
		wholeMain: 'smtpd_tls_cert_file = /c.pem\n',
	},
	{severity: 'error', service: 'smtp/inet', fix: ["postconf -e 'smtpd_tls_security_level=may'"]},
);
test(
	'Without a certificate one is needed first',
	finds,
	'port-25-without-tls',
	{wholeMain: '', version: '3.3.0'},
	{
		fix: [
			'in main.cf, with the names of your files: smtpd_tls_cert_file = FULLCHAIN and smtpd_tls_key_file = KEYFILE',
			"once the certificate is there: postconf -e 'smtpd_tls_security_level=may'",
		],
	},
);
test(
	'A level none may be meant',
	finds,
	'port-25-without-tls',
	{main: 'smtpd_tls_security_level = none\n'},
	{severity: 'warn'},
);
test('An old switch offers STARTTLS too', passes, 'port-25-without-tls', {
	wholeMain: 'smtpd_use_tls = yes\nsmtpd_tls_cert_file = /c.pem\n',
});

test(
	'dane is no level of a server',
	finds,
	'bad-server-level',
	{main: 'smtpd_tls_security_level = dane\n'},
	{
		severity: 'error',
		says: /TLSA/,
		fix: ["postconf -e 'smtpd_tls_security_level=may'"],
	},
);
test(
	'A misspelt level kills the submission port',
	finds,
	'bad-server-level',
	{
		master: service('submission', '-o smtpd_tls_security_level=encrpyt'),
	},
	{service: 'submission/inet', fix: ["postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'"]},
);
test('Levels are read in any case', passes, 'bad-server-level', {main: 'smtpd_tls_security_level = MAY\n'});

test(
	'secure is taken for encrypt',
	finds,
	'server-level-downgraded',
	{
		master: service('submission', '-o smtpd_tls_security_level=secure'),
	},
	{severity: 'warn', says: /checks no certificate/},
);
test('encrypt is what it says', passes, 'server-level-downgraded', {master: service('submission', encrypted)});

test(
	'Wrapper mode in main.cf makes port 25 speak TLS at once',
	finds,
	'wrappermode-global',
	{
		main: 'smtpd_tls_wrappermode = yes\n',
		master: service('smtps'),
	},
	{
		severity: 'error',
		service: 'main.cf',
		fix: ["postconf -P 'smtps/inet/smtpd_tls_wrappermode=yes'", 'postconf -X smtpd_tls_wrappermode'],
	},
);
test('Wrapper mode on port 465 alone is in order', passes, 'wrappermode-global', {
	master: service('smtps', '-o smtpd_tls_wrappermode=yes'),
});

test(
	'Port 465 wants wrapper mode',
	finds,
	'wrapper-on-wrong-port',
	{master: service('smtps', encrypted)},
	{
		severity: 'error',
		service: 'smtps/inet',
		fix: ["postconf -P 'smtps/inet/smtpd_tls_wrappermode=yes'"],
	},
);
test(
	'Port 587 does not',
	finds,
	'wrapper-on-wrong-port',
	{
		master: service('submission', '-o smtpd_tls_wrappermode=yes'),
	},
	{
		service: 'submission/inet',
		fix: [
			"postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'",
			'postconf -PX submission/inet/smtpd_tls_wrappermode',
		],
	},
);
test('A wrapper on a port of its own is a choice', passes, 'wrapper-on-wrong-port', {
	master: service('2465', '-o smtpd_tls_wrappermode=yes'),
});

test(
	'Two ports for users share a tag',
	finds,
	'missing-own-tag',
	{master: service('submission', encrypted)},
	{
		severity: 'info',
		service: 'submission/inet',
		fix: ["postconf -P 'submission/inet/syslog_name=postfix/submission'"],
	},
);
test('A tag of its own distinguishes sessions', passes, 'missing-own-tag', {
	master: service('submission', encrypted, '-o syslog_name=postfix/submission'),
});

test(
	'Before 3.6 the name submissions must be in services(5)',
	finds,
	'service-name-unknown',
	{
		master: service('submissions', '-o smtpd_tls_wrappermode=yes'),
		version: '3.4.10',
	},
	{severity: 'warn', service: 'submissions/inet'},
);
test('From 3.6 Postfix knows the name itself', passes, 'service-name-unknown', {
	master: service('submissions', '-o smtpd_tls_wrappermode=yes'),
});

test(
	'Of two services of one name the last counts',
	finds,
	'duplicate-service',
	{
		master: `${service('submission', encrypted)}\n${service('submission')}`,
	},
	{severity: 'warn', service: 'submission/inet', says: /line 7.*line 9/},
);
test(
	'Two names mean one port',
	finds,
	'duplicate-service',
	{
		master: `${service('smtps', '-o smtpd_tls_wrappermode=yes')}\n${service('465', '-o smtpd_tls_wrappermode=yes')}`,
	},
	{severity: 'warn', service: 'smtps/inet', says: /only the last runs/},
);
test('Of two names for one port the last has a row, as master(8) runs it', t => {
	const {servers} = subjectOf({
		master: `${service('smtps', '-o smtpd_tls_wrappermode=yes')}\n${service('465', '-o smtpd_tls_wrappermode=yes')}`,
	});
	t.deepEqual(
		servers.map(({service: {name}}) => name),
		['smtp', '465'],
	);
});
test('One port on two addresses is two services', passes, 'duplicate-service', {
	master: `${service('192.0.2.1:587', encrypted)}\n${service('192.0.2.2:587', encrypted)}`,
});

test(
	'A client certificate cannot be required at level may',
	finds,
	'client-certificate-mix',
	{
		main: 'smtpd_tls_req_ccert = yes\n',
	},
	{severity: 'warn', service: 'smtp/inet', fix: ["postconf -P 'smtp/inet/smtpd_tls_req_ccert=no'"]},
);
test(
	'Asking mail programs for certificates bothers users',
	finds,
	'client-certificate-mix',
	{
		master: service('submission', encrypted, '-o smtpd_tls_ask_ccert=yes'),
	},
	{severity: 'info'},
);
test('At level encrypt it can be required', passes, 'client-certificate-mix', {
	master: service('submission', encrypted, '-o smtpd_tls_req_ccert=yes'),
});

test(
	'Headers that do not mention TLS leave the log as the only proof',
	finds,
	'received-header-off',
	{
		main: 'smtpd_tls_received_header = no\n',
	},
	{severity: 'info', service: 'main.cf'},
);
test('Headers that mention TLS are in order', passes, 'received-header-off', {});

const screened = (...options: string[]) =>
	[
		'smtp inet n - y - 1 postscreen\ntlsmgr unix - - y 1000? 1 tlsmgr\ntlsproxy unix - - y - 0 tlsproxy\nsmtpd pass - - y - - smtpd',
		...options,
	].join('\n  ');
test(
	'Options behind postscreen do not reach tlsproxy',
	finds,
	'proxy-out-of-reach',
	{
		wholeMaster: screened('-o smtpd_tls_protocols=>=TLSv1.2'),
	},
	{severity: 'warn', service: 'smtpd/pass', fix: ["postconf -P 'tlsproxy/unix/tlsproxy_tls_protocols=>=TLSv1.2'"]},
);
test('Without options behind postscreen all follow main.cf', passes, 'proxy-out-of-reach', {wholeMaster: screened()});

test(
	'A bad level that users and port 25 share is fixed for each of them',
	finds,
	'bad-server-level',
	{main: 'smtpd_tls_security_level = may # was encrypt\n', master: service('submission', '-o syslog_name=postfix/mua')},
	{count: 2, fix: ["postconf -e 'smtpd_tls_security_level=may'"]},
);
test('What users are asked for is not asked of the whole world', t => {
	const fixes = (id: string, main: string) =>
		found(id, {main, master: service('submission')})
			.filter(finding => finding.service === 'submission/inet')
			.map(({fix}) => fix);
	const own = [["postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'"]];
	t.deepEqual(fixes('bad-server-level', 'smtpd_tls_security_level = dane\n'), own);
	t.deepEqual(fixes('server-level-downgraded', 'smtpd_tls_security_level = secure\n'), own);
});
test('A port for other mail servers is called by its number', t => {
	const [finding] = found('public-mx-mandatory', {wholeMaster: service('192.0.2.1:mail', encrypted)});
	t.regex(finding?.why ?? '', /^Port 25 takes mail/);
});
for (const name of ['2525', '1025', '192.0.2.1:26', 'mailin'])
	test(`Of port ${name} nothing says that the world sends to it`, passes, 'public-mx-mandatory', {
		wholeMaster: service(name, encrypted, '-o smtpd_tls_req_ccert=yes'),
	});
test('Commands name what they take away in quotes where the shell would read it', t => {
	const [finding] = found('unknown-parameter', {main: 'smtpd_tls_protcols;id = x\n'});
	t.true(finding === undefined || finding.fix.every(line => !/-X smtpd_tls_protcols;/.test(line)));
});
test('Commands run one after another do not undo each other', t => {
	const findings = linted({
		main: 'relayhost = [mail.example.net]:587\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_security_options = noanonymous\nsmtp_tls_security_level =\nsmtp_use_tls = yes\n',
	});
	const fixes = findings.flatMap(({fix}) => fix);
	t.true(fixes.includes("postconf -e 'smtp_tls_security_level=encrypt'"));
	t.false(fixes.includes("postconf -e 'smtp_tls_security_level=may'"));
	t.true(fixes.includes('postconf -X smtp_use_tls'));
});
test('Commands for a second instance name its directory', t => {
	const [finding] = found('received-header-off', {
		main: 'smtpd_tls_received_header = no\n',
		more: {directory: '/srv/mail out', instance: 'postfix-out'},
	});
	t.deepEqual(finding?.fix, ["postconf -c '/srv/mail out' -e 'smtpd_tls_received_header=yes'"]);
});
