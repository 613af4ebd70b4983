import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import test from 'ava';
import {readConfiguration} from '../../src/commands/configuration/read-configuration.ts';
import {lint, notCheckable} from '../../src/mailserver/lint/lint.ts';
import {noPostfix} from '../../src/mailserver/read/configuration.ts';

/** Configurations as people hand them over, and what an administrator wants to hear of them. */

/** What is said of a file: the mistakes, and what could not be checked. */
async function said(text: string, name = 'dovecot.conf') {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-dovecot-'));
	writeFileSync(join(folder, name), text);
	const {dovecot} = await readConfiguration(join(folder, name), {
		postconf: false,
		dovecot: undefined,
		stdin: Readable.from([]),
	});
	const subject = {configuration: noPostfix, servers: [], clients: [], dovecot};
	const findings = lint(subject);
	return {
		findings,
		errors: findings.filter(({severity}) => severity === 'error').map(({parameter}) => parameter),
		open: notCheckable(subject)
			.map(({why}) => why)
			.join('\n'),
	};
}

test('names of 2.3 under the version of 2.4', async t => {
	const {errors} = await said(`dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
ssl = required
ssl_cert = </etc/ssl/a.pem
ssl_key = </etc/ssl/a.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
`);
	t.deepEqual(errors, ['ssl_cert', 'ssl_key', 'disable_plaintext_auth']);
});

test('includes that were not handed over', async t => {
	const {findings, open} = await said(`dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols = imap pop3
!include conf.d/*.conf
!include_try conf.d/domains/*.conf
`);
	t.deepEqual(findings, []);
	t.regex(open, /!include conf\.d\/\*\.conf .*!include_try conf\.d\/domains\/\*\.conf .*doveconf -n/);
});

test('a part of a configuration', async t => {
	for (const [text, name] of [
		['ssl_cert = </etc/ssl/a.pem\nssl_key = </etc/ssl/a.key\nssl_min_protocol = TLSv1.2\n', 'dovecot.conf'],
		['ssl_cert = </etc/ssl/a.pem\nssl_key = </etc/ssl/a.key\n', '10-ssl.conf'],
		['ssl_server_cert_file=/etc/ssl/a.pem\n', 'ssl.conf'],
		['passdb {\n  driver = pam\n}\n', 'auth.conf'],
		['service imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}\n', '10-master.conf'],
		['protocol imap {\n  ssl = required\n}\n', 'dovecot.conf'],
		['', 'dovecot.conf'],
	] as const) {
		const {findings, open} = await said(text, name);
		t.deepEqual(findings, [], name);
		t.regex(open, /may be a part.*doveconf -n/, name);
	}
});

test('a fix that can be pasted', async t => {
	const {findings} = await said(`# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf
protocols = imap
ssl = required
ssl_cert = </etc/ssl/a.pem
ssl_key = </etc/ssl/a.key
ssl_min_protocol = TLSv1.2
`);
	const open = findings.find(({id}) => id === 'pop3-imap-ports-open');
	t.deepEqual(open?.fix, ['service imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}']);
	for (const {fix} of findings) for (const line of fix) t.notRegex(line, /\{[^\n}]*\{/);
});
