import {createSecureContext} from 'node:tls';
import test from 'ava';
import {cipherList, classesOf, classOf, helloText, suiteClasses} from '../../src/probe/client-hello.ts';
import {canOffer} from '../../src/probe/handshake.ts';
import {cipherFacts} from '../../src/tls/cipher.ts';

const classNamed = (cipher: string): string | null => {
	const facts = cipherFacts(cipher);
	return facts === null ? 'no suite' : classOf(facts);
};

test('a suite belongs to the worst class that fits it', t => {
	const expected = {
		'ECDHE-RSA-AES128-GCM-SHA256': 'forward secrecy AEAD',
		'DHE-RSA-CHACHA20-POLY1305': 'forward secrecy AEAD',
		'ECDHE-RSA-AES256-SHA': 'forward secrecy CBC',
		'DHE-RSA-CAMELLIA256-SHA': 'forward secrecy CBC',
		'AES128-GCM-SHA256': 'static RSA',
		'DES-CBC3-SHA': '3DES',
		'ECDHE-RSA-DES-CBC3-SHA': '3DES',
		'RC4-SHA': 'RC4',
		'ADH-RC4-MD5': 'anonymous',
		'AECDH-AES256-SHA': 'anonymous',
		'AECDH-NULL-SHA': 'NULL',
		'NULL-SHA256': 'NULL',
		'EXP-RC4-MD5': 'export',
		TLS_AES_128_GCM_SHA256: null,
		'DH-RSA-AES128-SHA': null,
	};
	for (const [cipher, name] of Object.entries(expected)) t.is(classNamed(cipher), name, cipher);
});

test('every class is asked for in TLS 1.2, AEAD nowhere older, none in TLS 1.3', t => {
	t.deepEqual(classesOf('TLSv1.2'), suiteClasses);
	t.false(classesOf('TLSv1.1').includes('forward secrecy AEAD'));
	t.true(classesOf('TLSv1').includes('export'));
	t.deepEqual(classesOf('TLSv1.3'), []);
	t.is(helloText({version: 'TLSv1', suites: 'RC4'}), 'RC4 in TLSv1');
});

test('cipher lists are such that OpenSSL takes them, at security level 0', t => {
	for (const suites of [
		null,
		'forward secrecy AEAD',
		'forward secrecy CBC',
		'static RSA',
		'anonymous',
		'NULL',
	] as const) {
		const ciphers = cipherList({version: 'TLSv1.2', suites});
		t.true(ciphers.endsWith(':@SECLEVEL=0'));
		t.notThrows(() => createSecureContext({ciphers}), ciphers);
	}
});

test('the local OpenSSL is asked what it can offer, without a connection', async t => {
	for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const)
		t.true(await canOffer({version, suites: null}), version);
	t.true(await canOffer({version: 'TLSv1', suites: 'anonymous'}));
	t.false(await canOffer({version: 'SSLv3', suites: null}));
	t.false(await canOffer({version: 'SSLv2', suites: null}));
	t.false(await canOffer({version: 'TLSv1', suites: 'export'}));
	// Known suites, but none of them in that version.
	t.false(await canOffer({version: 'TLSv1', suites: 'forward secrecy AEAD'}));
});
