import test from 'ava';
import type {Inclusion} from '../../../../src/mailserver/dovecot/configuration.ts';
import {readDoveconf, readDovecotLines} from '../../../../src/mailserver/dovecot/doveconf-output.ts';
import {notCheckable} from '../../../../src/mailserver/lint/lint.ts';
import {finds, passes} from '../checks/expectations.ts';
import {found, subjectOf} from '../checks/linted.ts';

const id = 'dovecot-name-of-another-release';
const recent = 'dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1\n';
const old = '# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf\n';
const of = (text: string) => ({dovecot: readDoveconf(text, '10-ssl.conf')});
/** dovecot.conf itself. */
const main = (text: string) => ({
	dovecot: readDovecotLines(
		text.split('\n').map((line, index) => ({text: line, place: {file: 'dovecot.conf', line: index + 1}})),
		{main: true, printed: false, version: null},
	),
});

/** Names of 2.3 in 2.4, and what stands for each. */
const forward: ReadonlyArray<readonly [line: string, fix: string]> = [
	['ssl_cert = </etc/ssl/a.pem', 'ssl_server_cert_file = /etc/ssl/a.pem'],
	['ssl_cert=< /etc/ssl/a.pem', 'ssl_server_cert_file = /etc/ssl/a.pem'],
	['ssl_key = </etc/ssl/a.key', 'ssl_server_key_file = /etc/ssl/a.key'],
	['ssl_key = /etc/ssl/a.key', 'ssl_server_key_file = /etc/ssl/a.key'],
	['ssl_alt_cert = <b.pem', 'ssl_server_alt_cert_file = b.pem'],
	['ssl_dh = </etc/dovecot/dh.pem', 'ssl_server_dh_file = /etc/dovecot/dh.pem'],
	['ssl_ca = </etc/ssl/ca.pem', 'ssl_server_ca_file = /etc/ssl/ca.pem'],
	['ssl_prefer_server_ciphers = yes', 'ssl_server_prefer_ciphers = server'],
	['ssl_prefer_server_ciphers = no', 'ssl_server_prefer_ciphers = client'],
	['ssl_verify_client_cert = yes', 'ssl_server_request_client_cert = yes'],
	['ssl_require_crl = no', 'ssl_server_require_crl = no'],
	['disable_plaintext_auth = yes', 'auth_allow_cleartext = no'],
	['disable_plaintext_auth = no', 'auth_allow_cleartext = yes'],
	['disable_plaintext_auth = Y', 'auth_allow_cleartext = no'],
	['ssl_prefer_server_ciphers = Yes', 'ssl_server_prefer_ciphers = server'],
	['verbose_ssl = yes', 'log_debug = category=ssl'],
	['mail_location = maildir:~/Maildir', 'mail_driver = maildir\nmail_path = ~/Maildir'],
	[
		'mail_location = mbox:~/mail:INBOX=/var/mail/%u:INDEX=MEMORY',
		'mail_driver = mbox\nmail_path = ~/mail\nmail_inbox_path = /var/mail/%{user}\nmail_index_path = MEMORY',
	],
	[
		'mail_location = maildir:/srv/%d/%n:LAYOUT=fs',
		'mail_driver = maildir\nmail_path = /srv/%{user | domain}/%{user | username}\nmailbox_list_layout = fs',
	],
];
for (const [line, fix] of forward)
	test(`2.4 does not know ${line}`, finds, id, of(recent + line), {
		severity: 'error',
		line: 3,
		fix: [`# delete: ${line.replace(/\s*=\s*/, ' = ')}\n${fix}`],
		says: /does not start/,
	});
