import {spawnSync} from 'node:child_process';
import {getCiphers} from 'node:tls';
import test from 'ava';
import fc from 'fast-check';
import {cipherFacts, expandBraces, knownCiphers} from '../../src/tls/cipher.ts';

const openssl = process.env.OPENSSL ?? 'openssl';

/** `openssl ciphers` in the words of its own columns. */
const enc: Record<string, string> = {
	'CHACHA20/POLY1305': 'CHACHA20',
	Camellia: 'CAMELLIA',
	None: 'NULL',
	GOST89: 'GOST',
};
const kx: Record<string, string> = {
	DH: 'DHE',
	ECDH: 'ECDHE',
	RSAPSK: 'RSA-PSK',
	DHEPSK: 'DHE-PSK',
	ECDHEPSK: 'ECDHE-PSK',
};

test('every suite of the openssl command has the facts that the command prints', t => {
	const list = spawnSync(openssl, ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], {
		encoding: 'utf8',
	});
	if (list.error !== undefined || list.status !== 0) {
		t.log('openssl is not installed: nothing to compare with');
		t.pass();
		return;
	}
	const row = /^\s*\S+ - (\S+)\s+- (\S+)\s+(\S+)\s+Kx=(\S+)\s+Au=(\S+)\s+Enc=([^(\s]+)(?:\((\d+)\))?\s+Mac=(\S+)/gm;
	const rows = [...list.stdout.matchAll(row)];
	t.true(rows.length > 30);
	t.is(rows.length, list.stdout.trim().split('\n').length);
	for (const [, iana, name = '', least, exchange = '', authentication = '', bulk = '', bits, mac] of rows) {
		const facts = cipherFacts(name);
		t.like(
			facts,
			{
				name,
				keyExchange: kx[exchange] ?? exchange,
				authentication: authentication === 'None' ? 'none' : authentication,
				encryption: enc[bulk] ?? bulk,
				mac,
				tls13: least === 'TLSv1.3',
				aead: mac === 'AEAD',
				export: false,
				forwardSecret: /^(any|DH|ECDH|DHEPSK|ECDHEPSK)$/.test(exchange),
			} as object,
			name,
		);
		t.is(facts?.iana, iana, name);
		// 3DES is a 168-bit cipher with a strength of 112 bits.
		t.is(facts?.bits, bulk === '3DES' ? 112 : Number(bits ?? 0), name);
		t.true(knownCiphers.includes(name), name);
	}
});

test('every suite of this Node is known, by its lower-case name too', t => {
	for (const name of getCiphers()) t.not(cipherFacts(name.toUpperCase()), null, name);
});

test('an IANA name has the facts of its OpenSSL name', t => {
	for (const name of knownCiphers) {
		const facts = cipherFacts(name);
		if (facts?.iana) t.is(cipherFacts(facts.iana)?.iana, facts.iana, name);
	}
	t.is(cipherFacts('TLS_RSA_WITH_AES_128_CBC_SHA')?.name, 'AES128-SHA');
	t.is(cipherFacts('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384')?.name, 'ECDHE-RSA-AES256-GCM-SHA384');
});

const historic: Array<
	[name: string, kx: string, au: string, enc: string, bits: number, mac: string, iana: string | null]
