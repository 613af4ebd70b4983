import test from 'ava';
import fc from 'fast-check';
import {
	type CountedWitness,
	configurationLoad,
	countWitness,
	witness,
} from '../../../src/mailserver/lint/log-evidence.ts';
import {tagsOf, withVerdicts} from '../../../src/mailserver/lint/verdicts.ts';
import {linted, subjectOf} from './checks/linted.ts';

const at = (tag: string, text: string) => `Nov 24 10:00:00 mail ${tag}[123]: ${text}`;
const smtpd = (text: string) => at('postfix/smtpd', text);
const smtp = (text: string) => at('postfix/smtp', text);

const lines: readonly (readonly [string, string])[] = [
	['bad-server-level', smtpd('fatal: Invalid TLS level "dane"')],
	['bad-client-level', smtp('fatal: Invalid TLS level "encrpyt"')],
	['invalid-protocol-list', smtpd('warning: Invalid TLS protocol list "!TLSv1_1": disabling TLS support')],
	['no-certificate', smtpd("warning: No server certs available. TLS won't be enabled")],
	['certificate-not-loadable', smtpd('warning: cannot get RSA certificate from file "/c.pem": disabling TLS support')],
	['certificate-not-loadable', smtpd('warning: error loading chain from /c.pem: key not first')],
	['openssl-string-in-grade', smtpd('warning: mail.example.com[192.0.2.1]: invalid cipher grade: "HIGH:!aNULL"')],
	[
		'operators-in-exclusion',
		smtpd("warning: mail.example.com[192.0.2.1]: invalid unary '!+-@' in cipher exclusion: !RC4"),
	],
	[
		'server-level-downgraded',
		smtpd('warning: smtpd_tls_security_level: unsupported TLS level "secure", using "encrypt"'),
	],
	[
		'empty-protocol-set',
		smtpd(
			'warning: TLS library problem: error:0A0000BF:SSL routines::no protocols available:ssl/statem/statem_lib.c:104:',
		),
	],
	['dane-without-dnssec', smtp('warning: example.com: dane configured with dnssec lookups disabled')],
	['resolver-not-validating', smtp('warning: DNSSEC validation may be unavailable')],
	[
		'sts-plugin-fault',
		smtp('warning: smtp_x, next-hop destination "example.com": invalid attribute name: "policy_type"'),
	],
	[
		'policy-attribute-syntax',
		smtp(
			'warning: smtp_tls_policy_maps, next-hop destination "example.com": malformed attribute/value pair "!SSLv3": missing \'=\' after attribute name',
		),
	],
	[
		'blank-in-o',
		smtpd('fatal: invalid "-o smtpd_tls_security_level" option value: missing \'=\' after attribute name'),
	],
	['blank-in-o', smtpd('fatal: unexpected command-line argument: !SSLv3,')],
	['trailing-comment', smtpd('fatal: unexpected command-line argument: #')],
	['trailing-comment', smtpd('fatal: bad boolean configuration: smtpd_tls_auth_only = yes   # note')],
	['lost-indentation', at('postfix/master', 'fatal: /etc/postfix/master.cf: line 20: bad transport type: smtpd_x')],
	[
		'duplicate-entry',
		smtpd('warning: /etc/postfix/main.cf, line 9: overriding earlier entry: smtp_tls_security_level=may'),
	],
	[
		'duplicate-service',
		at('postfix/master', 'warning: duplicate master.cf entry for service "submission" (587) -- using the last entry'),
	],
	['service-name-unknown', at('postfix/master', 'fatal: 0.0.0.0:smtps: Servname not supported for ai_socktype')],
	['per-site-ignored', smtp('warning: smtp_tls_per_site ignored when smtp_tls_policy_maps is not empty.')],
	[
		'table-not-rebuilt',
		smtp('warning: database /etc/postfix/tls_policy.db is older than source file /etc/postfix/tls_policy'),
	],
	['client-certificate-mix', smtpd("warning: Can't require client certs unless TLS is required")],
	['tlsmgr-missing', smtpd('warning: problem talking to server private/tlsmgr: No such file or directory')],
	[
		'relayhost-465-without-wrapper',
		smtp(
			'SMTPS wrappermode (TCP port 465) requires setting "smtp_tls_wrappermode = yes", and "smtp_tls_security_level = encrypt" (or stronger)',
		),
	],
	[
		'mandatory-service-optional-list',
		at(
			'postfix/smtps/smtpd',
			'Anonymous TLS connection established from mail.example.com[192.0.2.1]: TLSv1 with cipher ECDHE-RSA-AES256-SHA (256/256 bits)',
		),
	],
	[
		'ssl-open',
		smtpd(
			'Anonymous TLS connection established from mail.example.com[192.0.2.1]: SSLv3 with cipher RC4-SHA (128/128 bits)',
		),
	],
	[
		'mandatory-floor-with-dane',
		smtp(
			'4A1: to=<a@example.com>, relay=mx.example.com[192.0.2.1]:25, dsn=4.7.5, status=deferred (Cannot start TLS: handshake failure)',
		),
	],
	['opportunistic-floor-too-high', smtp('4A1: Cannot start TLS: handshake failure')],
	[
		'global-mandatory-hits-local',
		smtp(
			'4A1: to=<a@example.com>, status=deferred (TLS is required, but was not offered by host 127.0.0.1[127.0.0.1])',
		),
	],
	[
		'global-encrypt-to-the-internet',
		smtp(
			'4A1: to=<a@example.com>, status=deferred (TLS is required, but was not offered by host mx.example.com[192.0.2.1])',
		),
	],
	['verify-without-ca', smtp('4A1: to=<a@example.com>, status=deferred (Server certificate not verified)')],
	['auth-on-port-25', smtpd('4A1: client=mail.example.com[192.0.2.1], sasl_method=PLAIN, sasl_username=anna')],
	[
		'wrapper-on-wrong-port',
		smtpd('improper command pipelining after CONNECT from mail.example.com[192.0.2.1]: \\026\\003\\001'),
	],
	[
		'submission-not-enforced',
		at(
			'postfix/submission/smtpd',
			'disconnect from mail.example.com[192.0.2.1] ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6',
		),
	],
	['public-mx-mandatory', smtpd('disconnect from mail.example.com[192.0.2.1] ehlo=1 mail=0/1 quit=1 commands=2/3')],
	[
		'chain-incomplete-or-expired',
		smtpd(
			'warning: TLS library problem: error:0A000418:SSL routines::tlsv1 alert unknown ca:ssl/record/rec_layer_s3.c:1586:SSL alert number 48:',
		),
	],
	[
		'dovecot-cleartext-login',
		at('dovecot', 'imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, mpid=9'),
	],
	[
		'wrong-kind-of-client',
		at(
			'dovecot',
			'imap-login: Disconnected: TLS handshaking: SSL_accept() failed: error:0A00010B:SSL routines::wrong version number',
		),
	],
];
for (const [id, line] of lines)
	test(`${id}: ${line.slice(line.indexOf(']: ') + 3).slice(0, 70)}`, t => {
		const found = witness(line);
		t.is(found?.id, id);
		t.is(found?.tag, /mail (\S+)\[/.exec(line)?.[1] ?? '');
		t.false(found?.text.startsWith('Nov') ?? true);
	});

test('Lines of everyday mail are no witnesses', t => {
	for (const line of [
		at('postfix/submission/smtpd', '4A1: client=mail.example.com[192.0.2.1], sasl_method=PLAIN, sasl_username=anna'),
		at(
			'postfix/submission/smtpd',
			'disconnect from mail.example.com[192.0.2.1] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8',
		),
		smtpd(
			'Anonymous TLS connection established from mail.example.com[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
		),
		smtp('4A1: to=<a@example.com>, relay=mx.example.com[192.0.2.1]:25, dsn=2.0.0, status=sent (250 ok)'),
		at('dovecot', 'imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, mpid=9, TLS'),
		at('dovecot', 'imap-login: Login: user=<anna>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, mpid=9, secured'),
		at('sshd', 'fatal: Timeout before authentication'),
		'',
	])
		t.is(witness(line), null, line);
});

test('A line of the journal is read by its fields', t => {
	const line = JSON.stringify({SYSLOG_IDENTIFIER: 'postfix/smtpd', MESSAGE: 'fatal: Invalid TLS level "dane"'});
	t.like(witness(line), {id: 'bad-server-level', tag: 'postfix/smtpd', text: 'fatal: Invalid TLS level "dane"'});
});

test('No line makes it throw', t => {
	fc.assert(
		fc.property(fc.constantFrom(...lines.map(([, line]) => line)), fc.string(), fc.nat(200), (line, noise, place) => {
			const found = witness(`${line.slice(0, place)}${noise}${line.slice(place)}`);
			t.true((found?.text.length ?? 0) <= 300);
		}),
	);
	t.pass();
});

test('The moment from which files count', t => {
	t.deepEqual(configurationLoad(at('postfix/master', 'daemon started -- version 3.7.11, configuration /etc/postfix')), {
		how: 'started',
		version: {major: 3, minor: 7, patch: 11},
		directory: '/etc/postfix',
	});
	t.is(
		configurationLoad(at('postfix/master', 'reload -- version 3.7.11, configuration /etc/postfix'))?.how,
		'reloaded',
	);
	t.is(configurationLoad(smtpd('connect from mail.example.com[192.0.2.1]')), null);
});

function counted(...logged: string[]): readonly CountedWitness[] {
	const counts = new Map<string, CountedWitness>();
	for (const line of logged) {
		const found = witness(line);
		if (found !== null) countWitness(counts, found);
	}
	return [...counts.values()];
}

const texts = {
	main: 'smtpd_tls_mandatory_protocols = >=TLSv1\nsmtpd_use_tls = yes\n',
	master: `smtps inet n - y - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_tls_protocols=>=TLSv1.2
`,
};
const old = (tag: string) =>
	at(
		tag,
		'Anonymous TLS connection established from mail.example.com[192.0.2.1]: TLSv1 with cipher AES256-SHA (256/256 bits)',
	);

test('Old sessions of the service confirm the founding mistake, and are counted', t => {
	const findings = linted(texts);
	const tags = tagsOf(subjectOf(texts));
	const [first] = withVerdicts(findings, counted(old('postfix/smtps/smtpd'), old('postfix/smtps/smtpd')), tags);
	t.is(first?.id, 'mandatory-service-optional-list');
	t.is(first?.verdict, 'confirmed');
	t.regex(first?.evidence ?? '', /the log shows it in 2 lines$/);
});

test('Old sessions of another service do not', t => {
	const judged = withVerdicts(linted(texts), counted(old('postfix/smtpd')), tagsOf(subjectOf(texts)));
	t.deepEqual([...new Set(judged.map(({verdict}) => verdict))], ['config-only']);
});

test('What dies at the start speaks under the plain tag', t => {
	const broken = {
		master: 'smtps inet n - y - - smtpd\n  -o syslog_name=postfix/smtps\n  -o smtpd_tls_security_level=dane\n',
	};
	const subject = subjectOf(broken);
	const judged = withVerdicts(linted(broken), counted(smtpd('fatal: Invalid TLS level "dane"')), tagsOf(subject));
	t.is(judged.find(({id}) => id === 'bad-server-level')?.verdict, 'confirmed');
	t.false(judged.some(({verdict}) => verdict === 'log-only'));
});

test('The log alone proves some mistakes', t => {
	const judged = withVerdicts([], counted(smtpd('fatal: Invalid TLS level "dane"'), old('postfix/smtpd')));
	t.is(judged.length, 1);
	t.like(judged[0], {id: 'bad-server-level', verdict: 'log-only', service: 'postfix/smtpd', severity: 'error'});
});
