// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references in the language of main.cf.
import test from 'ava';
import type {PostfixConfiguration} from '../../../src/mailserver/read/configuration.ts';
import {readMainCf} from '../../../src/mailserver/read/main-cf.ts';
import {readMasterCf} from '../../../src/mailserver/read/master-cf.ts';
import {type DefaultOf, governing} from '../../../src/mailserver/read/parameters.ts';

const configuration = (main: string, master = ''): PostfixConfiguration => ({
	form: 'files',
	directory: '/etc/postfix',
	version: {major: 3, minor: 7, patch: 11},
	...readMainCf(main, 'main.cf'),
	services: readMasterCf(master, 'master.cf').services,
	defaults: null,
	tables: new Map(),
	unread: [],
	warnings: [],
});
const defaults: Readonly<Record<string, string>> = {
	smtpd_tls_protocols: '>=TLSv1',
	tlsproxy_tls_protocols: '$smtpd_tls_protocols',
};
const defaultOf: DefaultOf = name => defaults[name] ?? null;
const master = 'smtps inet n - n - - smtpd\n  -o mine=!SSLv3\n  -o mine=>=TLSv1.2\n  -o smtpd_tls_protocols=$mine\n';

test('the option of the service rules before main.cf, and main.cf before the default', t => {
	const read = configuration('smtpd_tls_protocols = $mine\nmine = !SSLv2\n', master);
	const [smtps = null] = read.services ?? [];
	const own = governing(read, smtps, 'smtpd_tls_protocols', defaultOf);
	t.is(own.value, '>=TLSv1.2');
	t.deepEqual(own.setting?.place, {file: 'master.cf', line: 4});
	const general = governing(read, null, 'smtpd_tls_protocols', defaultOf);
	t.is(general.value, '!SSLv2');
	t.deepEqual(general.setting?.place, {file: 'main.cf', line: 1});
	const standard = governing(configuration(''), null, 'smtpd_tls_protocols', defaultOf);
	t.deepEqual([standard.value, standard.setting], ['>=TLSv1', null]);
});

test('the last of several lines counts', t => {
	const read = configuration('a_b = 1\na_b = 2\n');
	t.is(governing(read, null, 'a_b', defaultOf).value, '2');
	t.is(governing(read, null, 'a_b', defaultOf).setting?.place.line, 2);
});

test('main.cf sees the options of the service that reads it', t => {
	const read = configuration('smtpd_tls_ciphers = $grade\ngrade = medium\n', 'x inet n - n - - smtpd -o grade=high\n');
	t.is(governing(read, read.services?.[0] ?? null, 'smtpd_tls_ciphers', defaultOf).value, 'high');
	t.is(governing(read, null, 'smtpd_tls_ciphers', defaultOf).value, 'medium');
});

test('a default that follows another parameter follows its value', t => {
	const read = configuration('smtpd_tls_protocols = >=TLSv1.3\n');
	t.is(governing(read, null, 'tlsproxy_tls_protocols', defaultOf).value, '>=TLSv1.3');
	t.is(governing(configuration(''), null, 'tlsproxy_tls_protocols', defaultOf).value, '>=TLSv1');
});

test('defaults of the very program rule before the table', t => {
	const read = {...configuration(''), defaults: new Map([['smtpd_tls_protocols', '!SSLv2, !SSLv3']])};
	t.is(governing(read, null, 'smtpd_tls_protocols', defaultOf).value, '!SSLv2, !SSLv3');
});

test('a reference to nothing is reported; one to what the host decides stays as it is written', t => {
	const read = configuration('smtpd_tls_security_level = $tpyo\nsmtpd_tls_cert_file = /etc/ssl/$myhostname.pem\n');
	const level = governing(read, null, 'smtpd_tls_security_level', defaultOf);
	t.deepEqual([level.value, level.undefinedNames], ['', ['tpyo']]);
	const certificate = governing(read, null, 'smtpd_tls_cert_file', defaultOf);
	t.deepEqual([certificate.value, certificate.undefinedNames], ['/etc/ssl/$myhostname.pem', []]);
});

test('a service knows its own name and program', t => {
	const read = configuration('syslog_name = postfix/$service_name-$process_name\n', master);
	t.is(governing(read, read.services?.[0] ?? null, 'syslog_name', defaultOf).value, 'postfix/smtps-smtpd');
	t.is(
		governing(configuration('a_b = $mail_version $config_directory'), null, 'a_b', defaultOf).value,
		'3.7.11 /etc/postfix',
	);
});
