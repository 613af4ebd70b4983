// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references in the language of main.cf.
import test from 'ava';
import {finds, passes} from './expectations.ts';
import {found, linted} from './linted.ts';

const newline = 'no-final-newline';
test(
	'A last line without an end is told',
	finds,
	newline,
	{main: 'inet_protocols = ipv4'},
	{severity: 'warn', service: 'main.cf', fix: ['echo >> /etc/postfix/main.cf']},
);
test(
	'It is one where the last line is a comment too: what is written there next is lost',
	finds,
	newline,
	{main: 'biff = no\n# the end'},
	{service: 'main.cf'},
);
test(
	'master.cf has a last line as well',
	finds,
	newline,
	{master: 'lmtp-x unix - - y - - lmtp'},
	{service: 'master.cf', fix: ['echo >> /etc/postfix/master.cf']},
);
test('A last line with an end is in order', passes, newline, {main: 'biff = no\n'});
test('What postconf prints has no lines to end', passes, newline, {main: 'biff = no', more: {form: 'postconf'}});
test('The end of the file is mended before all else', t => {
	const all = linted({wholeMain: 'smtpd_tls_security_level = encrypt\ninet_protocols = ipv4'});
	t.is(all[0]?.id, newline);
	t.true(all.some(({severity}) => severity === 'error'));
});
test('A second instance has files of its own', t => {
	const [finding] = found(newline, {main: 'biff = no', more: {directory: '/etc/postfix-out', instance: 'out'}});
	t.deepEqual(finding?.fix, ['echo >> /etc/postfix-out/main.cf']);
});
test('A copy somewhere else is not what the commands edit', t => {
	const [finding] = found(newline, {main: 'biff = no', more: {directory: '/home/me/etc-of-mail'}});
	t.deepEqual(finding?.fix, ['echo >> /etc/postfix/main.cf']);
});

const glued = 'glued-line';
const both = (first: string, second: string) => [`postconf -e '${first}' '${second}'`];
for (const [text, fix] of [
	['inet_protocols = ipv4smtp_tls_security_level = may', both('inet_protocols=ipv4', 'smtp_tls_security_level=may')],
	['inet_protocols=allsmtpd_tls_loglevel=1', both('inet_protocols=all', 'smtpd_tls_loglevel=1')],
	['mynetworks = 127.0.0.0/8smtp_tls_loglevel = 1', both('mynetworks=127.0.0.0/8', 'smtp_tls_loglevel=1')],
	['mynetworks = 127.0.0.0/8,\n  [::1]/128relayhost = [mx.example.com]', null],
	['recipient_delimiter = +smtpd_tls_auth_only = yes', both('recipient_delimiter=+', 'smtpd_tls_auth_only=yes')],
	['inet_protocols = ipv4 smtp_tls_security_level = may', both('inet_protocols=ipv4', 'smtp_tls_security_level=may')],
	['alias_maps = hash:/etc/aliasessmtpd_use_tls=yes', both('alias_maps=hash:/etc/aliases', 'smtpd_use_tls=yes')],
	['inet_interfaces = allmessage_size_limit = 20480000', both('inet_interfaces=all', 'message_size_limit=20480000')],
] as const)
	test(`Two lines have become one: ${text.replace(/\s+/g, ' ')}`, t => {
		const [finding, ...others] = found(glued, {main: `${text}\n`});
		t.is(finding?.severity, 'error');
		t.is(others.length, 0);
		t.true(finding?.evidence.includes('='));
		if (fix !== null) t.deepEqual(finding?.fix, fix);
	});
