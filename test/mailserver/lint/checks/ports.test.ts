import test from 'ava';
import {finds, passes} from './expectations.ts';
import {found, ids, linted} from './linted.ts';

const service = (name: string, ...options: string[]) =>
	[`${name} inet n - y - - smtpd`, ...options.map(option => `-o ${option}`)].join('\n  ');
const encrypted = 'smtpd_tls_security_level=encrypt';
const auth = 'smtpd_sasl_auth_enable = yes\n';
const commands = (fixes: readonly string[]) => fixes.filter(line => line.startsWith('postconf'));

const onPort25 = 'auth-on-port-25';
for (const name of ['588', '2525', '10025', 'webmail', '[2001:db8::1]:1587'])
	test(`AUTH on port ${name} is not on port 25`, passes, onPort25, {
		main: auth,
		wholeMaster: `${service('smtp', 'smtpd_sasl_auth_enable=no')}\n${service(name)}\n`,
	});
for (const name of ['smtp', '25', 'mail', '192.0.2.1:25', '[2001:db8::1]:smtp'])
	test(`AUTH on ${name} is`, finds, onPort25, {main: auth, wholeMaster: `${service(name)}\n`});
test('Whatever the log calls it', finds, onPort25, {
	main: auth,
	wholeMaster: `${service('smtp', 'syslog_name=postfix/submission')}\n`,
});
test('AUTH is never switched off where it is the only one', t => {
	const [finding] = found(onPort25, {main: auth});
	t.deepEqual(commands(finding?.fix ?? []), []);
	t.regex(finding?.fix.join(' ') ?? '', /nobody could log in without it/);
});
for (const [why, other] of [
	['not by a service on the host itself', service('127.0.0.1:587', encrypted)],
	['not by one that is dead', service('submission', 'smtpd_tls_security_level=dane')],
	['not by one that offers none', service('submission', 'smtpd_tls_security_level=none')],
	['not by another port 25', service('192.0.2.9:25')],
] as const)
	test(`It is the only one: ${why}`, t => {
		const [finding] = found(onPort25, {main: auth, master: other});
		t.deepEqual(commands(finding?.fix ?? []), []);
	});
test('With another it is switched off for port 25 alone', t => {
	const [finding] = found(onPort25, {main: auth, master: service('588')});
	t.deepEqual(finding?.fix, ["postconf -P 'smtp/inet/smtpd_sasl_auth_enable=no'"]);
});
test(
	'Behind postscreen the service of its clients is the one',
	finds,
	onPort25,
	{
		main: auth,
		wholeMaster: `smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\ntlsproxy unix - - y - 0 tlsproxy\n${service('submission', encrypted)}\n`,
	},
	{service: 'smtpd/pass', fix: ["postconf -P 'smtpd/pass/smtpd_sasl_auth_enable=no'"]},
);

const pass = 'smtpd pass - - n - - smtpd\n';
test('Nothing is said of a service that nobody hands clients to', t => {
	const texts = {wholeMain: auth, wholeMaster: `smtp inet n - n - - smtpd\n${pass}`};
	t.deepEqual(
		linted(texts).filter(finding => finding.service === 'smtpd/pass'),
		[],
	);
});
test('Nor where postscreen has another one', t => {
	const master = 'smtp inet n - n - 1 postscreen\n  -o smtpd_service_name=other\nother pass - - n - - smtpd\n';
	const services = found('port-25-without-tls', {wholeMain: '', wholeMaster: `${master}${pass}`});
	t.deepEqual(
		services.map(finding => finding.service),
		['smtp/inet', 'other/pass'],
	);
});

test('A name for users does not make port 25 a port for users', t => {
	const texts = {
		wholeMaster:
			'smtp inet n - y - - smtpd\n  -o syslog_name=postfix/submission\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n',
	};
	t.false(ids(texts).includes('submission-not-enforced'));
	t.false(linted(texts).some(({fix}) => fix.some(line => line.includes('security_level=encrypt'))));
});
test('It makes another port one', finds, 'submission-not-enforced', {
	master: service('2587', 'syslog_name=postfix/submission'),
});

const clear = 'auth-in-clear';
const noAuthOnly = `${auth}smtpd_tls_auth_only = no\n`;
test('AUTH after TLS alone takes no login away where there is no TLS', t => {
	const [finding] = found(clear, {wholeMain: noAuthOnly});
	t.deepEqual(commands(finding?.fix ?? []), []);
});
test('Nor where TLS is broken', t => {
	const [finding] = found(clear, {wholeMain: `${noAuthOnly}smtpd_tls_security_level = may\n`});
	t.deepEqual(commands(finding?.fix ?? []), []);
});
test('With a certificate TLS is switched on first', t => {
	const [finding] = found(clear, {wholeMain: `${noAuthOnly}smtpd_tls_cert_file = /c.pem\n`});
	t.deepEqual(finding?.fix, [
		"postconf -P 'smtp/inet/smtpd_tls_security_level=may'",
		"postconf -e 'smtpd_tls_auth_only=yes'",
	]);
});
test('A webmail on the host keeps its logins in clear', t => {
	const [finding] = found(clear, {
		main: noAuthOnly,
		master: service('127.0.0.1:2525', 'smtpd_tls_security_level=none'),
	});
	t.deepEqual(finding?.fix, ["postconf -P 'smtp/inet/smtpd_tls_auth_only=yes'"]);
});
test('A lower level does not bring AUTH in clear', t => {
	const main = `${noAuthOnly}smtpd_tls_security_level = encrypt\n`;
	t.deepEqual(found('public-mx-mandatory', {main})[0]?.fix, [
		"postconf -P 'smtp/inet/smtpd_tls_auth_only=yes'",
		"postconf -e 'smtpd_tls_security_level=may'",
	]);
});
test('Nor does the end of a wrapper mode', t => {
	const main = `${noAuthOnly}smtpd_tls_wrappermode = yes\n`;
	t.deepEqual(found('wrappermode-global', {main, master: service('1465')})[0]?.fix, [
		"postconf -P '1465/inet/smtpd_tls_wrappermode=yes'",
		"postconf -P 'smtp/inet/smtpd_tls_auth_only=yes'",
		'postconf -X smtpd_tls_wrappermode',
	]);
});
test('A port for users that has no certificate gets one first', t => {
	const [finding] = found('submission-not-enforced', {wholeMain: '', master: service('submission')});
	t.deepEqual(commands(finding?.fix ?? []), []);
});

test('The level of a service with a wrapper mode on the wrong port stays', t => {
	for (const port of ['587', 'submission', '25', '192.0.2.1:587']) {
		const wholeMaster = `${service(port, encrypted, 'smtpd_tls_wrappermode=yes')}\n`;
		t.deepEqual(found('level-beside-wrappermode', {wholeMaster}), []);
		t.is(found('wrapper-on-wrong-port', {wholeMaster}).length, 1);
	}
});
test('A client certificate that others require stays required', t => {
	const texts = {main: 'smtpd_tls_req_ccert = yes\n', master: service('1025', encrypted)};
	t.deepEqual(
		found('client-certificate-mix', texts).map(({service: name, fix}) => [name, fix]),
		[['smtp/inet', ["postconf -P 'smtp/inet/smtpd_tls_req_ccert=no'"]]],
	);
});
test('A certificate that lets clients in is asked for', passes, 'client-certificate-mix', {
	main: 'smtpd_relay_restrictions = permit_tls_clientcerts, reject\n',
	master: service('submission', encrypted, 'smtpd_tls_ask_ccert=yes'),
});
