import test from 'ava';
import {notCheckable} from '../../../../src/mailserver/lint/lint.ts';
import {finds, passes} from './expectations.ts';
import {found, subjectOf, type Texts} from './linted.ts';

const sql = 'mysql:/etc/postfix/policy.cf';
const hash = 'hash:/etc/postfix/tls_policy';
const sts = 'socketmap:unix:/run/mta-sts.socket:postfix';
const maps = (...names: string[]) => `smtp_tls_policy_maps = ${names.join(', ')}\n`;
const dane = 'smtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\n';
const unsure = (id: string, texts: Texts) => notCheckable(subjectOf(texts)).find(each => each.id === id)?.why;

const over = 'sts-over-dane';
for (const first of [
	'socketmap:unix:/run/dane.socket:dane',
	sql,
	'hash:/etc/postfix/not-there',
	'socketmap:inet:127.0.0.1:8642:QUERY',
]) {
	const texts = {main: `${dane}${maps(first, sts)}`};
	test(`What is behind a table that nobody read is not checkable: ${first}`, passes, over, texts);
	test(`It is said so: ${first}`, t => {
		t.is(unsure(over, texts), `not read: ${first}`);
	});
}
test('The plugin alone answers before DANE', finds, over, {main: `${dane}${maps(sts)}`}, {severity: 'warn'});
test('A table behind the plugin does not help', finds, over, {main: `${dane}${maps(sts, sql)}`});
test('A table that was read and has no such rows does not either', finds, over, {
	main: `${dane}${maps(hash, sts)}`,
	tables: {[hash]: 'example.com encrypt\n'},
});

const local = 'global-mandatory-hits-local';
const toFilter = 'smtp_tls_security_level = encrypt\ncontent_filter = smtp:[127.0.0.1]:10024\n';
test('A level for the host itself may be in a table', passes, local, {main: `${toFilter}${maps(sql)}`});
test('So nothing is said of it', t => {
	t.is(unsure(local, {main: `${toFilter}${maps(sql)}`}), `not read: ${sql}`);
});
test('Without one it is in no table', finds, local, {main: toFilter});

const row = {
	main: `relayhost = [mx.example.com]:587\n${maps(sql, hash)}`,
	tables: {[hash]: '[mx.example.com]:587 verify\n'},
};
test('Whether a row behind such a table is reached is not known', passes, 'verify-without-ca', row);
test('In front of it, it is', finds, 'verify-without-ca', {
	...row,
	main: row.main.replace(`${sql}, ${hash}`, `${hash}, ${sql}`),
});

const wrapper = 'relayhost-465-without-wrapper';
const relay = (host: string, ...lines: string[]) => ({main: [`relayhost = ${host}`, ...lines, ''].join('\n')});
const dnssec = 'smtp_dns_support_level = dnssec';
for (const port of ['465', 'smtps', 'submissions', 'urd'])
	test(
		`At level dane port ${port} needs a level too: without records dane is may`,
		finds,
		wrapper,
		relay(`[relay.example.net]:${port}`, 'smtp_tls_security_level = dane', dnssec),
		{severity: 'error', fix: ["postconf -e 'smtp_tls_wrappermode=yes' 'smtp_tls_security_level=encrypt'"]},
	);
test('The mode alone is not enough', finds, wrapper, {
	main: 'relayhost = [relay.example.net]:465\nsmtp_tls_wrappermode = yes\nsmtp_tls_security_level = dane\nsmtp_dns_support_level = dnssec\n',
});
test('The level may be in a table that nobody read', passes, wrapper, {
	main: `relayhost = [relay.example.net]:465\nsmtp_tls_wrappermode = yes\n${maps(sql)}`,
});
test('The mode is in none', finds, wrapper, {main: `relayhost = [relay.example.net]:465\n${maps(sql)}`});
for (const level of ['encrypt', 'dane-only', 'secure', 'verify', 'fingerprint'])
	test(`With the mode, ${level} is right`, passes, wrapper, {
		main: `relayhost = [relay.example.net]:465\nsmtp_tls_wrappermode = yes\nsmtp_tls_security_level = ${level}\nsmtp_dns_support_level = dnssec\n`,
	});