test('Restrictions are separated by hand', t => {
	const [finding] = found(glued, {main: 'inet_protocols = ipv4smtpd_client_restrictions = reject\n'});
	t.deepEqual(finding?.fix, ['separate the two lines in main.cf line 11']);
});
for (const text of [
	'import_environment = MAIL_CONFIG TZ=UTC',
	'known_tcp_ports = lmtp=24, smtp=25, smtps=submissions=465',
	'postscreen_dnsbl_sites = zen.spamhaus.org=127.0.0.[10;11]*8, list.dnswl.org=127.0.[0..255].3*-5',
	'smtp_tls_policy_maps = inline:{ example.com=encrypt, { [mx.example.net]:465=secure match=smtp_tls_security_level=x } }',
	'smtpd_milters = { inet:127.0.0.1:8891, connect_timeout=10s, default_action=accept }',
	'smtpd_reject_footer = see smtpd_tls_loglevel=1',
	'debug_peer_list = $smtpd_tls_loglevel=1',
])
	test(`Not every sign of equality parts two lines: ${text.slice(0, 40)}`, passes, glued, {main: `${text}\n`});
test(
	'A service can be glued to the one before',
	finds,
	glued,
	{master: 'mine unix - - y - - lmtpsmtps inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n'},
	{severity: 'error', service: 'mine/unix', fix: ['separate the two lines in master.cf line 7']},
);
test('What postconf has folded shows it too', t => {
	const more = {form: 'postconf'} as const;
	t.is(found(glued, {main: 'inet_protocols = ipv4smtp_tls_security_level = may\n', more}).length, 1);
});

const indented = 'indented-service';
test(
	'A service whose line begins with a blank is an argument of the one above',
	finds,
	indented,
	{master: ' smtps inet n - - - - smtpd\n-o smtpd_tls_wrappermode=yes\n'},
	{
		severity: 'error',
		service: 'lmtp/unix',
		line: 7,
		fix: ['delete the blanks at the beginning of master.cf line 7'],
		says: /smtps does not exist/,
	},
);
test('So it is behind options', finds, indented, {
	master:
		'submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n\t465 inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n',
});
test('And behind a program with arguments of its own', finds, indented, {
	master:
		'dovecot unix - n n - - pipe\n  flags=DRhu user=vmail argv=/usr/lib/dovecot/deliver -d ${recipient}\n  smtps inet n - y - - smtpd\n',
});
test('Nothing is told to be joined by commas', t => {
	const all = linted({master: ' smtps inet n - - - - smtpd\n'}).flatMap(({fix}) => fix);
	t.false(all.some(line => line.includes(',inet,')));
});
test('Arguments of pipe(8) are no service', passes, indented, {
	master:
		'maildrop unix - n n - - pipe\n  flags=DRXhu user=vmail argv=/usr/bin/maildrop -d ${recipient} unix n - y x\n',
});

const flags = 'client-flags-too-new';
const lmtp = (...words: string[]) => ({master: `mine unix - - y - - ${words.join(' ')}\n`});
test(
	'Before 3.5 a client dies of flags',
	finds,
	flags,
	{...lmtp('lmtp', 'flags=O'), version: '3.4.14'},
	{severity: 'error', service: 'mine/unix', fix: ['delete flags=O from master.cf line 7']},
);
test('So it does behind options', finds, flags, {
	...lmtp('smtp', '-o', 'smtp_tls_security_level=none', 'flags=DORX'),
	version: '3.3.1',
});
for (const words of [
	['lmtp', 'flags=O'],
	['smtp', 'flags=DORX'],
	['smtp', '-o', 'smtp_tls_security_level=none', 'flags=DRX'],
	['smtp', 'flags=DRX', '-o', 'smtp_tls_security_level=none'],
]) {
	test(`From 3.5 on a client takes them: ${words.join(' ')}`, passes, flags, {...lmtp(...words), version: '3.5.0'});
	test(`They are no broken option: ${words.join(' ')}`, passes, 'blank-in-o', lmtp(...words));
}
test('Of a release that is not known nothing is said', passes, flags, {...lmtp('lmtp', 'flags=O'), version: null});
test('Other words are what they were', finds, 'blank-in-o', lmtp('lmtp', 'flag'));
