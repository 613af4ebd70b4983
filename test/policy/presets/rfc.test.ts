import test from 'ava';
import {inconclusive, judge} from '../../../src/policy/judge.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {handshake} from '../../tls/handshake.ts';
import {oldInsufficient, type Word, walk} from './walk.ts';

const tls13 = /^TLS_/;
const recommended = new Set([
	'ECDHE-RSA-AES128-GCM-SHA256',
	'ECDHE-RSA-AES256-GCM-SHA384',
	'ECDHE-ECDSA-AES128-GCM-SHA256',
	'ECDHE-ECDSA-AES256-GCM-SHA384',
]);

/** RFC 9325 section 4.1 by the spelling of the names: must not, then should not; section 4.2 recommends four. */
function rfc9325Word(name: string): Word {
	if (/^TLS_SHA/.test(name)) return 'insufficient';
	if (tls13.test(name)) return 'good';
	if (/NULL|RC4|^EXP|(^|-)DES-CBC-/.test(name)) return 'insufficient';
	if (/DES-CBC3|3DES/.test(name)) return 'phase-out';
	if (/^(DHE|EDH|ADH|DH|ECDH)-/.test(name)) return 'phase-out';
	if (/^(AES|CAMELLIA|ARIA|SEED|IDEA|RC2)/.test(name)) return 'phase-out';
	return recommended.has(name) ? 'good' : 'preferred-other';
}

test('rfc9325: every version, suite and hop as sections 3.1.1, 4.1, 4.2 and 5.2 say', t => {
	walk(t, {
		preset: 'rfc9325',
		sections: {versions: 'RFC 9325, section 3.1.1', suites: 'RFC 9325, section 4.'},
		versions: {...oldInsufficient, 'TLSv1.2': 'preferred-other', 'TLSv1.3': 'good'},
		suites: rfc9325Word,
		relay: true,
	});
});

/** RFC 10015 sections 2 to 4 and its appendices, by the spelling of the names: what RFC 9325 discouraged must not be. */
function bcp195Word(name: string): Word {
	const before = rfc9325Word(name);
	if (tls13.test(name) || before === 'insufficient') return before;
	if (/^(DHE|EDH|ADH|DH)-|^RSA-PSK-/.test(name)) return 'insufficient';
	if (/^(AES|CAMELLIA|ARIA|SEED|IDEA|RC2|DES-CBC3)/.test(name)) return 'insufficient';
	return /^AECDH-/.test(name) ? 'phase-out' : before;
}

test('bcp195-2026: RFC 9325 with RSA, static DH and DHE of TLS 1.2 forbidden by RFC 10015; TLS 1.3 stays as it is', t => {
	walk(t, {
		preset: 'bcp195-2026',
		sections: {versions: 'RFC 9325, section 3.1.1', suites: 'RFC '},
		versions: {...oldInsufficient, 'TLSv1.2': 'preferred-other', 'TLSv1.3': 'good'},
		suites: bcp195Word,
		relay: true,
	});
	const found = (hop: 'submission' | 'relay-in', cipher: string) =>
		judge(handshake({hop, protocol: 'TLSv1.2', cipher}), findPolicy('bcp195-2026')).map(
			({severity, rule, reference}) => `${severity} ${rule}: ${reference.split(':')[0]}`,
		);
	t.is(
		found('submission', 'DHE-RSA-AES256-GCM-SHA384')[0],
		'violation obsolete-key-exchange: RFC 10015, sections 2 to 4',
	);
	t.is(found('submission', 'ECDH-RSA-AES128-SHA')[0], 'weakness static-ecdh: RFC 10015, section 2 and appendix B');
	t.is(found('relay-in', 'AES128-SHA')[0], 'weakness relay-obsolete-key-exchange: RFC 10015, sections 2 to 4');
	const dhe13 = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', keyExchange: 'ffdhe3072'} as const;
	t.deepEqual(judge(handshake({...dhe13, serverDigest: 'SHA256'}), findPolicy('bcp195-2026')), []);
});

test('rfc8314: every version on submission and access, by section 4.1 and RFC 8997; no word on suites and relaying', t => {
	walk(t, {
		preset: 'rfc8314',
		sections: {versions: 'RFC 8997, section 3', suites: 'no section'},
		versions: {...oldInsufficient, 'TLSv1.2': 'good', 'TLSv1.3': 'good'},
		suites: () => 'good',
		relay: false,
	});
});

test('rfc8314: STARTTLS on 587 and 143 is a note, implicit TLS is preferred (section 3)', t => {
	const policy = findPolicy('rfc8314');
	const found = (fields: Parameters<typeof handshake>[0]) =>
		judge(handshake(fields), policy).map(({rule, severity}) => `${severity} ${rule}`);
	t.deepEqual(found({hop: 'submission', port: 587, tlsMode: 'starttls'}), ['info submission-implicit-tls']);
	t.deepEqual(found({hop: 'submission', port: 465, tlsMode: 'implicit'}), []);
	t.deepEqual(found({hop: 'access', port: 143, tlsMode: 'starttls', loggedIn: true}), ['info access-implicit-tls']);
	t.deepEqual(found({hop: 'access', port: 995, tlsMode: 'implicit', loggedIn: true}), []);
});

test('rfc9325: encrypt-then-MAC of a CBC suite is unknown, never passed', t => {
	const policy = findPolicy('rfc9325');
	const cbc = handshake({cipher: 'ECDHE-RSA-AES256-SHA384'});
	t.true(inconclusive(cbc, policy).includes('cbc-needs-encrypt-then-mac'));
	t.false(inconclusive(handshake(), policy).includes('cbc-needs-encrypt-then-mac'));
});

test('rfc9325: RSA keys below 2048 bits and SHA-1 signatures are found where a TLS 1.3 line shows them (section 4.5)', t => {
	const policy = findPolicy('rfc9325');
	const modern = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', serverDigest: 'SHA256'} as const;
	const rules = (fields: Parameters<typeof handshake>[0]) =>
		judge(handshake({...modern, ...fields}), policy).map(f => f.rule);
	t.deepEqual(rules({serverSignature: 'RSA-PSS (2048 bits)'}), []);
	t.deepEqual(rules({serverSignature: 'RSA-PSS (1024 bits)'}), ['min-rsa-bits']);
	t.deepEqual(rules({serverSignature: 'ECDSA (prime256v1)', serverDigest: 'SHA1'}), ['signature-digest']);
	t.true(
		inconclusive(handshake({...modern, serverSignature: 'RSA-PSS (1024 bits)', serverDigest: null}), policy).includes(
			'min-rsa-bits',
		),
	);
});
