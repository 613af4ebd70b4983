import {spawnSync} from 'node:child_process';
import test from 'ava';
import {cipherFacts, knownCiphers} from '../../src/tls/cipher.ts';
import {codePointOf} from '../../src/tls/code-point.ts';

test('every suite of the openssl command has the number that the command prints', t => {
	const list = spawnSync(process.env.OPENSSL ?? 'openssl', ['ciphers', '-V', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], {
		encoding: 'utf8',
	});
	if (list.error !== undefined || list.status !== 0) {
		t.log('openssl is not installed: nothing to compare with');
		t.pass();
		return;
	}
	const rows = [...list.stdout.matchAll(/^\s*(0x..),(0x..) - (\S+)/gm)];
	t.true(rows.length > 30);
	for (const [, high, low, name = ''] of rows) t.is(codePointOf(name), Number(high) * 256 + Number(low), name);
});

test('every suite with a name in the registry has a number there, and no two names have the same', t => {
	const names = new Map<number, string>();
	for (const cipher of knownCiphers) {
		const iana = cipherFacts(cipher)?.iana ?? null;
		const number = codePointOf(cipher);
		t.is(number === null, iana === null, cipher);
		if (number === null || iana === null) continue;
		t.is(names.get(number) ?? iana, iana, cipher);
		names.set(number, iana);
		t.is(codePointOf(iana), number, iana);
	}
	t.true(names.size > 250);
});

/** Those that no OpenSSL of today prints, from the registry. */
const historic: Readonly<Record<string, number>> = {
	'EXP-RC4-MD5': 0x0003,
	'DES-CBC3-SHA': 0x000a,
	'EXP-EDH-RSA-DES-CBC-SHA': 0x0014,
	'ADH-DES-CBC3-SHA': 0x001b,
	'KRB5-IDEA-CBC-MD5': 0x0025,
	'EXP-KRB5-RC4-MD5': 0x002b,
	'DH-RSA-AES256-SHA256': 0x0069,
	'PSK-RC4-SHA': 0x008a,
	'DHE-RSA-SEED-SHA': 0x009a,
	'ECDHE-RSA-RC4-SHA': 0xc011,
	'ECDHE-RSA-DES-CBC3-SHA': 0xc012,
	'ECDH-RSA-CAMELLIA256-SHA384': 0xc079,
	TLS_SHA384_SHA384: 0xc0b5,
};

for (const [cipher, number] of Object.entries(historic))
	test(`${cipher} has its number`, t => {
		t.is(codePointOf(cipher), number);
	});

test('a word that is no suite, and a suite that the registry does not have, have no number', t => {
	for (const word of ['MADE-UP', '', 'toString', '(NONE)', 'RC2-CBC-MD5', 'DHE-DSS-RC4-SHA'])
		t.is(codePointOf(word), null, word);
});
