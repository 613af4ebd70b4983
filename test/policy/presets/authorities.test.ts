import test from 'ava';
import {describePolicy} from '../../../src/policy/describe-policy.ts';
import {judge} from '../../../src/policy/judge.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {handshake} from '../../tls/handshake.ts';
import {listed, names, oldInsufficient, type Word, walk} from './walk.ts';

const ecdhe = ['ECDHE-ECDSA', 'ECDHE-RSA'];
const ecdh = ['ECDH-ECDSA', 'ECDH-RSA'];
const gcm = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384'];
const cbcEc = ['AES128-SHA256', 'AES256-SHA384'];
const cbc = ['AES128-SHA256', 'AES256-SHA256'];
const sha1 = ['AES128-SHA', 'AES256-SHA'];
const ccm = ['AES128-CCM', 'AES256-CCM'];
const ccm8 = ['AES128-CCM8', 'AES256-CCM8'];
const preferring13 = {...oldInsufficient, 'TLSv1.2': 'preferred-other', 'TLSv1.3': 'good'} as const;

const bsi = {
	good: [
		...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_AES_128_CCM_SHA256'],
		...names(ecdhe, [...gcm, ...cbcEc]),
		...names(['ECDHE-ECDSA'], ccm),
	],
	dhe: [...names(['DHE-RSA'], ccm), ...names(['DHE-RSA', 'DHE-DSS'], [...gcm, ...cbc])],
	'phase-out': [...names(ecdh, [...gcm, ...cbcEc]), ...names(['DH-RSA'], [...gcm, ...cbc])],
	dsa: names(['DH-DSS'], [...gcm, ...cbc]),
};
const bsiSuites = {good: [...bsi.good, ...bsi.dhe], 'phase-out': [...bsi['phase-out'], ...bsi.dsa]};

for (const preset of ['bsi-tr-02102-2', 'bsi-tr-02102-2-2026-01', 'bsi-tr-02102-2-2025-01'])
	test(`${preset}: versions, suites with and without forward secrecy; no ChaCha20, static RSA, SHA-1 or 3DES`, t => {
		walk(t, {
			preset,
			sections: {versions: 'section 3.2', suites: 'section'},
			versions: preferring13,
			suites: listed(bsiSuites),
			relay: true,
		});
	});

test('bsi-tr-02102-2 of 2030: DHE and DSA have ended with 2029', t => {
	const at = '2030-01-01';
	walk(t, {
		...{preset: 'bsi-tr-02102-2', at, relay: true, versions: preferring13},
		sections: {versions: 'section 3.2', suites: '(2026-01), section'},
		suites: listed({good: bsi.good, 'phase-out': bsi['phase-out']}),
	});
	walk(t, {
		...{preset: 'bsi-tr-02102-2', at: '2029-12-31', relay: true, versions: preferring13},
		sections: {versions: 'section 3.2', suites: '(2026-01), section'},
		suites: listed(bsiSuites),
	});
});

test('bsi-tr-02102-2 of 2032: TLS 1.2 has ended with 2031', t => {
	walk(t, {
		...{preset: 'bsi-tr-02102-2', at: '2032-01-01', relay: true},
		versions: {...preferring13, 'TLSv1.2': 'insufficient'},
		sections: {versions: '(2026-01), section', suites: '(2026-01), section'},
		suites: listed({good: bsi.good, 'phase-out': bsi['phase-out']}),
	});
});

