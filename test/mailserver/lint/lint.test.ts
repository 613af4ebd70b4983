import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {lint, notCheckable} from '../../../src/mailserver/lint/lint.ts';
import {rules} from '../../../src/mailserver/lint/rules.ts';
import {ids, linted, subjectOf} from './checks/linted.ts';

const founding = {
	wholeMain: '',
	master: `smtps inet n - y - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1
  -o smtpd_sasl_auth_enable=yes
`,
};

test('The founding configuration: its mistake comes first, with the command that fixes it', t => {
	const [first, ...others] = linted(founding);
	t.like(first, {
		id: 'mandatory-service-optional-list',
		severity: 'error',
		service: 'smtps/inet',
		parameter: 'smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1',
		place: {file: '/etc/postfix/master.cf', line: 11},
		verdict: null,
	});
	t.deepEqual(first?.fix, [
		"postconf -P 'smtps/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'",
		'postconf -PX smtps/inet/smtpd_tls_protocols',
	]);
	t.is(others.find(({id}) => id === 'level-beside-wrappermode')?.severity, 'info');
	for (const id of ['port-25-without-tls', 'client-tls-off', 'no-certificate', 'loglevel-0'])
		t.true(ids(founding).includes(id), id);
});

test('Behind it findings are ordered by severity', t => {
	const severities = linted(founding).map(({severity}) => severity);
	t.deepEqual(
		severities,
		[...severities].sort((a, b) => 'error warn info'.indexOf(a) - 'error warn info'.indexOf(b)),
	);
});

test('A sound configuration has no findings', t => {
	t.deepEqual(linted({}), []);
});

const stockMain = `smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
biff = no
append_dot_mydomain = no
readme_directory = no
compatibility_level = 3.6
smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level=may
smtp_tls_CApath=/etc/ssl/certs
smtp_tls_security_level=may
smtp_tls_session_cache_database = btree:\${data_directory}/smtp_scache
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = mail.example.com
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
mydestination = $myhostname, mail, localhost.localdomain, , localhost
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = all
inet_protocols = all
`;

test('What Debian installs is wrong in nothing but that its log says nothing of TLS', t => {
	t.deepEqual(ids({wholeMain: stockMain}), ['loglevel-0', 'received-header-off', 'floor-left-at-default']);
	t.deepEqual(
		linted({wholeMain: stockMain}).filter(({severity}) => severity === 'error'),
		[],
	);
});

const modernMain = `compatibility_level = 3.6
myhostname = mail.example.org
mydestination = $myhostname, localhost
mynetworks = 127.0.0.0/8 [::1]/128
smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/letsencrypt/live/mail.example.org/privkey.pem,
  /etc/letsencrypt/live/mail.example.org/fullchain.pem
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_exclude_ciphers = aNULL, MD5, RC4, 3DES
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
smtpd_tls_received_header = yes
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
smtp_tls_protocols = >=TLSv1.2
smtp_tls_mandatory_protocols = >=TLSv1.2
smtp_tls_loglevel = 1
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8642:QUERY
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
virtual_transport = lmtp:unix:private/dovecot-lmtp
content_filter = scan:[127.0.0.1]:10024
mua_client_restrictions = permit_sasl_authenticated, reject
`;
const modernMaster = `smtp inet n - y - 1 postscreen
smtpd pass - - y - - smtpd
dnsblog unix - - y - 0 dnsblog
tlsproxy unix - - y - 0 tlsproxy
submission inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=$mua_client_restrictions
submissions inet n - y - - smtpd
  -o syslog_name=postfix/submissions
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=$mua_client_restrictions
127.0.0.1:10025 inet n - y - - smtpd
  -o smtpd_tls_security_level=none
scan unix - - n - 2 smtp
  -o smtp_tls_security_level=none
tlsmgr unix - - y 1000? 1 tlsmgr
smtp unix - - y - - smtp
relay unix - - y - - smtp
  -o syslog_name=postfix/$service_name
lmtp unix - - y - - lmtp flags=DRX
`;

test('A modern, sane configuration gets three notes at most', t => {
	const findings = linted({wholeMain: modernMain, wholeMaster: modernMaster});
	t.deepEqual(
		findings.filter(({severity}) => severity !== 'info').map(({id, service}) => `${id} ${service}`),
		[],
	);
	t.true(findings.length <= 3, findings.map(({id}) => id).join(' '));
});

test('Ids are kebab-case, and each is of one rule', t => {
	for (const {id} of rules) t.regex(id, /^[a-z0-9]+(?:-[a-z0-9]+)+$/);
	t.is(new Set(rules.map(({id}) => id)).size, rules.length);
});

