import test from 'ava';
import fc from 'fast-check';
import {didYouMean, editDistance, nearest} from '../../src/text/nearest.ts';
import {cipherFacts, knownCiphers} from '../../src/tls/cipher.ts';
import {cipherClasses, memberOf, suiteSet} from '../../src/tls/cipher-class.ts';
import {groupOf, isHybrid, isPostQuantum, keyExchangeKind, rsaBitsOf} from '../../src/tls/group.ts';
import {compareProtocols, parseProtocol, protocolOf, protocols} from '../../src/tls/version.ts';

test('a group has one name, however the Postfix and OpenSSL of the day spell it', t => {
	for (const text of ['ECDHE (P-256)', 'ECDHE (prime256v1)', 'secp256r1', 'P-256', 'prime256v1'])
		t.is(groupOf(text), 'secp256r1', text);
	t.is(groupOf('ECDHE (P-384)'), 'secp384r1');
	t.is(groupOf('X25519'), 'x25519');
	t.is(groupOf('x25519'), 'x25519');
	t.is(groupOf('DHE (2048 bits)'), 'ffdhe2048');
	t.is(groupOf('ffdhe4096'), 'ffdhe4096');
	t.is(groupOf('brainpoolP256r1tls13'), 'brainpoolp256r1');
	t.is(groupOf('X25519MLKEM768'), 'x25519mlkem768');
	t.is(groupOf('p384_mlkem768'), 'p384_mlkem768');
	t.is(groupOf('constructor'), 'constructor');
});

test('a key exchange without its group names none', t => {
	for (const text of ['ECDHE', 'DHE', '', 'some thing else', '__proto__']) t.is(groupOf(text), null, text);
});

test('post-quantum groups are recognised by their ML-KEM share', t => {
	t.true(isPostQuantum('x25519mlkem768'));
	t.true(isPostQuantum('mlkem1024'));
	t.true(isPostQuantum('x25519kyber768draft00'));
	t.false(isPostQuantum('x25519'));
});

test('a hybrid is a curve with ML-KEM, or with Kyber as drafts had it: neither alone', t => {
	for (const group of [
		'x25519mlkem768',
		'secp256r1mlkem768',
		'secp384r1mlkem1024',
		'curvesm2mlkem768',
		'p521_mlkem1024',
		'x25519kyber768draft00',
		'x25519_kyber768',
	])
		t.true(isHybrid(group), group);
	for (const group of ['mlkem768', 'mlkem1024', 'x25519', 'ffdhe3072', 'kyber768']) t.false(isHybrid(group), group);
});

