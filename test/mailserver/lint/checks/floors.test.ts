import test from 'ava';
import {finds, passes} from './expectations.ts';
import {found, linted} from './linted.ts';

const service = (name: string, ...options: string[]) => ({
	master: [`${name} inet n - y - - smtpd`, ...options.map(option => `-o ${option}`)].join('\n  '),
});
const encrypted = 'smtpd_tls_security_level=encrypt';
const wrapped = 'smtpd_tls_wrappermode=yes';

const weak = 'explicit-weak-floor';
for (const list of [
	'!SSLv2,!SSLv3',
	'>=TLSv1',
	'>=TLSv1.1',
	'>=0301',
	'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3',
	'!SSLv2:!SSLv3:!TLSv1',
])
	test(
		`A list that lets old versions in where TLS is demanded: ${list}`,
		finds,
		weak,
		{main: `smtpd_tls_mandatory_protocols = ${list}\n`, ...service('submission', encrypted)},
		{
			severity: 'warn',
			service: 'submission/inet',
			fix: ["postconf -e 'smtpd_tls_mandatory_protocols=>=TLSv1.2'"],
		},
	);
test(
	'An option is raised where it stands',
	finds,
	weak,
	service('465', wrapped, 'smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3'),
	{service: '465/inet', fix: ["postconf -P '465/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'"]},
);
test(
	'Of a port that nothing says anything of, TLS is demanded all the same',
	finds,
	weak,
	service('1025', encrypted, 'smtpd_tls_mandatory_protocols=>=TLSv1'),
	{service: '1025/inet'},
);
test(
	'What a raised level will read is raised too',
	finds,
	weak,
	{main: 'smtpd_tls_mandatory_protocols = >=TLSv1.1\n', ...service('submission')},
	{service: 'submission/inet'},
);
test('A floor of TLS 1.2 is none', passes, weak, service('submission', encrypted));
test('The same list on the port for other servers is right', passes, weak, {
	main: 'smtpd_tls_protocols = !SSLv2,!SSLv3\n',
});
test('Where the other list was meant it is the founding mistake alone', passes, weak, {
	main: 'smtpd_tls_mandatory_protocols = >=TLSv1\n',
	...service('465', wrapped, 'smtpd_tls_protocols=>=TLSv1.2'),
});

const byDefault = 'floor-left-at-default';
test(
	'Where the level is to be raised, the list is set that the new level reads',
	finds,
	byDefault,
	{
		wholeMain: 'smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /c.pem\nsmtpd_tls_protocols = >=TLSv1\n',
		...service('587'),
	},
	{severity: 'warn', service: '587/inet', fix: ["postconf -P '587/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'"]},
);
test('No list of main.cf is set for one service', t => {
	const fixes = linted({
		wholeMain: 'smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /c.pem\n',
		...service('submission'),
	}).flatMap(({fix}) => fix);
	t.false(fixes.some(line => line.includes("-e 'smtpd_tls_protocols")));
});
test('Of an odd port at level may nothing is said', t => {
	const texts = {wholeMain: 'smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /c.pem\n', ...service('1025')};
	t.deepEqual(
		found(byDefault, texts).map(finding => finding.service),
		['smtp/inet'],
	);
});

const old = 'only-old-versions';
for (const list of ['TLSv1', 'TLSv1, TLSv1.1', 'TLSv1.1', '<=TLSv1.1', '!TLSv1.2,!TLSv1.3,!SSLv2,!SSLv3'])
	test(
		`Nothing newer than TLS 1.1 is left: ${list}`,
		finds,
		old,
		{main: `smtpd_tls_mandatory_protocols = ${list}\n`, ...service('submission', encrypted)},
		{severity: 'error', service: 'submission/inet', fix: ["postconf -e 'smtpd_tls_mandatory_protocols=>=TLSv1.2'"]},
	);
test(
	'So it is on the port for other servers',
	finds,
	old,
	{main: 'smtpd_tls_protocols = TLSv1\n'},
	{service: 'smtp/inet'},
);
test('And on the way out', finds, old, {main: 'smtp_tls_protocols = TLSv1\n'}, {service: 'smtp/unix'});
test('TLS 1.2 alone is not old', passes, old, {main: 'smtpd_tls_protocols = TLSv1.2\n'});
test('It is one finding, not two', passes, 'inclusive-list', {main: 'smtpd_tls_protocols = TLSv1\n'});

const high = 'opportunistic-floor-too-high';
test(
	'A floor of TLS 1.3 towards the world is more than a note',
	finds,
	high,
	{main: 'smtp_tls_protocols = >=TLSv1.3\n'},
	{
		severity: 'warn',
		fix: ['to let them in: smtp_tls_protocols = >=TLSv1.2'],
	},
);
test('A floor of TLS 1.2 on the port for other servers is nothing to say', passes, high, {
	main: 'smtpd_tls_protocols = >=TLSv1.2\n',
});
test('No command lowers a floor', t => {
	const main = 'smtp_tls_protocols = >=TLSv1.3\nsmtpd_tls_protocols = >=TLSv1.3\n';
	const fixes = found(high, {main}).flatMap(({fix}) => fix);
	t.true(fixes.length > 0);
	t.false(fixes.some(line => line.startsWith('postconf')));
});