test('cnsa-2.0: TLS 1.3, AES-256 with SHA-384, and the two groups of the draft; it says that it is one', t => {
	walk(t, {
		preset: 'cnsa-2.0',
		sections: {versions: 'draft-becker-cnsa2-tls-profile-03, TLS 1.3', suites: '-03, AES-256 and SHA-384'},
		versions: {...oldInsufficient, 'TLSv1.2': 'insufficient', 'TLSv1.3': 'good'},
		suites: listed({good: ['TLS_AES_256_GCM_SHA384']}),
		relay: true,
	});
	const policy = findPolicy('cnsa-2.0');
	t.regex(policy.title, /\(draft\)/);
	t.regex(policy.source, /^draft-/);
	const rules = (keyExchange: string | null) =>
		judge(handshake({protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', keyExchange}), policy).map(f => f.rule);
	t.deepEqual(rules('SecP384r1MLKEM1024'), []);
	t.deepEqual(rules('MLKEM1024'), []);
	t.deepEqual(rules('X25519MLKEM768'), [], 'weaker than its list, and no finding');
	t.deepEqual(rules('MLKEM768'), ['groups']);
	t.true(describePolicy(policy).some(line => /groups SecP384r1MLKEM1024, MLKEM1024; any hybrid group$/.test(line)));
	t.true(describePolicy(policy).some(line => line.includes('a smaller hybrid is less than the draft asks')));
	t.deepEqual(rules('secp384r1'), ['groups', 'hybrid']);
	t.deepEqual(rules(null), []);
});

test('nist-800-52r2: the suites of section 3.3.1 only; ChaCha20, Camellia and ARIA are out', t => {
	walk(t, {
		preset: 'nist-800-52r2',
		sections: {versions: 'section 3.1', suites: 'section 3.3.1'},
		versions: preferring13,
		suites: listed({
			good: [
				...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_AES_128_CCM_SHA256', 'TLS_AES_128_CCM_8_SHA256'],
				...names([...ecdhe, 'DHE-RSA', 'DHE-DSS'], gcm),
				...names(['ECDHE-ECDSA', 'DHE-RSA'], [...ccm, ...ccm8]),
			],
			'preferred-other': [
				...names(ecdhe, [...cbcEc, ...sha1]),
				...names(['DHE-RSA', 'DHE-DSS'], [...cbc, ...sha1]),
				...names(ecdh, [...gcm, ...cbcEc, ...sha1]),
				...names(['DH-RSA', 'DH-DSS'], [...gcm, ...cbc, ...sha1]),
			],
			'phase-out': [...gcm, ...cbc, ...sha1, ...ccm, ...ccm8],
		}),
		relay: true,
	});
});

test('anssi: the list of appendix A.1, and the degraded ones of A.2', t => {
	const camellia = ['CAMELLIA128-SHA256', 'CAMELLIA256-SHA384'];
	walk(t, {
		preset: 'anssi',
		sections: {versions: 'section 2.1', suites: 'appendix A'},
		versions: preferring13,
		suites: listed({
			good: [
				...[
					'TLS_AES_128_GCM_SHA256',
					'TLS_AES_256_GCM_SHA384',
					'TLS_CHACHA20_POLY1305_SHA256',
					'TLS_AES_128_CCM_SHA256',
				],
				...names(ecdhe, [...gcm, 'CHACHA20-POLY1305']),
				...names(['ECDHE-ECDSA'], ccm),
			],
			'phase-out': [
				'TLS_AES_128_CCM_8_SHA256',
				...names(['ECDHE-ECDSA'], ccm8),
				...names(ecdhe, [...cbcEc, ...camellia]),
				...names(['DHE-RSA'], [...gcm, 'AES128-CCM', 'CHACHA20-POLY1305', ...cbc]),
				...names(['DHE-RSA'], ['CAMELLIA128-SHA256', 'CAMELLIA256-SHA256']),
				...names(['ECDHE-ECDSA', 'ECDHE', 'DHE-RSA'], ['ARIA128-GCM-SHA256', 'ARIA256-GCM-SHA384']),
			],
		}),
		relay: true,
	});
});

/** PCI DSS 4.2.1 as assessors read it: by the spelling of the names. */
function pciWord(name: string): Word {
	const weak = /NULL|^EXP|^A(EC)?DH-|RC4|(^|-)DES-CBC-|DES-CBC3|3DES|^TLS_SHA/.test(name);
	return weak ? 'insufficient' : 'good';
}

test('pci-dss: requirement 4.2.1 on submission and access; relaying is out of scope', t => {
	walk(t, {
		preset: 'pci-dss',
		sections: {versions: 'requirement 4.2.1', suites: 'requirement 4.2.1'},
		versions: {...oldInsufficient, 'TLSv1.2': 'good', 'TLSv1.3': 'good'},
		suites: pciWord,
		relay: false,
	});
	t.true(findPolicy('pci-dss').unknowable.some(({what}) => what.includes('out of scope')));
});

test('RSA 2048 is enough for NIST and ANSSI and too short for BSI; X25519 missing from a list is only reported', t => {
	const modern = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', serverDigest: 'SHA256'} as const;
	const found = (preset: string, fields: Parameters<typeof handshake>[0]) =>
		judge(handshake({...modern, ...fields}), findPolicy(preset)).map(({rule, severity}) => `${severity} ${rule}`);
	t.deepEqual(found('nist-800-52r2', {serverSignature: 'RSA-PSS (2048 bits)'}), []);
	t.deepEqual(found('anssi', {serverSignature: 'RSA-PSS (2048 bits)'}), []);
	t.deepEqual(found('bsi-tr-02102-2', {serverSignature: 'RSA-PSS (2048 bits)'}), ['violation min-rsa-bits']);
	t.deepEqual(found('bsi-tr-02102-2', {serverSignature: 'RSA-PSS (3072 bits)'}), []);
	for (const preset of ['bsi-tr-02102-2', 'nist-800-52r2']) {
		t.deepEqual(found(preset, {keyExchange: 'X25519'}), ['info groups']);
		t.deepEqual(found(preset, {keyExchange: 'secp384r1'}), []);
	}
});

test('a preset whose lists come from elsewhere says so, in its source and in every finding', t => {
	for (const name of [
		'ncsc-nl-2.1',
		'ncsc-nl-2025-05',
		'bsi-tr-02102-2',
		'bsi-tr-02102-2-2025-01',
		'cnsa-2.0',
		'nist-800-52r2',
		'anssi',
		'pci-dss',
	]) {
		const policy = findPolicy(name);
		t.regex(policy.source, /secondary source/);
		const found = judge(handshake({protocol: 'SSLv3', cipher: 'RC4-SHA'}), policy);
		t.true(found.length >= 2);
		for (const {reference} of found) t.regex(reference, /as given by/);
	}
	for (const name of ['rfc9325', 'rfc8314', 'mozilla-intermediate']) t.notRegex(findPolicy(name).source, /secondary/);
});
