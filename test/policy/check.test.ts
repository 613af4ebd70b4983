import test from 'ava';
import type {Handshake} from '../../src/model/session-parts.ts';
import {applyCheck} from '../../src/policy/check.ts';
import {judge} from '../../src/policy/judge.ts';
import type {Check, Policy} from '../../src/policy/policy.ts';
import {handshake} from '../tls/handshake.ts';

const result = (check: Check, fields: Partial<Handshake> = {}) => {
	const outcome = applyCheck(check, handshake(fields));
	return typeof outcome === 'string' ? outcome : `${outcome.observed} / ${outcome.required}`;
};
const nothing: Policy = {
	...{name: '', title: '', source: '', checked: null, rules: [], later: []},
	...{destinations: [], exceptions: [], unknowable: [], unverified: []},
};
const tls13 = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'} as const;

test('a way in is judged by port, by name, and left open when nothing of it is logged', t => {
	const check: Check = {
		kind: 'service',
		allowed: [
			{port: 465, tls: 'implicit'},
			{service: 'special', tls: 'starttls'},
		],
	};
	t.is(result(check, {port: 465}), 'pass');
	t.is(result(check, {port: 465, tlsMode: 'starttls'}), '465 STARTTLS / 465 implicit TLS or special STARTTLS');
	t.is(result(check, {port: 10587, service: 'special', tlsMode: 'starttls'}), 'pass');
	t.is(result(check, {port: null, service: 'smtps'}), 'pass');
	t.is(result(check, {port: null, service: 'submission', tlsMode: 'starttls'}).split(' / ')[0], 'submission STARTTLS');
	t.is(result(check, {port: null, service: null}), 'unknown');
	t.is(result(check, {port: 465, tlsMode: null}), 'unknown');
	t.is(result(check, {port: 25, tlsMode: null}).split(' / ')[0], '25 TLS of a kind not logged');
	t.is(result(check, {port: null, service: 'other', tlsMode: null}), 'unknown');
	t.is(result(check, {outcome: 'plaintext'}), 'not-applicable');
});

test('key exchange: the suite names it up to TLS 1.2, the group after', t => {
	const check: Check = {kind: 'key-exchange', allowed: ['ECDHE']};
	t.is(result(check), 'pass');
	t.is(result(check, {cipher: 'AES128-SHA'}), 'AES128-SHA (key exchange RSA) / key exchange ECDHE');
	t.is(result(check, {...tls13, keyExchange: 'X25519'}), 'pass');
	t.is(
		result(check, {...tls13, keyExchange: 'ffdhe3072'}).split(' / ')[0],
		'TLS_AES_256_GCM_SHA384 (key exchange DHE)',
	);
	t.is(result(check, tls13), 'unknown');
	t.is(result({kind: 'key-exchange', allowed: ['ECDHE', 'DHE']}, tls13), 'pass');
	t.is(result(check, {cipher: '(NONE)'}), 'unknown');
});