const plain = 'relayhost-587-with-wrapper';
for (const host of [
	'[relay.example.net]:587',
	'[relay.example.net]:submission',
	'[relay.example.net]',
	'relay.example.net:25',
	'[relay.example.net]:smtp',
])
	test(
		`A client in wrapper mode gets nowhere at ${host}`,
		finds,
		plain,
		relay(host, 'smtp_tls_wrappermode = yes', 'smtp_tls_security_level = encrypt'),
		{severity: 'error', service: 'smtp/unix', fix: ["postconf -e 'smtp_tls_wrappermode=no'"]},
	);
test(
	'What had no level gets one, since TLS was wanted',
	finds,
	plain,
	relay('[relay.example.net]:587', 'smtp_tls_wrappermode = yes', 'smtp_tls_security_level = may'),
	{fix: ["postconf -e 'smtp_tls_security_level=encrypt'", "postconf -e 'smtp_tls_wrappermode=no'"]},
);
test(
	'A transport of its own is corrected where it stands',
	finds,
	plain,
	{
		main: 'default_transport = out:[relay.example.net]:587\n',
		master: 'out unix - - y - - smtp\n  -o smtp_tls_wrappermode=yes\n  -o smtp_tls_security_level=encrypt\n',
	},
	{service: 'out/unix', fix: ["postconf -P 'out/unix/smtp_tls_wrappermode=no'"]},
);
test('A level in a table is changed there', t => {
	const [finding] = found(plain, {
		main: `relayhost = [relay.example.net]:587\nsmtp_tls_wrappermode = yes\n${maps(hash)}`,
		tables: {[hash]: '[relay.example.net]:587 may\n'},
	});
	t.is(finding?.fix[0], 'in the table that smtp_tls_policy_maps names: [relay.example.net]:587 encrypt');
});
test('Two ways of one transport need two transports', t => {
	const [finding] = found(plain, {
		main: 'relayhost = [relay.example.net]:465\nsmtp_tls_wrappermode = yes\nsmtp_tls_security_level = encrypt\ntransport_maps = hash:/etc/postfix/transport\n',
		tables: {'hash:/etc/postfix/transport': 'example.com smtp:[mx.example.com]:25\n'},
	});
	t.false(finding?.fix.some(line => line.startsWith('postconf')));
});
test(
	'Of an odd port nothing is known',
	passes,
	plain,
	relay('[relay.example.net]:2465', 'smtp_tls_wrappermode = yes', 'smtp_tls_security_level = encrypt'),
);
test(
	'Port 465 is for wrapper mode',
	passes,
	plain,
	relay('[relay.example.net]:smtps', 'smtp_tls_wrappermode = yes', 'smtp_tls_security_level = encrypt'),
);

test('An old switch is not set to a level', t => {
	const texts = {
		main: 'smtp_tls_security_level =\nsmtp_enforce_tls = yes\ncontent_filter = scan:[127.0.0.1]:10024\n',
		master: 'scan unix - - n - 2 smtp\n',
	};
	const fixes = found(local, texts).flatMap(({fix}) => fix);
	t.deepEqual(fixes, ["postconf -P 'scan/unix/smtp_tls_security_level=none'"]);
});

const commandsOf = (texts: Texts) =>
	found(wrapper, texts).flatMap(({fix}) => fix.filter(line => line.startsWith('postconf')));
const transports = 'transport_maps = hash:/etc/postfix/transport\n';
const mapped = (row: string) => ({'hash:/etc/postfix/transport': `${row}\n`});

