import test from 'ava';
import {readDoveconf} from '../../../../src/mailserver/dovecot/doveconf-output.ts';
import {finds, passes} from '../checks/expectations.ts';
import {linted} from '../checks/linted.ts';

/** What doveconf of a release prints. */
const dovecot = (text: string, version = '2.3.19.1') => ({
	dovecot: readDoveconf(`# ${version} (9b53102964): /etc/dovecot/dovecot.conf\n${text}`),
});
const cert = '\nssl_cert = </etc/ssl/a.pem';
const part = (text: string) => ({dovecot: readDoveconf(text)});

test('Logins in clear', finds, 'dovecot-cleartext-login', dovecot(`ssl = yes\ndisable_plaintext_auth = no${cert}`), {
	severity: 'error',
	service: 'dovecot',
	fix: ['ssl = required', 'disable_plaintext_auth = yes'],
});
test(
	'In 2.4 the setting has another name',
	finds,
	'dovecot-cleartext-login',
	dovecot('auth_allow_cleartext = yes\nssl_server_cert_file = /etc/ssl/a.pem', '2.4.1-4'),
	{fix: ['ssl = required', 'auth_allow_cleartext = no']},
);
test('No TLS at all', finds, 'dovecot-cleartext-login', dovecot(`ssl = no${cert}`), {
	severity: 'error',
	fix: ['ssl = required', 'disable_plaintext_auth = yes'],
});
test('No TLS, and no certificate to switch it on with', finds, 'dovecot-cleartext-login', dovecot('ssl = no'), {
	fix: [],
	says: /certificate has to be set/,
});
test('TLS without a certificate', finds, 'dovecot-no-certificate', dovecot('ssl = yes'), {severity: 'error'});
test('TLS with one', passes, 'dovecot-no-certificate', dovecot('ssl_server_cert_file = /etc/ssl/a.pem', '2.4.1'));
test('A part need not have it', passes, 'dovecot-no-certificate', part('ssl = yes'));
test('A part that allows it', finds, 'dovecot-cleartext-login', part('disable_plaintext_auth = no'), {
	fix: ['ssl = required', 'disable_plaintext_auth = yes'],
	says: /unless ssl = required/,
});
test('Logins after TLS alone', passes, 'dovecot-cleartext-login', dovecot('ssl = required'));
test('Required rules it out', passes, 'dovecot-cleartext-login', part('ssl = required\ndisable_plaintext_auth = no'));

test('yes is not required', finds, 'ssl-yes-not-required', dovecot(cert), {severity: 'info', fix: ['ssl = required']});
test('required is', passes, 'ssl-yes-not-required', dovecot('ssl = required'));
test('What is not in a part is not known', passes, 'ssl-yes-not-required', part('ssl_min_protocol = TLSv1.2'));

test('A login line without the protocol proves nothing', finds, 'no-tls-detail-logged', dovecot(''), {
	severity: 'info',
	fix: ['login_log_format_elements = user=<%u> method=%m rip=%r lip=%l mpid=%e %c session=<%{session}> %k'],
});
test(
	'An own login line keeps its words',
	finds,
	'no-tls-detail-logged',
	dovecot('login_log_format_elements = user=<%u> %c'),
	{
		fix: ['login_log_format_elements = user=<%u> %c %k'],
	},
);
test('A value with a # has quotes', finds, 'no-tls-detail-logged', dovecot('login_log_format_elements = "<%u> #%p"'), {
	fix: ['login_log_format_elements = "<%u> #%p %k"'],
});
test('The login line of 2.4', finds, 'no-tls-detail-logged', dovecot('protocols = imap', '2.4.1'), {
	fix: [
		'login_log_format_elements = user=<%{user}> method=%{mechanism} rip=%{remote_ip} lip=%{local_ip} mpid=%{mail_pid} %{secured} session=<%{session}> %{ssl_security}',
	],
});
test('A login line with it', passes, 'no-tls-detail-logged', dovecot('login_log_format_elements = user=<%u> %c %k'));
test('A part that does not hold it', passes, 'no-tls-detail-logged', part('ssl = required'));

const block = 'service imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}';
test('Port 143 is open', finds, 'pop3-imap-ports-open', dovecot('protocols = imap'), {severity: 'info', fix: [block]});
test('Port 143 of 2.4', finds, 'pop3-imap-ports-open', dovecot('protocols {\n  imap = yes\n}', '2.4.1'), {
	fix: [block],
});
test('Port 143 is shut', passes, 'pop3-imap-ports-open', dovecot(`protocols = imap\n${block}`));
test(
	'Port 143 for this host alone',
	passes,
	'pop3-imap-ports-open',
	dovecot('protocols = imap\nservice imap-login {\n  inet_listener imap {\n    address = 127.0.0.1, ::1\n  }\n}'),
);
test(
	'The only way in is not shut',
	finds,
	'pop3-imap-ports-open',
	dovecot('protocols = imap\nservice imap-login {\n  inet_listener imaps {\n    port = 0\n  }\n}'),
	{fix: [], says: /open 993/},
);
test(
	'A part does not say which ports are open',
	passes,
	'pop3-imap-ports-open',
	part('ssl = required\nprotocols = imap'),
);

