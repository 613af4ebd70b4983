import test from 'ava';
import {groupOf, isPostQuantum, rsaBitsOf} from '../../src/tls/group.ts';

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
	t.is(groupOf('constructor'), 'constructor');
});

test('a key exchange without its group names none', t => {
	for (const text of ['ECDHE', 'DHE', '', 'some thing else', '__proto__']) t.is(groupOf(text), null, text);
});

test('post-quantum groups are recognised by their ML-KEM share', t => {
	t.true(isPostQuantum('x25519mlkem768'));
	t.false(isPostQuantum('x25519'));
});

test('the bits of an RSA key are read from the signature, of raw public keys too', t => {
	t.is(rsaBitsOf('RSA-PSS (2048 bits)'), 2048);
	t.is(rsaBitsOf('RSA-PSS (4096 bit raw public key)'), 4096);
	t.is(rsaBitsOf('ECDSA (prime256v1)'), null);
	t.is(rsaBitsOf('RSA-PSS'), null);
});
