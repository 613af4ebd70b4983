import test from 'ava';
import {judge} from '../../../src/policy/judge.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {handshake} from '../../tls/handshake.ts';
import {listed, names, oldInsufficient, walk} from './walk.ts';

const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const aead = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'];
const intermediate = [...tls13, ...names(['ECDHE-ECDSA', 'ECDHE-RSA'], aead)];
const intermediate57 = [...intermediate, ...names(['DHE-RSA'], aead)];
const old58 = [
	...intermediate,
	...names(['ECDHE-ECDSA', 'ECDHE-RSA'], ['AES128-SHA256', 'AES128-SHA', 'AES256-SHA384', 'AES256-SHA']),
	...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA256', 'AES256-SHA256', 'AES128-SHA', 'AES256-SHA'],
	'DES-CBC3-SHA',
];
const old57 = [...old58, ...intermediate57, 'DHE-RSA-AES128-SHA256', 'DHE-RSA-AES256-SHA256'];

for (const [preset, edition] of [
	['tlsref-modern', '6.0'],
	['mozilla-modern', '6.0'],
	['mozilla-modern-5.7', '5.7'],
	['mozilla-modern-5.8', '5.8'],
	['mozilla-modern-6.0', '6.0'],
] as const) {
	test(`${preset}: TLS 1.3 and its three suites only (guideline ${edition})`, t => {
		walk(t, {
			preset,
			sections: {
				versions: `guidelines ${edition}, modern, tls_versions`,
				suites: `guidelines ${edition}, modern, ciphersuites`,
			},
			versions: {...oldInsufficient, 'TLSv1.2': 'insufficient', 'TLSv1.3': 'good'},
			suites: listed({good: tls13}),
			relay: true,
		});
	});
}

for (const [preset, edition, good] of [
	['tlsref-intermediate', '6.0', intermediate],
	['mozilla-intermediate', '6.0', intermediate],
	['mozilla-intermediate-5.7', '5.7', intermediate57],
	['mozilla-intermediate-5.8', '5.8', intermediate],
	['mozilla-intermediate-6.0', '6.0', intermediate],
] as const) {
	test(`${preset}: TLS 1.2 and the listed suites (guideline ${edition})`, t => {
		walk(t, {
			preset,
			sections: {
				versions: `guidelines ${edition}, intermediate, tls_versions`,
				suites: `guidelines ${edition}, intermediate`,
			},
			versions: {...oldInsufficient, 'TLSv1.2': 'good', 'TLSv1.3': 'good'},
			suites: listed({good}),
			relay: true,
		});
	});
}

for (const [edition, good] of [
	['5.7', old57],
	['5.8', old58],
] as const) {
	test(`mozilla-old-${edition}: TLS 1.0 and the listed suites`, t => {
		walk(t, {
			preset: `mozilla-old-${edition}`,
			sections: {versions: `guidelines ${edition}, old, tls_versions`, suites: `guidelines ${edition}, old`},
			versions: {
				SSLv2: 'insufficient',
				SSLv3: 'insufficient',
				TLSv1: 'good',
				'TLSv1.1': 'good',
				'TLSv1.2': 'good',
				'TLSv1.3': 'good',
			},
			suites: listed({good}),
			relay: true,
		});
	});
}

test('mozilla: hybrids are stronger than the list of 5.7, which has none; modern wants ECDSA keys', t => {
	const modern = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', serverDigest: 'SHA256'} as const;
	const rules = (preset: string, fields: Parameters<typeof handshake>[0]) =>
		judge(handshake({...modern, ...fields}), findPolicy(preset)).map(finding => finding.rule);
	t.deepEqual(rules('mozilla-intermediate-5.7', {keyExchange: 'X25519MLKEM768'}), []);
	t.deepEqual(rules('mozilla-intermediate-5.7', {keyExchange: 'MLKEM768'}), ['groups']);
	t.deepEqual(rules('mozilla-intermediate-5.8', {keyExchange: 'X25519MLKEM768'}), []);
	t.deepEqual(rules('mozilla-intermediate', {keyExchange: 'ECDHE (prime256v1)'}), []);
	t.deepEqual(rules('mozilla-intermediate', {keyExchange: 'X448'}), ['groups']);
	t.deepEqual(rules('mozilla-modern', {serverSignature: 'RSA-PSS (2048 bits)'}), ['server-key']);
	t.deepEqual(rules('mozilla-modern', {serverSignature: 'ECDSA (P-256)'}), []);
});

test('tlsref: the names from the time when the guideline was Mozilla’s are the same policies under their names', t => {
	for (const kind of ['modern', 'intermediate'])
		for (const name of [`mozilla-${kind}`, `mozilla-${kind}-6.0`])
			t.deepEqual({...findPolicy(name), name: `tlsref-${kind}`}, findPolicy(`tlsref-${kind}`));
	t.regex(findPolicy('mozilla-modern').source, /^TLSRef/);
	t.regex(findPolicy('mozilla-modern-5.8').source, /^Mozilla/);
});
