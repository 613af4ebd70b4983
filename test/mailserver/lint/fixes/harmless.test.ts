import test from 'ava';
import {changesOf} from '../../../../src/mailserver/lint/fixes/change.ts';
import {harmless} from '../../../../src/mailserver/lint/fixes/harmless.ts';
import {subjectOf, type Texts} from '../checks/linted.ts';

/** What commands for a service come to: those beside them, and the harm that is left. */
function outcome(texts: Texts, about: string, ...commands: readonly string[]) {
	const subject = subjectOf(texts);
	const changes = commands.flatMap(command => changesOf(command) ?? []);
	const {beside, harms} = harmless({subject, origin: subject, about, changes}, () => []);
	return {beside: beside.map(({line}) => line), harms: harms.map(({words}) => words)};
}

const relay = 'relayhost = [relay.example.net]:587\nsmtp_tls_security_level = may\n';
const amavis = 'smtp-amavis unix - - n - 2 smtp\n';
const submission = 'submission inet n - y - - smtpd\n';

test('What main.cf says for one is kept from those whom it would harm', t => {
	const main = `${relay}content_filter = smtp-amavis:[127.0.0.1]:10024\n`;
	t.deepEqual(outcome({main, master: amavis}, 'smtp/unix', "postconf -e 'smtp_tls_security_level=encrypt'"), {
		beside: ["postconf -P 'smtp-amavis/unix/smtp_tls_security_level=may'"],
		harms: [],
	});
});

test('A level that reads another list brings along the list that was read', t => {
	const main = 'smtpd_tls_protocols = >=TLSv1.2\nsmtpd_tls_mandatory_protocols = >=TLSv1\n';
	const command = "postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'";
	t.deepEqual(outcome({main, master: submission}, 'submission/inet', command), {
		beside: ["postconf -P 'submission/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'"],
		harms: [],
	});
});

test('A level that would ask everybody for a certificate does not', t => {
	const main = 'smtpd_tls_req_ccert = yes\n';
	const command = "postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'";
	t.deepEqual(outcome({main, master: submission}, 'submission/inet', command), {
		beside: ["postconf -P 'submission/inet/smtpd_tls_req_ccert=no'"],
		harms: [],
	});
});

test('A change that everybody would have to be kept from is none', t => {
	const {beside, harms} = outcome({}, 'main.cf', "postconf -e 'smtpd_tls_security_level=encrypt'");
	t.deepEqual(beside, []);
	t.deepEqual(harms, ['makes smtp/inet refuse every sender without TLS']);
});

const auth = `${submission}  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_tls_security_level=encrypt\n`;

const harmful: ReadonlyArray<readonly [command: string, words: RegExp, texts: Texts]> = [
	["postconf -e 'smtpd_tls_security_level=none'", /lowers smtp\/inet from level may to none/, {}],
	[
		"postconf -e 'smtpd_tls_protocols=>=TLSv1'",
		/lets TLSv1 and TLSv1\.1 into smtp\/inet/,
		{main: 'smtpd_tls_protocols = >=TLSv1.2\n'},
	],
	["postconf -e 'smtpd_tls_protocols=>=TLSv1.3,!TLSv1.3'", /leaves smtp\/inet no version/, {}],
	["postconf -e 'smtpd_tls_protocols=TLS1.2'", /leaves smtp\/inet without TLS that works/, {}],
	[
		'postconf -X smtpd_tls_exclude_ciphers',
		/no longer excludes RC4 at smtp\/inet/,
		{main: 'smtpd_tls_exclude_ciphers = RC4\n'},
	],
	["postconf -e 'smtpd_tls_ciphers=medium'", /takes grade medium for high/, {main: 'smtpd_tls_ciphers = high\n'}],
	["postconf -e 'smtpd_tls_security_level=dane'", /closes smtp\/inet/, {}],
	["postconf -P 'smtp/inet/smtpd_tls_wrappermode=yes'", /makes smtp\/inet speak TLS at once/, {}],
	["postconf -P 'submission/inet/smtpd_sasl_auth_enable=no'", /takes the login from submission\/inet/, {master: auth}],
	[
		"postconf -P 'smtp/inet/smtpd_sasl_auth_enable=no'",
		/takes the login from smtp\/inet/,
		{main: 'smtpd_sasl_auth_enable = yes\n', master: auth},
	],
	[
		'postconf -X smtpd_tls_dh1024_param_file',
		/takes away the line that smtpd_tls_dh1024_param_file has swallowed/,
		{main: 'smtpd_tls_dh1024_param_file = auto\n smtpd_relay_restrictions = reject_unauth_destination\n'},
	],
	[
		"postconf -e 'smtpd_tls_mandatory_protocols=>=TLSv1.2'",
		/takes away the line that smtpd_tls_mandatory_protocols has swallowed/,
		{main: 'smtpd_tls_mandatory_protocols = !SSLv2\n smtpd_sasl_auth_enable = yes\n'},
	],
	["postconf -P 'submission/inet/smtpd_tls_security_level=may'", /lowers submission\/inet/, {master: auth}],
	["postconf -e 'smtp_tls_security_level=secure'", /unless the other side's certificate passes/, {main: relay}],
	["postconf -e 'smtp_tls_security_level=encrypt'", /for every server without TLS/, {}],
	[
		"postconf -e 'smtp_tls_wrappermode=yes' 'smtp_tls_security_level=encrypt'",
		/speak TLS at once where nobody expects it/,
		{main: relay},
	],
	["postconf -e 'smtpd_client_restrictions=reject'", /changes smtpd_client_restrictions/, {}],
	["postconf -e 'mynetworks=0.0.0.0/0'", /changes mynetworks/, {}],
	["postconf -e 'relayhost='", /changes relayhost/, {main: relay}],
];

for (const [command, words, texts] of harmful)
	test(`It does harm: ${command}`, t => {
		const about = command.includes('submission') ? 'submission/inet' : 'smtp/inet, smtp/unix';
		t.regex(outcome(texts, about, command).harms.join(', '), words);
	});

const harmlessOnes: ReadonlyArray<readonly [command: string, texts: Texts]> = [
	["postconf -e 'smtp_tls_loglevel=2'", {}],
	["postconf -e 'smtpd_tls_mandatory_protocols=>=TLSv1.3'", {master: auth}],
	["postconf -e 'smtpd_tls_protocols=>=TLSv1.2'", {main: 'smtpd_tls_protocols = TLSv1\n'}],
	["postconf -e 'smtp_tls_security_level=encrypt'", {main: relay}],
	[
		"postconf -e 'smtp_tls_wrappermode=yes' 'smtp_tls_security_level=encrypt'",
		{main: 'relayhost = [relay.example.net]:465\n'},
	],
	["postconf -e 'smtpd_tls_security_level=may'", {main: 'smtpd_tls_security_level = dane\n'}],
];

for (const [command, texts] of harmlessOnes)
	test(`It does none: ${command}${texts.main ? `, with ${texts.main.trim()}` : ''}`, t => {
		t.deepEqual(outcome(texts, 'smtp/inet, smtp/unix', command), {beside: [], harms: []});
	});
