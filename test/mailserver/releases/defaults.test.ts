import test from 'ava';
import {defaultOf, parameterSince, tlsParameters} from '../../../src/mailserver/releases/defaults.ts';
import {parseVersion} from '../../../src/mailserver/releases/postfix-version.ts';

const at = (name: string, version: string) => defaultOf(name, parseVersion(version));

test('the lists of a server lost SSLv3 at patch levels of every branch kept up', t => {
	const optional = (version: string) => at('smtpd_tls_protocols', version);
	for (const version of ['2.6.0', '2.9.13', '2.10.7', '2.11.5', '3.0.1']) t.is(optional(version), '', version);
	for (const version of ['2.9.14', '2.10.8', '2.11.6', '3.0.2', '3.5.25'])
		t.is(optional(version), '!SSLv2, !SSLv3', version);
	t.is(optional('3.6.0'), '>=TLSv1');
	t.is(optional('2.5.0'), null);
});

test('mandatory lists named versions before they excluded them', t => {
	const mandatory = (version: string) => at('smtp_tls_mandatory_protocols', version);
	for (const version of ['2.3.0', '2.6.14', '2.7.8', '2.8.9', '2.9.1'])
		t.is(mandatory(version), 'SSLv3, TLSv1', version);
	for (const version of ['2.6.15', '2.7.9', '2.8.10', '2.9.2', '2.10.0', '2.11.0', '3.0.0'])
		t.is(mandatory(version), '!SSLv2', version);
	t.is(mandatory('2.10.8'), '!SSLv2, !SSLv3');
});

test('a client has TLS by default from 3.11 on, by compatibility level', t => {
	t.is(at('smtp_tls_security_level', '3.10.4'), '');
	t.regex(at('smtp_tls_security_level', '3.11.0') ?? '', /compatibility_level.*3\.11.*may/);
	t.is(at('lmtp_tls_security_level', '3.11.0'), '');
});

test('the policy for unsigned MX hosts had a faulty default between patch levels', t => {
	const policy = (version: string) => at('smtp_tls_dane_insecure_mx_policy', version);
	for (const version of ['3.1.0', '3.2.20', '3.5.8', '3.6.17', '3.7.13', '3.9.2', '3.11.0'])
		t.is(policy(version), 'dane');
	for (const version of ['3.2.21', '3.5.9', '3.6.0', '3.7.12', '3.8.7', '3.9.1'])
		t.not(policy(version), 'dane', version);
	t.is(policy('3.0.9'), null);
});

test('what tlsproxy does follows smtpd, and names of a later or of no version have no default', t => {
	t.is(at('tlsproxy_tls_mandatory_protocols', '3.7.11'), '$smtpd_tls_mandatory_protocols');
	t.is(at('tlsproxy_client_level', '3.6.0'), '$smtp_tls_security_level');
	t.is(at('tlsproxy_client_level', '3.7.0'), null);
	t.is(at('smtpd_tls_chain_files', '3.3.0'), null);
	t.is(at('smtpd_tls_protcols', '3.7.11'), null);
	t.is(at('toString', '3.7.11'), null);
});

test('the names of a version are known, and since when there is one', t => {
	t.true(tlsParameters(parseVersion('3.4.0')).includes('smtpd_tls_chain_files'));
	t.false(tlsParameters(parseVersion('3.3.0')).includes('smtpd_tls_chain_files'));
	t.is(parameterSince('smtpd_tls_chain_files'), '3.4');
	t.is(parameterSince('nothing'), null);
});