test('Wrapper mode for one row of a table is not set for all mail', t => {
	t.deepEqual(commandsOf({main: transports, tables: mapped('example.com smtp:[relay.example.net]:465')}), []);
});
test('Nor for a relay host beside a way that has none', t => {
	const main = `relayhost = [relay.example.net]:465\n${transports}`;
	t.deepEqual(commandsOf({main, tables: mapped('example.com smtp:[mx.example.com]')}), []);
	t.deepEqual(commandsOf({main: 'relayhost = [relay.example.net]:465\ncontent_filter = smtp:[127.0.0.1]:10024\n'}), []);
	t.deepEqual(commandsOf({main: 'smtp_fallback_relay = [relay.example.net]:465\n'}), []);
});
test('A content filter by its own transport keeps its way', t => {
	const main = 'relayhost = [relay.example.net]:465\ncontent_filter = scan:[127.0.0.1]:10024\n';
	t.deepEqual(commandsOf({main, master: 'scan unix - - n - 2 smtp\n'}), [
		"postconf -P 'smtp/unix/smtp_tls_wrappermode=yes'",
		"postconf -P 'relay/unix/smtp_tls_wrappermode=yes'",
		"postconf -P 'smtp/unix/smtp_tls_security_level=encrypt'",
		"postconf -P 'relay/unix/smtp_tls_security_level=encrypt'",
	]);
});
test('A transport that is for that host alone gets it', t => {
	const master = 'out unix - - n - 2 smtp\n';
	t.deepEqual(commandsOf({main: transports, master, tables: mapped('example.com out:[relay.example.net]:465')}), [
		"postconf -P 'out/unix/smtp_tls_wrappermode=yes'",
		"postconf -P 'out/unix/smtp_tls_security_level=encrypt'",
	]);
});
test('A password is not sent in clear, and a filter keeps its way', t => {
	const main =
		'relayhost = [relay.example.net]:587\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_security_options = noanonymous\ncontent_filter = scan:[127.0.0.1]:10024\n';
	const [finding] = found('relay-password-in-clear', {main, master: 'scan unix - - n - 2 smtp\n'});
	t.deepEqual(finding?.fix, [
		"postconf -P 'smtp/unix/smtp_tls_security_level=encrypt'",
		// relay goes to relayhost with the password, too.
		"postconf -P 'relay/unix/smtp_tls_security_level=encrypt'",
	]);
});
test(
	'Errors of MX lookups that are ignored leave no DANE',
	finds,
	'dane-without-dnssec',
	{
		main: `${dane}ignore_mx_lookup_error = yes\n`,
	},
	{fix: ["postconf -e 'ignore_mx_lookup_error=no'"]},
);

const inRows = (id: string, policy: string, fix: readonly string[], version = '3.7.11') =>
	test(
		`A list in a row is a list: ${policy}`,
		finds,
		id,
		{wholeMain: `smtp_tls_security_level = may\n${maps(hash)}`, tables: {[hash]: `x.example ${policy}\n`}, version},
		{fix: fix.map(each => `in the table that smtp_tls_policy_maps names: x.example ${each}`)},
	);
inRows('only-old-versions', 'encrypt protocols=TLSv1', ['encrypt protocols=>=TLSv1.2']);
inRows('only-old-versions', 'secure match=nexthop protocols=TLSv1:TLSv1.1 ciphers=high', [
	'secure match=nexthop protocols=>=TLSv1.2 ciphers=high',
]);
inRows('invalid-protocol-list', 'encrypt protocols=TLSv1_2', ['encrypt protocols=>=TLSv1.2']);
inRows('empty-protocol-set', 'encrypt protocols=TLSv1.2:!TLSv1.2', ['encrypt protocols=>=TLSv1.2']);
inRows('inclusive-list', 'encrypt protocols=TLSv1.2', ['encrypt protocols=>=TLSv1.2']);
inRows('ssl-open', 'may protocols=!SSLv2', ['may protocols=>=TLSv1']);
inRows(
	'list-newer-than-program',
	'encrypt protocols=>=TLSv1.3',
	['encrypt protocols=!SSLv2:!SSLv3:!TLSv1:!TLSv1.1:!TLSv1.2'],
	'3.5.6',
);
inRows('only-old-versions', 'encrypt {protocols = TLSv1 TLSv1.1}', ['encrypt protocols=>=TLSv1.2'], '3.10.1');
test('The table may stand in main.cf', finds, 'only-old-versions', {
	main: maps('inline:{{x.example=encrypt protocols=TLSv1}}'),
});
for (const policy of ['none', 'may', 'encrypt protocols=!SSLv2:!SSLv3:!TLSv1:!TLSv1.1'])
	test(`A row without an old list: ${policy}`, passes, 'only-old-versions', {
		main: maps(hash),
		tables: {[hash]: `x.example ${policy}\n`},
	});
test('A row behind a table that nobody read is not sure', passes, 'only-old-versions', {
	main: maps(sql, hash),
	tables: {[hash]: 'x.example encrypt protocols=TLSv1\n'},
});
test(
	'In a row colons stand between the words of a list',
	finds,
	'policy-attribute-syntax',
	{
		wholeMain: `smtp_tls_security_level = may\n${maps(hash)}`,
		tables: {[hash]: 'x.example encrypt high\n'},
		version: '3.5.6',
	},
	{fix: ['x.example encrypt protocols=!SSLv2:!SSLv3:!TLSv1:!TLSv1.1']},
);
