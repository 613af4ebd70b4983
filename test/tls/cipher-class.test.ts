import test from 'ava';
import {cipherFacts, knownCiphers} from '../../src/tls/cipher.ts';
import {cipherClasses, memberOf, suiteSet} from '../../src/tls/cipher-class.ts';

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