test('Every rule has texts in the tests in which it finds its mistake and does not', t => {
	const tests = ['checks', 'dovecot']
		.flatMap(room => readdirSync(new URL(room, import.meta.url)).map(name => `${room}/${name}`))
		.filter(name => name.endsWith('.test.ts'))
		.map(name => readFileSync(new URL(name, import.meta.url), 'utf8'))
		.map(text => text.replace(/\b(?:const (\w+) = )('[\w-]+');/g, '$1=$2;'))
		.join('\n');
	for (const {id} of rules) t.true(tests.includes(`'${id}'`), id);
});

test('postconf output is judged by all but the rules of the files', t => {
	const subject = subjectOf({...founding, more: {form: 'postconf'}});
	t.is(lint(subject)[0]?.id, 'mandatory-service-optional-list');
	const missing = notCheckable(subject).filter(({why}) => why.includes('postconf'));
	t.deepEqual(missing.map(({id}) => id).sort(), [
		'bad-service-line',
		'glued-option',
		'indented-service',
		'lost-indentation',
		'missing-equals',
		'no-final-newline',
		'orphan-continuation',
		'table-not-rebuilt',
	]);
});

test('Without master.cf main.cf is judged by the usual services', t => {
	const subject = subjectOf({
		wholeMain: 'smtpd_tls_security_level = encrypt\nsmtpd_tls_protocols = >=TLSv1.2\n',
		more: {services: null},
	});
	const found = lint({...subject, servers: [], clients: []});
	t.is(found[0]?.id, 'mandatory-service-optional-list');
	t.true(found.some(({id}) => id === 'client-tls-off'));
	t.true(found.every(({service}) => service === 'main.cf'));
	t.true(notCheckable(subject).some(({id}) => id === 'duplicate-service'));
});

test('Without main.cf nothing is said of what it may hold', t => {
	const subject = subjectOf({...founding, more: {main: null}});
	t.deepEqual(
		lint(subject).map(({id}) => id),
		['level-beside-wrappermode'],
	);
	t.true(notCheckable(subject).some(({id, why}) => id === 'client-tls-off' && why === 'main.cf was not read'));
});

test('Without a version what depends on it is not checkable', t => {
	const missing = notCheckable(subjectOf({version: null})).filter(({why}) => why.includes('version'));
	t.true(missing.some(({id}) => id === 'list-newer-than-program'));
	t.deepEqual(
		linted({...founding, version: null})[0]?.fix[0],
		"postconf -P 'smtps/inet/smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1'",
	);
});

test('A table that was not read is named', t => {
	const subject = subjectOf({main: 'smtp_tls_policy_maps = mysql:/etc/postfix/policy.cf\n'});
	t.deepEqual(
		notCheckable(subject).find(({id}) => id === 'policy-key-mismatch')?.why,
		'not read: mysql:/etc/postfix/policy.cf',
	);
});

test('A second instance is named to postconf', t => {
	const [first] = linted({...founding, more: {directory: '/etc/postfix-out'}});
	t.is(first?.fix[1], 'postconf -c /etc/postfix-out -PX smtps/inet/smtpd_tls_protocols');
});

test('Before 2.11 services are edited by hand', t => {
	const [first] = linted({...founding, version: '2.10.7'});
	t.regex(
		first?.fix[0] ?? '',
		/^by hand in master\.cf line 7, service "smtps inet": -o smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1\.1$/,
	);
});

test('No text makes it throw, and no finding has more than one line', t => {
	const line = fc.oneof(
		fc.constantFrom(
			'smtpd_tls_security_level = ',
			'  -o smtpd_tls_protocols=',
			'smtps inet n - y - - smtpd',
			'smtp_tls_policy_maps = inline:{ example.com=encrypt, { [x]:465 = secure protocols=!SSLv3, x } }',
			'relayhost = [mx.example.com]:465',
			'content_filter = smtp:[127.0.0.1]:10024',
			`smtp_tls_security_level = $${'{x?{dane}:{$y}}'}`,
		),
		fc.string(),
	);
	const text = fc.array(line, {maxLength: 8}).map(all => all.join('\n'));
	fc.assert(
		fc.property(text, text, (main, master) => {
			for (const {evidence, why, fix} of linted({main, master})) {
				t.notRegex(evidence, /[\n\r]/);
				t.not(why, '');
				t.true(fix.every(one => typeof one === 'string' && one !== ''));
			}
		}),
		{numRuns: 60},
	);
	t.pass();
});
