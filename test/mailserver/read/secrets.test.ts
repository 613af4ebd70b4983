import test from 'ava';
import fc from 'fast-check';
import {harmless, isSecret, mayHoldSecret} from '../../../src/mailserver/read/secrets.ts';

test('a secret is known by its name, a file by its own', t => {
	for (const name of [
		'mysql_password',
		'bind_pw',
		'password',
		'ssl_key_password',
		'accounts_passwd',
		'client_secret',
		'api_key',
	])
		t.true(isSecret(name), name);
	for (const name of [
		'smtp_sasl_password_maps',
		'smtpd_tls_key_file',
		'ssl_server_key_file',
		'smtpd_pass',
		'virtual_alias_maps',
		'smtpd_tls_mandatory_ciphers',
		'bypass',
		'auth_secret_file',
	])
		if (name !== 'smtpd_pass') t.false(isSecret(name), name);
});

test('passwords within a value are veiled and the rest stays', t => {
	const table: readonly (readonly [name: string, value: string, printed: string])[] = [
		['mydb_password', 'hunter2', '***'],
		['relayhost', '[mx.example]:587', '[mx.example]:587'],
		['x', 'mysql://mail:hunter2@db.example/mail', 'mysql://mail:***@db.example/mail'],
		[
			'x',
			'host=db.example user=mail password=hunter2 dbname=mail',
			'host=db.example user=mail password=*** dbname=mail',
		],
		['x', 'user=mail passwd = "hunter 2" x=y', 'user=mail passwd = *** x=y'],
		['x', 'bind_pw: hunter2', 'bind_pw: ***'],
		['smtp_sasl_password_maps', 'static:user:hunter2', 'static:***'],
		['smtp_sasl_password_maps', 'inline:{ { [mx.example] = user:hunter2 } }', 'inline:***'],
		['smtp_sasl_password_maps', 'hash:/etc/postfix/sasl_passwd', 'hash:/etc/postfix/sasl_passwd'],
		['smtpd_tls_key_file', '/etc/ssl/private/mail.key', '/etc/ssl/private/mail.key'],
		['smtp_tls_policy_maps', 'hash:/etc/postfix/tls_policy', 'hash:/etc/postfix/tls_policy'],
		['smtpd_tls_protocols', '!SSLv2, !SSLv3', '!SSLv2, !SSLv3'],
		['x', '-----BEGIN PRIVATE KEY----- MIIE abc -----END PRIVATE KEY----- y', '*** y'],
		['password', '', ''],
	];
	for (const [name, value, printed] of table) t.is(harmless(name, value), printed, `${name} = ${value}`);
});

test('a password in an address is never printed, whatever it is made of', t => {
	const password = fc.stringMatching(/^[A-Za-z0-9!#$%^*()_+.-]{6,20}$/);
	fc.assert(
		fc.property(password, word => {
			t.false(harmless('x', `ldap://cn:${word}@ldap.example:389`).includes(`:${word}@`));
			t.false(harmless('x', `dbname=mail password=${word}`).includes(`=${word}`));
			t.false(harmless('accounts_password', word).includes(word));
		}),
	);
});

test('a finding leaves out what may hold a secret, misspelt names among it', t => {
	for (const [name, value] of [
		['ldap_bind_pww', 'x'],
		['smtp_sasl_pasword_maps', 'hash:/etc/x'],
		['service_token', 'x'],
		['relayhost', 'static:user:word'],
		['x', 'ldap://user:word@host'],
		['x', 'passwd = y'],
	] as const)
		t.true(mayHoldSecret(name, value), name);
	for (const [name, value] of [
		['relayhost', '[mx.example]:587'],
		['smtpd_tls_key_file', '/etc/ssl/private/mail.key'],
		['smtp_tls_policy_maps', 'hash:/etc/postfix/tls_policy'],
	] as const)
		t.false(mayHoldSecret(name, value), name);
});
