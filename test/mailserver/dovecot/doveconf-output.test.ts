import {readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import type {DovecotConfiguration} from '../../../src/mailserver/dovecot/configuration.ts';
import {isDoveconfOutput, readDoveconf} from '../../../src/mailserver/dovecot/doveconf-output.ts';

/** What doveconf 2.3.19 printed. */
const fixture = (name: string): string => readFileSync(new URL(`../read/fixtures/${name}`, import.meta.url), 'utf8');
const listeners = ({listeners}: DovecotConfiguration): string[] =>
	listeners.map(({service, name, port, implicit}) => `${service} ${name} ${port}${implicit ? ' tls' : ''}`);
const standard = ['imap-login imap 143', 'imap-login imaps 993 tls', 'pop3-login pop3 110', 'pop3-login pop3s 995 tls'];
const of = (version: string, text = ''): DovecotConfiguration =>
	readDoveconf(`# ${version} (abcdef): /etc/dovecot/dovecot.conf\n${text}`);

test('what -n leaves out is the default of the release', t => {
	const read = readDoveconf(fixture('doveconf-n.txt'));
	t.is(read.version, '2.3.19.1');
	t.is(read.ssl, 'yes');
	t.is(read.minProtocol, 'TLSv1.2');
	t.deepEqual(read.allowed, ['TLSv1.2', 'TLSv1.3']);
	t.false(read.cleartextAuth);
	t.false(read.logsTls);
	t.true(read.cipherList?.startsWith('ALL:!kRSA'));
	t.deepEqual(listeners(read), standard);
});

test('listeners may be moved, added and switched off', t => {
	const read = readDoveconf(fixture('doveconf-founding.txt'));
	t.is(read.ssl, 'required');
	t.is(read.minProtocol, 'TLSv1.1');
	t.deepEqual(read.allowed, ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
	t.is(read.cipherList, 'HIGH:!aNULL');
	t.true(read.logsTls);
	t.deepEqual(listeners(read), [
		'imap-login imap 0',
		'imap-login imaps 993 tls',
		'pop3-login pop3 0',
		'pop3-login pop3s 0 tls',
		'imap-login other 10143',
		'lmtp lmtp 24',
	]);
	t.deepEqual(read.listeners.map(({addresses}) => addresses.join(' ')).slice(3), [
		'192.0.2.1 ::1',
		'127.0.0.1',
		'127.0.0.1',
	]);
});

test('a setting within a block is not taken for the one outside', t => {
	const {settings, ssl} = readDoveconf(fixture('doveconf-founding.txt'));
	t.is(settings.get('local 192.0.2.10/ssl'), 'no');
	t.is(ssl, 'required');
	t.is(settings.get('service imap-login/inet_listener imaps/port'), '993');
});

test('keys and passwords are not kept', t => {
	const text = [
		'ssl_key = -----BEGIN PRIVATE KEY-----hunter2',
		'ssl_server_key_password = hunter2',
		'ssl_key_password = hunter2',
		'doveadm_password = hunter2',
		'passdb {',
		'  args = scheme=plain password=hunter2 nopassword=y',
		'}',
		'sql db {',
		'  password = hunter2',
		'  connect = host=db.example user=mail password=hunter2',
		'}',
		'ldap_auth_dn_password = hunter2',
		'ldap_uris = ldap://cn:hunter2@ldap.example',
	].join('\n');
	const {settings, statements} = of('2.4.1', text);
	t.false(JSON.stringify([...settings, ...statements]).includes('hunter2'));
	t.false(settings.has('ssl_key'));
	t.is(of('2.3.19', 'ssl_key = </etc/ssl/private/mail.key').settings.get('ssl_key'), '</etc/ssl/private/mail.key');
	t.false(of('2.3.19', 'ssl_key = # hidden, use -P to show it').settings.has('ssl_key'));
	t.is(settings.get('sql db/connect'), 'host=db.example user=mail password=***');
});

test('the floor is that of the release and of its name for it', t => {
	const table: readonly (readonly [version: string, text: string, allowed: string])[] = [
		['2.3.14', '', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.3.15', '', 'TLSv1.2 TLSv1.3'],
		['2.4.1-4', '', 'TLSv1.2 TLSv1.3'],
		['2.3.4', 'ssl_min_protocol = TLSv1.3', 'TLSv1.3'],
		['2.3.19', 'ssl_min_protocol = LATEST', 'TLSv1.3'],
		['2.3.19', 'ssl_min_protocol = ANY', 'SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		// Each as doveconf of 2.3.19 prints ssl_min_protocol.
		['2.3.19', 'ssl_protocols = !SSLv3 !TLSv1 !TLSv1.1', 'TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !SSLv3,!TLSv1', 'TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !SSLv3 !TLSv1.1', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !TLSv1', 'SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols =', 'SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = TLSv1.1 TLSv1.2', 'TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !SSLv3 TLSv1.2', 'TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !SSLv2 !SSLv3 !TLSv1', 'TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !SSLv2', 'TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !sslv3', 'TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = TLSv1.3', 'TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !SSLv3 !TLSv1 !TLSv1.1 !TLSv1.2', 'TLSv1.2 TLSv1.3'],
		['2.3.14', 'ssl_protocols = !SSLv2 !SSLv3', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_protocols = !SSLv3\nssl_min_protocol = TLSv1.2', 'TLSv1.2 TLSv1.3'],
		['2.3.19', 'ssl_min_protocol = TLSv1.2\nssl_protocols = !SSLv3', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		[
			'2.3.19',
			'ssl_protocols = !SSLv3\nssl_min_protocol = TLSv1.2\nssl_protocols = !SSLv3 !TLSv1',
			'TLSv1.1 TLSv1.2 TLSv1.3',
		],
		['2.2.36', '', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
		['2.2.36', 'ssl_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1', 'TLSv1.2 TLSv1.3'],
		['2.2.36', 'ssl_protocols = TLSv1.2', 'TLSv1.2 TLSv1.3'],
	];
	for (const [version, text, allowed] of table)
		t.is(of(version, text).allowed?.join(' '), allowed, `${version} ${text}`);
	t.is(of('2.3.19', 'ssl_min_protocol = ANY').minProtocol, null);
});

test('cleartext logins are read by either name, and TLS that is required rules them out', t => {
	t.true(of('2.3.19', 'disable_plaintext_auth = no').cleartextAuth);
	t.true(of('2.4.1', 'auth_allow_cleartext = yes').cleartextAuth);
	t.false(of('2.4.1', 'auth_allow_cleartext = no').cleartextAuth);
	t.false(of('2.3.19', 'ssl = required\ndisable_plaintext_auth = no').cleartextAuth);
});

test('the names of 2.4 are known', t => {
	const read = readDoveconf(
		'# 2.4.1-4 (7d8c0e5759): /etc/dovecot/dovecot.conf\ndovecot_config_version = 2.4.1\nprotocols {\n  imap = yes\n  sieve = yes\n  submission = yes\n}\nssl_server_cert_file = /etc/ssl/mail.pem\nssl_server_key_file = /etc/ssl/mail.key\nlogin_log_format_elements = user=<%{user}> %{ssl_security}\n',
	);
	t.is(read.version, '2.4.1');
	t.true(read.logsTls);
	t.is(read.settings.get('ssl_server_cert_file'), '/etc/ssl/mail.pem');
	t.deepEqual(listeners(read), [
		'imap-login imap 143',
		'imap-login imaps 993 tls',
		'managesieve-login sieve 4190',
		'submission-login submission 587',
		'submission-login submissions 465 tls',
	]);
});

test('a block may be on one line, as in a forum post', t => {
	const read = of(
		'2.3.19',
		'service imap-login { inet_listener imap { port = 0 } inet_listener x { port = 1 } }\nssl = no\n',
	);
	t.is(read.ssl, 'no');
	t.true(listeners(read).includes('imap-login imap 0'));
	const short = of('2.3.19', 'service pop3-login {\n  inet_listener pop3 { port = 0; ssl = no }\n}\nssl = required\n');
	t.is(short.ssl, 'required');
	t.true(listeners(short).includes('pop3-login pop3 0'));
});

test('only the protocols that are on have listeners', t => {
	t.deepEqual(
		listeners(
			of('2.3.19', 'protocols = " imap lmtp"\nservice pop3-login {\n  inet_listener pop3 {\n    port = 110\n  }\n}'),
		),
		standard.slice(0, 2),
	);
	t.deepEqual(listeners(of('2.3.19', 'protocols = imap\nprotocols = $protocols pop3\n')), standard);
	t.deepEqual(listeners(of('2.3.19', 'protocols = none\n')), []);
});

test('output of doveconf is distinguished from other text', t => {
	t.true(isDoveconfOutput(fixture('doveconf-n.txt')));
	t.true(isDoveconfOutput('ssl = required\n'));
	t.true(isDoveconfOutput('service imap-login {\n}\n'));
	t.true(isDoveconfOutput('ssl_server_key_file=/etc/ssl/a.key\n'));
	t.true(isDoveconfOutput('!include_try local.conf\n'));
	for (const name of ['postconf-n.txt', 'postconf-M.txt', 'postconf-d.txt', 'postfix/main.cf', 'postfix/master.cf'])
		t.false(isDoveconfOutput(fixture(name)), name);
});

test('doveconf of 2.4 takes off what the name of a block says already', t => {
	const read = of(
		'2.4.1-4',
		`dovecot_config_version = 2.4.1
protocols {
  imap = yes
  pop3 = no
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener extra {
    inet_listener_port = 1993
    inet_listener_ssl = yes
  }
}
ssl_server {
  cert_file = /etc/ssl/mail.pem
  ssl_server_key_file = /etc/ssl/mail.key
  ssl_min_protocol = TLSv1.3
}
`,
	);
	t.is(read.settings.get('ssl_server_cert_file'), '/etc/ssl/mail.pem');
	t.is(read.settings.get('ssl_server_key_file'), '/etc/ssl/mail.key');
	t.deepEqual(read.allowed, ['TLSv1.3']);
	t.deepEqual(listeners(read), ['imap-login imap 0', 'imap-login imaps 993 tls', 'imap-login extra 1993 tls']);
});

test('2.4 has no protocol on by itself', t => {
	t.deepEqual(listeners(of('2.4.1')), []);
	t.deepEqual(listeners(of('2.4.1', 'protocols = imap')), standard.slice(0, 2));
	t.deepEqual(listeners(of('2.4.1', 'protocols = imap\nprotocols = $SET:protocols pop3')), standard);
});

test('comments, quotes and backslashes are those of Dovecot’s parser', t => {
	const {settings} = of(
		'2.3.19',
		`ssl = required # since then
login_greeting = "a # b" # c
login_trusted_networks = \\
  192.0.2.0/24 \\
  198.51.100.0/24
mail_location='mbox:~/x'
ssl_min_protocol = TLSv1.3# no blank
`,
	);
	t.is(settings.get('ssl'), 'required');
	t.is(settings.get('login_greeting'), 'a # b');
	t.is(settings.get('login_trusted_networks'), '192.0.2.0/24 198.51.100.0/24');
	t.is(settings.get('mail_location'), 'mbox:~/x');
	t.is(settings.get('ssl_min_protocol'), 'TLSv1.3');
});

test('of a part, what is not in it is not known', t => {
	const part = readDoveconf('ssl_cert = </etc/ssl/a.pem\nssl_min_protocol = TLSv1.2\n');
	t.is(part.gaps.length, 1);
	t.deepEqual([part.ssl, part.cleartextAuth, part.logsTls, part.listeners], [null, null, null, []]);
	t.deepEqual(part.allowed, ['TLSv1.2', 'TLSv1.3']);
	t.is(readDoveconf('ssl = required').allowed, null);
	t.is(readDoveconf('ssl = required').cleartextAuth, false);
	t.deepEqual(listeners(readDoveconf('service imap-login {\n  inet_listener imaps {\n    port = 1993\n  }\n}\n')), [
		'imap-login imaps 1993 tls',
	]);
	t.deepEqual(of('2.3.19', 'ssl = required').gaps, []);
	t.is(of('2.3.19', '!include conf.d/*.conf').gaps.length, 1);
});

test('any text is read', t => {
	const line = fc.oneof(
		fc.string(),
		fc.constantFrom(
			'ssl = required',
			'service imap-login {',
			'}',
			'inet_listener x {',
			'port = 1',
			'a { b { c = 1 } }',
			'}}',
			'x = "',
			'x = \\\\',
			'!include y',
			'inet_listener "x y" { port = 1 }',
			'ssl_server {',
			'{',
			'$a = $a',
			'ssl_min_protocol = x',
			'protocols = constructor',
		),
	);
	fc.assert(
		fc.property(fc.array(line), lines => {
			const read = readDoveconf(lines.join('\n'));
			t.true(read.allowed === null || read.allowed.length > 0);
			for (const {port} of read.listeners) t.true(port >= 0);
		}),
	);
});