test('A setting that has gone', finds, id, of(`${recent}ssl_dh_parameters_length = 2048`), {
	fix: ['# delete: ssl_dh_parameters_length = 2048'],
});
test('A password is not shown', t => {
	const findings = found(id, of(`${recent}ssl_key_password = hunter2`));
	t.is(findings.length, 1);
	t.deepEqual(findings[0]?.fix, ['# the name is now ssl_server_key_password; its value stays']);
	t.notRegex(JSON.stringify(findings), /hunter2/);
});
test('Within its blocks', finds, id, of(`${recent}local_name mail.example {\n  ssl_cert = </a.pem\n}`), {
	line: 4,
	fix: ['local_name mail.example {\n  # delete: ssl_cert = </a.pem\n  ssl_server_cert_file = /a.pem\n}'],
});
for (const value of [
	'',
	'~/Maildir',
	'maildir:/srv/%1Mu/%u',
	'mdbox:~/m:DIRNAME=x',
	'maildir:~/a:UTF-8',
	'maildir:INBOX=/x',
	'mbox:%{nosuch}',
])
	test(`A location that nobody can split by rule is never only deleted: ${value}`, t => {
		const [finding, ...others] = found(id, of(`${recent}mail_location = ${value}`));
		t.deepEqual(others, []);
		t.regex(finding?.fix?.join() ?? '', /^# by hand, in place of mail_location: mail_driver is the format/);
		t.notRegex(finding?.fix?.join() ?? '', /delete/);
	});
test('A value that nobody can read is left to a person', finds, id, of(`${recent}disable_plaintext_auth = maybe`), {
	fix: [
		'# by hand, in place of disable_plaintext_auth: the name is auth_allow_cleartext, and its value cannot be told from maybe',
	],
});
test('What the default says needs no line', finds, id, of(`${recent}verbose_ssl = no`), {
	fix: ['# delete: verbose_ssl = no'],
});
test('Until the name is of this release, required alone rules logins in clear out', t => {
	const findings = found(
		'dovecot-cleartext-login',
		of(`${recent}ssl_server_cert_file = /a\ndisable_plaintext_auth = no`),
	);
	t.deepEqual(
		findings.map(({fix}) => fix),
		[['ssl = required']],
	);
});
test('Settings of a service', finds, id, of(`${recent}service imap-login {\n  service_count = 0\n}`), {
	fix: ['service imap-login {\n  # delete: service_count = 0\n  restart_request_count = unlimited\n}'],
});
test('The plugin block has gone', finds, id, of(`${recent}plugin {\n  ssl_cert = x\n}`), {says: /ended with 2\.3/});
test('A passdb has a name', finds, id, of(`${recent}passdb {\n  driver = pam\n}`), {says: /name of its driver/});
test('A passdb with a name', passes, id, of(`${recent}passdb pam {\n}`));
test(
	'Names of 2.4 in 2.4',
	passes,
	id,
	of(`${recent}ssl_server_cert_file = /a\nauth_allow_cleartext = no\nssl_min_protocol = TLSv1.2`),
);
test('By the heading', finds, id, of('# 2.4.1-4 (7d8c0e5759): /etc/dovecot/dovecot.conf\nssl_cert = </a'));

/** Names of 2.4 in 2.3. */
const back: ReadonlyArray<readonly [line: string, fix: string]> = [
	['ssl_server_cert_file = /etc/ssl/a.pem', 'ssl_cert = </etc/ssl/a.pem'],
	['ssl_server_key_file = /etc/ssl/a.key', 'ssl_key = </etc/ssl/a.key'],
	['ssl_server_dh_file = /dh.pem', 'ssl_dh = </dh.pem'],
	['ssl_server_prefer_ciphers = server', 'ssl_prefer_server_ciphers = yes'],
	['ssl_server_request_client_cert = yes', 'ssl_verify_client_cert = yes'],
	['auth_allow_cleartext = no', 'disable_plaintext_auth = yes'],
	['auth_allow_cleartext = yes', 'disable_plaintext_auth = no'],
	['ssl_server_prefer_ciphers = client', 'ssl_prefer_server_ciphers = no'],
];
for (const [line, fix] of back)
	test(`2.3 does not know ${line}`, finds, id, of(old + line), {
		severity: 'error',
		line: 2,
		fix: [`# delete: ${line}\n${fix}`],
	});
test('2.3 has no such version', finds, id, of(`${old}dovecot_storage_version = 2.4.1`), {
	fix: ['# delete: dovecot_storage_version = 2.4.1'],
});
test('2.3 has no such block', finds, id, of(`${old}protocols {\n  imap = yes\n}`), {says: /came with 2\.4/});
test('Names of 2.3 in 2.3', passes, id, of(`${old}ssl_cert = </a\nssl_key = </b\ndisable_plaintext_auth = yes`));
test('log_debug was there before', passes, id, of(`${old}log_debug = category=ssl`));

test('Names of both, and no release', finds, id, of('ssl_cert = </a\nssl_server_key_file = /b'), {
	says: /neither release starts/,
	fix: [],
});
test(
	'A block of 2.3, names of 2.4, and no release',
	finds,
	id,
	of('ssl_server_cert_file = /a\npassdb {\n  driver = pam\n}'),
	{
		says: /neither release starts/,
	},
);
test('Names of one, and no release', passes, id, of('ssl_server_cert_file = /a\nssl_server_key_file = /b'));

test('A path is no content', finds, 'dovecot-path-or-content', of(`${recent}ssl_server_cert_file = </a.pem`), {
	severity: 'error',
	fix: ['# delete: ssl_server_cert_file = </a.pem\nssl_server_cert_file = /a.pem'],
});
test('Content is no path', finds, 'dovecot-path-or-content', of(`${old}ssl_key = /etc/ssl/a.key`), {
	fix: ['# delete: ssl_key = /etc/ssl/a.key\nssl_key = </etc/ssl/a.key'],
});
test(
	'In the form of 2.3',
	passes,
	'dovecot-path-or-content',
	of(`${old}ssl_cert = </a.pem\nssl_client_ca_file = /ca.pem`),
);
test('In the form of 2.4', passes, 'dovecot-path-or-content', of(`${recent}ssl_server_cert_file = /a.pem`));

const passdb = 'passdb pam {\n}\n';
test('dovecot.conf of 2.4 begins with its version', passes, 'dovecot-config-version', main(recent + passdb));
test('An include before it', finds, 'dovecot-config-version', main(`!include_try x.conf\n${recent}${passdb}`), {
	line: 1,
});
test('No version at all', finds, 'dovecot-config-version', main(`ssl_server_cert_file = /a.pem\n${passdb}`));
test('No version of the storage', finds, 'dovecot-config-version', main(`dovecot_config_version = 2.4.1\n${passdb}`), {
	says: /dovecot_storage_version is not set/,
});
test('A part needs none', passes, 'dovecot-config-version', of('ssl_server_cert_file = /a.pem'));
test('2.3 needs none', passes, 'dovecot-config-version', main('ssl_cert = </a.pem\npassdb {\n}\n'));

test(
	'A block on one line',
	finds,
	'dovecot-block-on-one-line',
	of('service imap-login { inet_listener imap { port = 0 } }'),
	{
		severity: 'error',
		fix: ['# in place of the line\nservice imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}'],
	},
);
test(
	'Blocks on their lines',
	passes,
	'dovecot-block-on-one-line',
	of('service imap-login {\n  inet_listener imap {\n  }\n}'),
);

/** A file that includes another one, with what became of it. */
const including = (inclusion: Inclusion) => ({
	dovecot: readDovecotLines([{text: '!include a.conf', place: {file: 'dovecot.conf', line: 1}, inclusion}], {
		main: true,
		printed: false,
		version: null,
	}),
});
test('A file that includes itself', finds, 'dovecot-include-loop', including({kind: 'loop'}), {
	severity: 'error',
	line: 1,
});
test('A file that includes another', passes, 'dovecot-include-loop', including({kind: 'followed'}));

test('what a part leaves open is not checked, and doveconf -n is asked for', t => {
	const why = (texts: Parameters<typeof subjectOf>[0]): string =>
		notCheckable(subjectOf(texts))
			.filter(({id}) => id === 'ssl-yes-not-required' || id === 'dovecot-old-floor')
			.map(each => each.why)
			.join('\n');
	t.regex(why(of('ssl_cert = </a.pem')), /may be a part.*doveconf -n/);
	t.regex(why(of('!include conf.d/*.conf')), /conf\.d\/\*\.conf \(10-ssl\.conf:1\).*doveconf -n/);
	t.regex(why(main('ssl = required\npassdb {\n}\n')), /release of Dovecot.*doveconf -n/);
	t.is(why(of(`${old}ssl = required`)), '');
	t.is(why(main(recent + passdb)), '');
});