test('a key exchange is hybrid, could have been, cannot be, or is not logged', t => {
	const kinds = {
		hybrid: ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024', 'MLKEM1024', 'X25519Kyber768Draft00'],
		could: [
			...['X25519', 'x448', 'ECDHE (prime256v1)', 'ECDHE (P-521)', 'secp384r1', 'DHE (2048 bits)', 'ffdhe3072'],
			...['brainpoolP256r1tls13', 'curveSM2', 'ECDHE', 'DHE'],
		],
		'not-logged': ['', 'UNDEF', 'some thing else', '__proto__'],
	} as const;
	for (const kind of ['hybrid', 'could', 'not-logged'] as const)
		for (const word of kinds[kind]) {
			t.is(keyExchangeKind('TLSv1.3', word), kind, word);
			for (const old of ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2']) t.is(keyExchangeKind(old, word), 'cannot', old);
		}
	t.is(keyExchangeKind('TLSv1.3', null), 'not-logged');
	t.is(keyExchangeKind('TLSv1.2', null), 'cannot');
	t.is(keyExchangeKind(null, null), 'not-logged');
	t.is(keyExchangeKind('TLSv1.4', null), 'not-logged', 'a version of the future');
	t.is(keyExchangeKind('TLSv1.4', 'MLKEM1024'), 'hybrid');
});

test('the bits of an RSA key are read from the signature, of raw public keys too', t => {
	t.is(rsaBitsOf('RSA-PSS (2048 bits)'), 2048);
	t.is(rsaBitsOf('RSA-PSS (4096 bit raw public key)'), 4096);
	t.is(rsaBitsOf('ECDSA (prime256v1)'), null);
	t.is(rsaBitsOf('RSA-PSS'), null);
});

const caught = (word: string, cipher: string) => {
	const facts = cipherFacts(cipher);
	return facts === null ? null : memberOf(facts, suiteSet([word]));
};

test('every class has a member, and a word for it in any case', t => {
	for (const word of cipherClasses) {
		const set = suiteSet([word.toLowerCase()]);
		t.deepEqual(set.classes, [word]);
		t.true(
			knownCiphers.some(name => {
				const facts = cipherFacts(name);
				return facts !== null && memberOf(facts, set) === word;
			}),
			word,
		);
	}
});

test('classes catch what their words say', t => {
	t.is(caught('CBC', 'ECDHE-RSA-AES256-SHA384'), 'CBC');
	t.is(caught('CBC', 'ECDHE-RSA-AES256-GCM-SHA384'), null);
	t.is(caught('CBC', 'RC4-SHA'), null);
	t.is(caught('rsa-kx', 'AES256-GCM-SHA384'), 'RSA-kx');
	t.is(caught('kRSA', 'ECDHE-RSA-AES256-GCM-SHA384'), null);
	t.is(caught('aNULL', 'AECDH-AES256-SHA'), 'anonymous');
	t.is(caught('eNULL', 'NULL-SHA256'), 'NULL');
	t.is(caught('3des', 'DES-CBC3-SHA'), '3DES');
	t.is(caught('DES', 'DES-CBC3-SHA'), null);
	t.is(caught('no-forward-secrecy', 'AES128-SHA'), 'no-forward-secrecy');
	t.is(caught('below-128-bits', 'DES-CBC3-SHA'), 'below-128-bits');
	t.is(caught('TLSv1.3', 'TLS_AES_128_GCM_SHA256'), 'TLSv1.3');
});

test('suites may be named in either case, by IANA name, and with braces', t => {
	t.is(caught('ecdhe-rsa-aes128-sha', 'ECDHE-RSA-AES128-SHA'), 'ECDHE-RSA-AES128-SHA');
	t.is(caught('TLS_RSA_WITH_AES_128_CBC_SHA', 'AES128-SHA'), 'AES128-SHA');
	t.deepEqual(
		[...suiteSet(['ECDHE-{RSA,ECDSA}-AES128-SHA']).names],
		['ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES128-SHA'],
	);
});

test('a wrong word is named together with the nearest right one', t => {
	t.throws(() => suiteSet(['anonymus']), {message: /"anonymus" is no cipher suite.*did you mean "anonymous"\?/});
	t.throws(() => suiteSet(['ECDHE-RSA-AES128-SHA255']), {message: /did you mean "ECDHE-RSA-AES128-SHA256"\?/});
	t.throws(() => suiteSet(['quite something else']), {message: /; classes: anonymous, NULL/});
});

test('versions are in order of age', t => {
	t.deepEqual(['TLSv1.3', 'SSLv3', 'TLSv1', 'TLSv1.2', 'SSLv2', 'TLSv1.1'].map(parseProtocol).sort(compareProtocols), [
		...protocols,
	]);
	t.is(compareProtocols('TLSv1.2', 'TLSv1.2'), 0);
});

test('the spellings of other programs and of people are understood', t => {
	const spellings: Record<string, string[]> = {
		TLSv1: ['TLSv1', 'TLSv1.0', 'TLS1.0', 'tls1', 'TLS 1.0', 'tlsv1_0', '1.0', 'TLS-1.0'],
		'TLSv1.1': ['TLSv1.1', 'TLS1.1', 'tlsv1_1'],
		'TLSv1.2': ['TLSv1.2', 'TLSv1_2', 'TLS1.2', 'TLS 1.2', '1.2', ' tls v1.2 '],
		'TLSv1.3': ['TLSv1.3', 'TLS1.3', '1.3'],
		SSLv3: ['SSLv3', 'SSL3', 'ssl3.0', 'SSL 3.0'],
		SSLv2: ['SSLv2', 'ssl2'],
	};
	for (const [protocol, words] of Object.entries(spellings))
		for (const word of words) t.is(protocolOf(word), protocol as never, word);
});

test('what names no version of TLS over TCP is not taken for one', t => {
	for (const word of ['unknown', 'QUICv1', 'DTLSv1.2', 'TLSv2', 'TLSv1.4', 'SSLv1', 'SSLv3.1', '', 'TLS', '2', '3'])
		t.is(protocolOf(word), null, word);
});

test('a wrong version is answered with the right words', t => {
	t.throws(() => parseProtocol('TSLv1.2'), {
		message:
			'"TSLv1.2" is no TLS version; did you mean "TLSv1.2"? write one of SSLv2, SSLv3, TLSv1, TLSv1.1, TLSv1.2, TLSv1.3.',
	});
	t.throws(() => parseProtocol('new'), {message: /^"new" is no TLS version; write one of SSLv2/});
});

test('the edit distance counts changes and swaps, the same from both sides', t => {
	t.is(editDistance('submision', 'submission'), 1);
	t.is(editDistance('versoin', 'version'), 1);
	t.is(editDistance('', 'abc'), 3);
	fc.assert(
		fc.property(fc.string(), fc.string(), (a, b) => {
			t.is(editDistance(a, b), editDistance(b, a));
			t.is(editDistance(a, b) === 0, a === b);
			t.true(editDistance(a, b) <= Math.max(a.length, b.length));
		}),
	);
});

test('only a near word is offered', t => {
	t.is(nearest('min-verson', ['min-version', 'best-version']), 'min-version');
	t.is(nearest('RELAY-IN', ['relay-out', 'relay-in']), 'relay-in');
	t.is(nearest('something', ['relay-out', 'relay-in']), null);
	t.is(didYouMean('xyz', ['relay-in']), '');
});