test('server key: the suite names it up to TLS 1.2, the signature after, unless the session was resumed', t => {
	const check: Check = {kind: 'server-key', allowed: ['ECDSA', 'EdDSA']};
	t.is(result(check, {cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384'}), 'pass');
	t.is(result(check), 'RSA key / ECDSA or EdDSA key');
	t.is(result(check, {cipher: 'AECDH-AES256-SHA'}), 'no server key / ECDSA or EdDSA key');
	t.is(result(check, {...tls13, serverSignature: 'ED25519'}), 'pass');
	t.is(result(check, {...tls13, serverSignature: 'ECDSA (P-256)', serverDigest: 'SHA256'}), 'pass');
	t.is(result(check, {...tls13, serverSignature: 'RSA-PSS (2048 bits)', serverDigest: null}), 'unknown');
	t.is(result(check, {...tls13, serverSignature: 'ML-DSA-65'}), 'unknown');
	t.is(result(check, {cipher: null}), 'unknown');
});

test('RSA bits: only where a TLS 1.3 line shows an RSA key and a digest', t => {
	const check: Check = {kind: 'min-rsa-bits', bits: 2048};
	t.is(result(check), 'unknown');
	t.is(result(check, {...tls13, serverSignature: 'ECDSA (P-256)'}), 'not-applicable');
	t.is(result(check, {...tls13, serverSignature: 'RSA-PSS', serverDigest: 'SHA256'}), 'unknown');
});

test('trust is asked only when we are the client', t => {
	const check: Check = {kind: 'trust', level: 'trusted'};
	t.is(result(check, {trust: 'Anonymous'}), 'not-applicable');
	t.is(result(check, {direction: 'out', trust: 'Verified'}), 'pass');
	t.is(result(check, {direction: 'out', trust: 'Untrusted'}), 'trust Untrusted / trust Trusted');
});

test('DANE is read from the level that Postfix 3.11 logs, and open without it', t => {
	const dane = (tlsLevel: string | null, direction: 'in' | 'out' = 'out') =>
		result({kind: 'dane'}, {direction, tlsLevel});
	t.is(dane(null), 'unknown');
	t.is(dane('dane'), 'pass');
	t.is(dane('dane-only'), 'pass');
	t.is(dane('dane:halfdane/requiretls'), 'pass');
	t.is(dane('dane:may'), 'TLS level may / DANE');
	t.is(dane('may?'), 'TLS level may / DANE');
	t.is(dane('dane?'), 'unknown');
	t.is(dane('may', 'in'), 'not-applicable');
});

test('a delivery through a socket of this host is no plaintext on a wire', t => {
	const check: Check = {kind: 'plaintext', of: 'mail'};
	const plain = {hop: 'delivery', direction: 'out', outcome: 'plaintext', protocol: null, cipher: null} as const;
	t.is(result(check, {...plain, port: null}), 'not-applicable');
	t.is(result(check, {...plain, port: 24}), 'mail in plaintext / TLS');
	t.is(result({kind: 'plaintext', of: 'login'}, {...plain, port: 24}), 'not-applicable');
});

test('a protocol that is no version of TLS is unknown', t => {
	t.is(result({kind: 'min-version', version: 'TLSv1.2'}, {protocol: 'unknown'}), 'unknown');
	t.is(result({kind: 'min-version', version: 'TLSv1.3'}), 'TLSv1.2 / TLSv1.3');
	t.is(result({kind: 'best-version', version: 'TLSv1.3'}), 'TLSv1.2 / TLSv1.3 preferred');
});

test('of rules in steps only the worst is reported', t => {
	const source = {document: 'test', section: ''};
	const rule = (id: string, severity: 'violation' | 'weakness' | 'info', check: Check) => ({
		...{id, severity, source, check},
		hops: ['submission' as const],
	});
	const policy: Policy = {
		...{...nothing, name: 'steps'},
		rules: [
			rule('best', 'info', {kind: 'best-version', version: 'TLSv1.3'}),
			rule('phase-out', 'weakness', {kind: 'min-version', version: 'TLSv1.2'}),
			rule('least', 'violation', {kind: 'min-version', version: 'TLSv1.1'}),
			rule('group', 'info', {kind: 'groups', allowed: ['X25519']}),
		],
	};
	const found = (fields: Partial<Handshake>) => judge(handshake(fields), policy).map(finding => finding.rule);
	t.deepEqual(found({protocol: 'TLSv1'}), ['least']);
	t.deepEqual(found({protocol: 'TLSv1.1'}), ['phase-out']);
	t.deepEqual(found({protocol: 'TLSv1.2', keyExchange: 'X448'}), ['best', 'group']);
	t.deepEqual(judge(handshake({keyExchange: 'X448'}), policy)[1]?.reference, 'test');
});

test('many different handshakes do not fill the memory', t => {
	const policy: Policy = {
		...{...nothing, name: 'empty'},
	};
	for (let port = 0; port < 20_100; port++) judge(handshake({port}), policy);
	t.deepEqual(judge(handshake({port: 1}), policy), []);
});
