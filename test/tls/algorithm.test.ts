import test from 'ava';
import fc from 'fast-check';
import {bulkAlgorithm, groupAlgorithm, signatureAlgorithm} from '../../src/tls/algorithm.ts';
import {knownCiphers} from '../../src/tls/cipher.ts';

test('groups: curves and finite fields agree on a key and meet no category', t => {
	t.deepEqual(groupAlgorithm('x25519'), {
		...{name: 'x25519', primitive: 'key-agree', parameterSet: 'x25519', curve: 'x25519', quantumLevel: 0},
	});
	t.deepEqual(groupAlgorithm('ffdhe2048'), {
		...{name: 'ffdhe2048', primitive: 'key-agree', parameterSet: '2048', quantumLevel: 0},
	});
});

test('groups: ML-KEM has the category of FIPS 203, a hybrid none of its own', t => {
	t.deepEqual(groupAlgorithm('mlkem1024'), {
		...{name: 'ML-KEM-1024', primitive: 'kem', parameterSet: '1024', quantumLevel: 5},
	});
	for (const [hybrid, parts] of [
		['x25519mlkem768', ['x25519', 'mlkem768']],
		['secp256r1mlkem768', ['secp256r1', 'mlkem768']],
		['secp384r1mlkem1024', ['secp384r1', 'mlkem1024']],
	] as const) {
		const {primitive, quantumLevel, parts: found} = groupAlgorithm(hybrid);
		t.deepEqual([primitive, quantumLevel, found], ['combiner', undefined, parts]);
	}
});

test('groups: of a draft of Kyber and of a word that names none nothing is said', t => {
	t.is(groupAlgorithm('x25519kyber768draft00').primitive, 'unknown');
	t.is(groupAlgorithm('x25519kyber768draft00').quantumLevel, undefined);
	t.deepEqual(groupAlgorithm('made-up'), {name: 'made-up', primitive: 'unknown'});
});

const bulk: Readonly<Record<string, readonly [name: string, primitive: string, level: number | undefined]>> = {
	TLS_AES_256_GCM_SHA384: ['AES-256-GCM', 'ae', 5],
	'ECDHE-RSA-AES128-GCM-SHA256': ['AES-128-GCM', 'ae', 1],
	'ECDHE-ECDSA-AES128-CCM8': ['AES-128-CCM8', 'ae', 1],
	'ECDHE-RSA-CHACHA20-POLY1305': ['ChaCha20-Poly1305', 'ae', undefined],
	'ECDHE-RSA-AES256-SHA': ['AES-256-CBC', 'block-cipher', 5],
	'DES-CBC3-SHA': ['3DES-CBC', 'block-cipher', undefined],
	'EXP-DES-CBC-SHA': ['DES-40-CBC', 'block-cipher', undefined],
	'RC4-MD5': ['RC4-128', 'stream-cipher', undefined],
	'CAMELLIA256-SHA': ['CAMELLIA-256-CBC', 'block-cipher', undefined],
	'PSK-ARIA128-GCM-SHA256': ['ARIA-128-GCM', 'ae', undefined],
	'GOST2012-MAGMA-MAGMAOMAC': ['MAGMA', 'block-cipher', undefined],
};

for (const [cipher, [name, primitive, level]] of Object.entries(bulk))
	test(`the bulk cipher of ${cipher}`, t => {
		const found = bulkAlgorithm(cipher);
		t.deepEqual([found?.name, found?.primitive, found?.quantumLevel], [name, primitive, level]);
	});

test('a suite without encryption has no bulk cipher, nor has a word that is no suite', t => {
	for (const cipher of ['NULL-SHA', 'TLS_SHA256_SHA256', 'MADE-UP', 'toString'])
		t.is(bulkAlgorithm(cipher), null, cipher);
	for (const cipher of knownCiphers)
		t.is(bulkAlgorithm(cipher) === null, cipher.includes('NULL') || /^TLS_SHA/.test(cipher), cipher);
});

test('signatures as Postfix logs them', t => {
	const of = (signature: string, digest: string | null = null) => signatureAlgorithm(signature, digest);
	t.deepEqual(of('RSA-PSS (2048 bits)', 'SHA256'), {
		...{name: 'RSA-PSS (2048 bits) with SHA256', primitive: 'signature', parameterSet: '2048', quantumLevel: 0},
	});
	for (const words of ['ECDSA (P-256)', 'ECDSA (prime256v1)', 'ECDSA (prime256v1 raw public key)'])
		t.like(of(words), {curve: 'secp256r1', quantumLevel: 0}, words);
	t.like(of('ML-DSA-65 (raw public key)'), {parameterSet: '65', quantumLevel: 3});
	t.deepEqual(of('ED25519'), {name: 'ED25519', primitive: 'signature', quantumLevel: 0});
	t.deepEqual(of('NEW-KIND'), {name: 'NEW-KIND', primitive: 'signature'});
});

test('any words of a log have an algorithm, and none throws', t => {
	fc.assert(
		fc.property(fc.string(), fc.string(), (one, other) => {
			t.is(signatureAlgorithm(one, null).primitive, 'signature');
			t.truthy(groupAlgorithm(other).primitive);
			bulkAlgorithm(one);
		}),
	);
});
