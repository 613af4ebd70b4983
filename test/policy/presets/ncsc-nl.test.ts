import test from 'ava';
import {judge} from '../../../src/policy/judge.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {handshake} from '../../tls/handshake.ts';
import {listed, names, oldInsufficient, walk} from './walk.ts';

const both = ['ECDHE-ECDSA', 'ECDHE-RSA'];

test('ncsc-nl-2025-05: versions of section 3.3.1 and suites of appendix B', t => {
	walk(t, {
		preset: 'ncsc-nl-2025-05',
		sections: {versions: 'section 3.3.1', suites: 'appendix B'},
		versions: {...oldInsufficient, 'TLSv1.2': 'preferred-other', 'TLSv1.3': 'good'},
		suites: listed({
			good: [
				...[
					'TLS_AES_256_GCM_SHA384',
					'TLS_CHACHA20_POLY1305_SHA256',
					'TLS_AES_128_GCM_SHA256',
					'TLS_AES_128_CCM_SHA256',
				],
				...names(both, ['CHACHA20-POLY1305', 'AES256-GCM-SHA384', 'AES128-GCM-SHA256']),
				...names(['ECDHE-ECDSA'], ['AES256-CCM', 'AES128-CCM']),
			],
			'phase-out': [
				...names(both, ['AES256-SHA384', 'AES128-SHA256', 'CAMELLIA256-SHA384', 'CAMELLIA128-SHA256']),
				...names(['ECDHE-ECDSA', 'ECDHE', 'DHE-RSA'], ['ARIA256-GCM-SHA384', 'ARIA128-GCM-SHA256']),
				...names(['DHE-RSA'], ['AES256-GCM-SHA384', 'AES128-GCM-SHA256', 'AES256-CCM', 'AES128-CCM']),
				...names(['DHE-RSA'], ['AES256-SHA256', 'AES128-SHA256', 'CHACHA20-POLY1305']),
				...names(['DHE-RSA'], ['CAMELLIA256-SHA256', 'CAMELLIA128-SHA256']),
			],
		}),
		relay: true,
	});
});

test('ncsc-nl-2.1: versions of guideline B1-1 and suites of appendix C', t => {
	walk(t, {
		preset: 'ncsc-nl-2.1',
		sections: {versions: 'guideline B1-1', suites: 'guidelines B2-1 to B2-4, appendix C'},
		versions: {
			SSLv2: 'insufficient',
			SSLv3: 'insufficient',
			TLSv1: 'phase-out',
			'TLSv1.1': 'phase-out',
			'TLSv1.2': 'preferred-other',
			'TLSv1.3': 'good',
		},
		suites: listed({
			good: [
				...[
					'TLS_AES_256_GCM_SHA384',
					'TLS_CHACHA20_POLY1305_SHA256',
					'TLS_AES_128_GCM_SHA256',
					'TLS_AES_128_CCM_SHA256',
				],
				...names(both, ['CHACHA20-POLY1305', 'AES256-GCM-SHA384', 'AES128-GCM-SHA256']),
				...names(['ECDHE-ECDSA'], ['AES256-CCM', 'AES128-CCM']),
			],
			'preferred-other': [
				...names(both, ['AES256-SHA384', 'AES256-SHA', 'AES128-SHA256', 'AES128-SHA']),
				...names(['DHE-RSA'], ['AES256-GCM-SHA384', 'AES128-GCM-SHA256', 'AES256-CCM', 'AES128-CCM']),
				...names(['DHE-RSA'], ['AES256-SHA256', 'AES128-SHA256', 'AES256-SHA', 'AES128-SHA', 'CHACHA20-POLY1305']),
				...names(both, ['CAMELLIA256-SHA384', 'CAMELLIA128-SHA256']),
				...names(['DHE-RSA', ''], ['CAMELLIA256', 'CAMELLIA128'], ['SHA256', 'SHA']),
			],
			'phase-out': [
				...names(['ECDHE-ECDSA', 'ECDHE-RSA', 'DHE-RSA', ''], ['DES-CBC3-SHA']),
				...['AES256-GCM-SHA384', 'AES128-GCM-SHA256', 'AES256-SHA256', 'AES256-SHA', 'AES128-SHA256', 'AES128-SHA'],
			],
		}),
		relay: true,
	});
});

const modern = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', serverDigest: 'SHA256'} as const;
const found = (preset: string, fields: Parameters<typeof handshake>[0]) =>
	judge(handshake({...modern, ...fields}), findPolicy(preset)).map(({rule, severity}) => `${severity} ${rule}`);

test('ncsc-nl-2025-05: groups, finite fields and RSA sizes come in steps (sections 3.3.2.1 and 3.3.3.1)', t => {
	t.deepEqual(found('ncsc-nl-2025-05', {keyExchange: 'x25519'}), []);
	t.deepEqual(found('ncsc-nl-2025-05', {keyExchange: 'X25519MLKEM768'}), []);
	t.deepEqual(found('ncsc-nl-2025-05', {keyExchange: 'brainpoolP256r1tls13'}), []);
	t.deepEqual(found('ncsc-nl-2025-05', {keyExchange: 'ffdhe3072'}), ['weakness groups-phase-out']);
	t.deepEqual(found('ncsc-nl-2025-05', {keyExchange: 'DHE (2048 bits)'}), ['violation groups']);
	t.deepEqual(found('ncsc-nl-2025-05', {serverSignature: 'RSA-PSS (3072 bits)'}), []);
	t.deepEqual(found('ncsc-nl-2025-05', {serverSignature: 'RSA-PSS (2048 bits)'}), ['weakness rsa-bits-phase-out']);
	t.deepEqual(found('ncsc-nl-2025-05', {serverSignature: 'RSA-PSS (1024 bits)'}), ['violation min-rsa-bits']);
	t.deepEqual(found('ncsc-nl-2025-05', {serverDigest: 'SHA224'}), ['weakness signature-digest-phase-out']);
	t.deepEqual(found('ncsc-nl-2025-05', {serverDigest: 'SHA1'}), ['violation signature-digest']);
});

test('ncsc-nl-2.1: RSA keys of 2048 bits are sufficient (guideline B3-3)', t => {
	t.deepEqual(found('ncsc-nl-2.1', {serverSignature: 'RSA-PSS (2048 bits)'}), []);
	t.deepEqual(found('ncsc-nl-2.1', {keyExchange: 'ECDHE (P-224)'}), ['weakness groups-phase-out']);
});