test('ssl_protocols ended with 2.2', finds, 'wrong-protocol-setting', dovecot('ssl_protocols = !SSLv3 !TLSv1'), {
	severity: 'warn',
	fix: ['# delete: ssl_protocols = !SSLv3 !TLSv1\nssl_min_protocol = TLSv1.2'],
});
test('A list with SSLv2 is not read', finds, 'wrong-protocol-setting', dovecot('ssl_protocols = !SSLv2 !SSLv3'), {
	severity: 'error',
});
test('A list that leaves none is not read', finds, 'wrong-protocol-setting', dovecot('ssl_protocols = TLSv1.3'), {
	severity: 'error',
	says: /the default floor holds/,
});
test('A list that is not read is no old floor', passes, 'dovecot-old-floor', dovecot('ssl_protocols = !SSLv2 !SSLv3'));
test(
	'A list on a later line is the floor',
	finds,
	'dovecot-old-floor',
	dovecot('ssl_min_protocol = TLSv1.2\nssl_protocols = !SSLv3'),
	{says: /TLSv1 and newer/},
);
test('2.4 does not start with it', finds, 'wrong-protocol-setting', dovecot('ssl_protocols = !SSLv3', '2.4.1'), {
	severity: 'error',
	says: /does not start/,
});
test('TLSv1.3 as a floor', finds, 'wrong-protocol-setting', dovecot('ssl_min_protocol = TLSv1.3', '2.3.4'), {
	says: /2\.3\.15/,
});
test('A floor in 2.2', finds, 'wrong-protocol-setting', dovecot('ssl_min_protocol = TLSv1.2', '2.2.36'), {
	fix: ['# delete: ssl_min_protocol = TLSv1.2\nssl_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1'],
});
test('A floor in 2.3', passes, 'wrong-protocol-setting', dovecot('ssl_min_protocol = TLSv1.2'));

test('An old default leaves TLS 1.0 open', finds, 'dovecot-old-floor', dovecot('', '2.3.4'), {
	severity: 'warn',
	fix: ['ssl_min_protocol = TLSv1.2'],
});
test('A newer default does not', passes, 'dovecot-old-floor', dovecot(''));
test('A part with an old floor', finds, 'dovecot-old-floor', part('ssl_min_protocol = TLSv1'));
test('A part without a floor', passes, 'dovecot-old-floor', part('ssl = required'));

test(
	'A protocol with a floor of its own',
	finds,
	'dovecot-old-floor',
	dovecot('ssl_min_protocol = TLSv1.2\nprotocol imap {\n  ssl_min_protocol = TLSv1\n}'),
	{fix: ['protocol imap {\n  ssl_min_protocol = TLSv1.2\n}'], says: /in protocol imap/},
);
test(
	'A protocol that asks for more',
	passes,
	'dovecot-old-floor',
	dovecot('ssl_min_protocol = TLSv1.2\nprotocol imap {\n  ssl_min_protocol = TLSv1.3\n}'),
);
test(
	'A protocol with logins in clear',
	finds,
	'dovecot-cleartext-login',
	dovecot(`ssl = required\nprotocol pop3 {\n  ssl = yes\n  disable_plaintext_auth = NO\n}${cert}`),
	{fix: ['protocol pop3 {\n  ssl = required\n  disable_plaintext_auth = yes\n}']},
);
test(
	'The servers of 2.4 have a floor of their own',
	finds,
	'dovecot-old-floor',
	dovecot('ssl_min_protocol = TLSv1.2\nssl_server {\n  ssl_min_protocol = TLSv1.1\n}', '2.4.1'),
	{fix: ['ssl_server {\n  ssl_min_protocol = TLSv1.2\n}']},
);
test(
	'The short variables ended with 2.3',
	finds,
	'no-tls-detail-logged',
	dovecot('login_log_format_elements = user=<%u> %c %k', '2.4.1'),
);

const invalid = 'dovecot-invalid-value';
test('A capital letter', finds, invalid, dovecot('ssl = Required'), {
	severity: 'error',
	line: 2,
	fix: ['# delete: ssl = Required\nssl = required'],
});
test(
	'A listener’s ssl is yes or no',
	finds,
	invalid,
	dovecot('service imap-login {\n  inet_listener imaps {\n    ssl = required\n  }\n}'),
	{
		fix: ['service imap-login {\n  inet_listener imaps {\n    # delete: ssl = required\n    ssl = yes\n  }\n}'],
	},
);
test('A version that Dovecot does not know', finds, invalid, dovecot('ssl_min_protocol = TLS1.2'), {
	says: /no TLS session/,
});
test('A word for no', finds, invalid, dovecot('disable_plaintext_auth = false'), {
	fix: ['# delete: disable_plaintext_auth = false\ndisable_plaintext_auth = yes'],
});
test(
	'Words that Dovecot takes',
	passes,
	invalid,
	dovecot('ssl = yes\nssl_min_protocol = tlsv1.2\ndisable_plaintext_auth = Y\nprotocol imap {\n  ssl = required\n}'),
);

test('no fix has a block on one line', t => {
	const fixes = [
		dovecot('ssl_protocols = !SSLv2\ndisable_plaintext_auth = no', '2.3.4'),
		dovecot('protocols = imap pop3\nlocal_name a {\n  ssl_cert = </a\n}', '2.4.1'),
		part('service imap-login { inet_listener imap { port = 0 } }'),
	].flatMap(texts => linted(texts).flatMap(({service, fix}) => (service === 'dovecot' ? fix : [])));
	t.true(fixes.some(fix => fix.includes('{\n')));
	for (const line of fixes.flatMap(fix => fix.split('\n'))) t.regex(line, /^\s*(?:#.*|\w+ = .*|[^{}]+ \{|\})$/);
});