> = [
	['RC4-MD5', 'RSA', 'RSA', 'RC4', 128, 'MD5', 'TLS_RSA_WITH_RC4_128_MD5'],
	['ECDHE-RSA-RC4-SHA', 'ECDHE', 'RSA', 'RC4', 128, 'SHA1', 'TLS_ECDHE_RSA_WITH_RC4_128_SHA'],
	['ADH-RC4-MD5', 'DHE', 'none', 'RC4', 128, 'MD5', 'TLS_DH_anon_WITH_RC4_128_MD5'],
	['AECDH-DES-CBC3-SHA', 'ECDHE', 'none', '3DES', 112, 'SHA1', 'TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA'],
	['DES-CBC3-SHA', 'RSA', 'RSA', '3DES', 112, 'SHA1', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
	['EDH-RSA-DES-CBC3-SHA', 'DHE', 'RSA', '3DES', 112, 'SHA1', 'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA'],
	['DHE-DSS-DES-CBC3-SHA', 'DHE', 'DSS', '3DES', 112, 'SHA1', 'TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA'],
	['PSK-3DES-EDE-CBC-SHA', 'PSK', 'PSK', '3DES', 112, 'SHA1', 'TLS_PSK_WITH_3DES_EDE_CBC_SHA'],
	['SRP-RSA-3DES-EDE-CBC-SHA', 'SRP', 'RSA', '3DES', 112, 'SHA1', 'TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA'],
	['KRB5-RC4-MD5', 'KRB5', 'KRB5', 'RC4', 128, 'MD5', 'TLS_KRB5_WITH_RC4_128_MD5'],
	['DES-CBC-SHA', 'RSA', 'RSA', 'DES', 56, 'SHA1', 'TLS_RSA_WITH_DES_CBC_SHA'],
	['EXP-RC4-MD5', 'RSA', 'RSA', 'RC4', 40, 'MD5', 'TLS_RSA_EXPORT_WITH_RC4_40_MD5'],
	['EXP-RC2-CBC-MD5', 'RSA', 'RSA', 'RC2', 40, 'MD5', 'TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5'],
	['EXP-DES-CBC-SHA', 'RSA', 'RSA', 'DES', 40, 'SHA1', 'TLS_RSA_EXPORT_WITH_DES40_CBC_SHA'],
	['EXP-EDH-DSS-DES-CBC-SHA', 'DHE', 'DSS', 'DES', 40, 'SHA1', 'TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA'],
	['EXP-ADH-RC4-MD5', 'DHE', 'none', 'RC4', 40, 'MD5', 'TLS_DH_anon_EXPORT_WITH_RC4_40_MD5'],
	['EXP-KRB5-DES-CBC-SHA', 'KRB5', 'KRB5', 'DES', 40, 'SHA1', 'TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA'],
	['EXP-KRB5-RC2-CBC-MD5', 'KRB5', 'KRB5', 'RC2', 40, 'MD5', 'TLS_KRB5_EXPORT_WITH_RC2_CBC_40_MD5'],
	['EXP1024-DHE-DSS-RC4-SHA', 'DHE', 'DSS', 'RC4', 56, 'SHA1', null],
	['EXP1024-DES-CBC-SHA', 'RSA', 'RSA', 'DES', 56, 'SHA1', null],
	['IDEA-CBC-SHA', 'RSA', 'RSA', 'IDEA', 128, 'SHA1', 'TLS_RSA_WITH_IDEA_CBC_SHA'],
	['DHE-RSA-SEED-SHA', 'DHE', 'RSA', 'SEED', 128, 'SHA1', 'TLS_DHE_RSA_WITH_SEED_CBC_SHA'],
	['DH-DSS-AES256-GCM-SHA384', 'DH', 'DSS', 'AESGCM', 256, 'AEAD', 'TLS_DH_DSS_WITH_AES_256_GCM_SHA384'],
	['ECDH-ECDSA-AES128-SHA', 'ECDH', 'ECDSA', 'AES', 128, 'SHA1', 'TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA'],
	['ECDHE-RSA-CHACHA20-POLY1305-OLD', 'ECDHE', 'RSA', 'CHACHA20', 256, 'AEAD', null],
	['ECDHE-ARIA256-GCM-SHA384', 'ECDHE', 'RSA', 'ARIAGCM', 256, 'AEAD', 'TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384'],
	['RC4-64-MD5', 'RSA', 'RSA', 'RC4', 64, 'MD5', null],
	['DES-CBC3-MD5', 'RSA', 'RSA', '3DES', 112, 'MD5', null],
	['GOST2001-GOST89-GOST89', 'GOST', 'GOST', 'GOST', 256, 'GOST', null],
	['GOST94-NULL-GOST94', 'GOST', 'GOST', 'NULL', 0, 'GOST', null],
	[
		...(['GOST2012-KUZNYECHIK-KUZNYECHIKOMAC', 'GOST', 'GOST', 'GOST', 256, 'GOST'] as const),
		'TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC',
	],
	['TLS_AES_128_CCM_8_SHA256', 'any', 'any', 'AESCCM8', 128, 'AEAD', 'TLS_AES_128_CCM_8_SHA256'],
	['TLS_SHA256_SHA256', 'any', 'any', 'NULL', 0, 'SHA256', 'TLS_SHA256_SHA256'],
];

test('suites that only old libraries print keep their facts', t => {
	for (const [name, keyExchange, authentication, encryption, bits, mac, iana] of historic) {
		t.like(cipherFacts(name), {name, keyExchange, authentication, encryption, bits, mac, iana} as object, name);
		t.is(cipherFacts(name)?.export, name.startsWith('EXP'), name);
		t.true(knownCiphers.includes(name), name);
	}
});

test('LibreSSL’s TLS 1.3 names are the IANA ones', t => {
	t.is(cipherFacts('AEAD-AES256-GCM-SHA384')?.name, 'TLS_AES_256_GCM_SHA384');
	t.is(cipherFacts('AEAD-AES128-GCM-SHA256')?.name, 'TLS_AES_128_GCM_SHA256');
	t.is(cipherFacts('AEAD-CHACHA20-POLY1305-SHA256')?.name, 'TLS_CHACHA20_POLY1305_SHA256');
});

test('what is no suite has no facts', t => {
	for (const word of [
		...['(NONE)', '', 'unknown', 'ECDHE-RSA', 'AES128', 'ECDHE-AES128-SHA', 'AES128-CCM-SHA256', 'ARIA128-CCM'],
		...['EXP-AES128-SHA', 'RC4-MD5-OLD', 'CAMELLIA128-CCM', 'TLS_FOO', 'ADH', 'CHACHA20-POLY1305-SHA256', 'AES128-GCM'],
	])
		t.is(cipherFacts(word), null, word);
});

const prefixes = [
	'',
	'ECDHE-RSA-',
	'ECDHE-ECDSA-',
	'DHE-RSA-',
	'DHE-DSS-',
	'ADH-',
	'AECDH-',
	'DH-RSA-',
	'ECDH-ECDSA-',
	'PSK-',
];
const bulks = ['AES128', 'AES256', 'CAMELLIA128', 'SEED', 'DES-CBC3', 'RC4', 'NULL', 'AES128-GCM', 'AES256-GCM'];

test('the grammar: prefix decides the exchange, bulk the encryption, last word the MAC', t => {
	fc.assert(
		fc.property(
			fc.constantFrom(...prefixes),
			fc.constantFrom(...bulks),
			fc.constantFrom('SHA', 'SHA256', 'SHA384', 'MD5'),
			(prefix, bulk, hash) => {
				const facts = cipherFacts(`${prefix}${bulk}-${hash}`);
				t.not(facts, null);
				t.is(facts?.forwardSecret, /^(EC)?DHE|^A(EC)?DH/.test(prefix));
				t.is(facts?.authentication === 'none', /^A(EC)?DH/.test(prefix));
				t.is(facts?.aead, bulk.endsWith('GCM'));
				t.is(facts?.bits, Number(/\d{3}/.exec(bulk)?.[0] ?? {SEED: 128, 'DES-CBC3': 112, RC4: 128, NULL: 0}[bulk]));
				t.is(facts?.mac, bulk.endsWith('GCM') ? 'AEAD' : hash === 'SHA' ? 'SHA1' : hash);
			},
		),
	);
});

test('no word of a log throws, and the same word has the same facts', t => {
	fc.assert(
		fc.property(
			fc.oneof(fc.string(), fc.constantFrom('toString', '__proto__', 'constructor', ...knownCiphers)),
			word => {
				const facts = cipherFacts(word);
				t.is(cipherFacts(word), facts);
				t.true(facts === null || typeof facts.name === 'string');
			},
		),
	);
	for (let index = 0; index < 5100; index++) cipherFacts(`X-${index}`);
	t.is(cipherFacts('AES128-SHA')?.bits, 128);
});

test('braces mean each of their words', t => {
	t.deepEqual(expandBraces('a{b,c}d{,e}'), ['abd', 'abde', 'acd', 'acde']);
	t.deepEqual(expandBraces('plain'), ['plain']);
	t.is(new Set(knownCiphers).size, knownCiphers.length);
});
