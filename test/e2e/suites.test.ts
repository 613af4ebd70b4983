import test from 'ava';
import fc from 'fast-check';
import {cipherString, classesLeft, libraryOf, suitesLeft} from '../e2e/suites.ts';

const v30 = {major: 3, minor: 0, patch: 0};
const v37 = {major: 3, minor: 7, patch: 11};
const v38 = {major: 3, minor: 8, patch: 0};

test('a grade and exclusions become the string that OpenSSL is given', t => {
	t.is(cipherString('high', [], v37), 'aNULL:-aNULL:HIGH:@STRENGTH');
	t.is(cipherString('Medium', ['RC4', 'kRSA+AES'], v37), 'aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH:!RC4:!kRSA+AES');
	t.is(cipherString('export', [], v38), cipherString('medium', [], v38));
	t.is(cipherString('high', ['MD5'], v37, 'HIGH'), 'HIGH:!MD5');
});

test('what Postfix refuses is no string', t => {
	t.is(cipherString('HIGH:!aNULL', [], v37), null);
	t.is(cipherString('medium', ['!RC4'], v37), null);
});

const left = (grade: string, exclusions: string[], version: typeof v37) =>
	classesLeft(cipherString(grade, exclusions, version) ?? '', libraryOf(version));

test('3.8 drops what is weak from medium; before, 3DES and RC4 are left', t => {
	const weak = ['RC4', '3DES', 'SEED', 'IDEA', 'static-DH', 'MD5'] as const;
	const old = left('medium', [], v37);
	for (const word of weak) t.true(old.includes(word), word);
	const now = left('medium', [], v38);
	for (const word of weak) t.false(now.includes(word), word);
	t.true(now.includes('RSA-kx') && now.includes('anonymous') && now.includes('CBC'));
});

test('high leaves 3DES with the OpenSSL of old, and export is left by the grade of that name', t => {
	t.true(left('high', [], v30).includes('3DES'));
	t.false(left('high', [], v37).includes('3DES'));
	t.true(left('export', [], v30).includes('export'));
	t.false(left('medium', [], v30).includes('export'));
});

test('exclusions take out their class', t => {
	const some = left('medium', ['RC4', '3DES', 'aNULL', 'kRSA'], v37);
	for (const word of ['RC4', '3DES', 'anonymous', 'RSA-kx'] as const) t.false(some.includes(word), word);
	t.true(some.includes('ECDHE'));
	t.false(left('null', [], v37).includes('ECDHE') && left('null', [], v37).includes('AES'));
	t.true(left('null', [], v37).includes('NULL'));
});

test('operators work as in OpenSSL', t => {
	const suites = (string: string) => suitesLeft(string, '1.1-or-later');
	t.deepEqual(suites('ECDHE-RSA-AES128-SHA:AES256-SHA:!kRSA'), ['ECDHE-RSA-AES128-SHA']);
	t.deepEqual(suites('AES256-SHA:-AES256-SHA:AES256-SHA'), ['AES256-SHA']);
	t.deepEqual(suites('!AES256-SHA:AES256-SHA'), []);
	t.deepEqual(suites('AES256-SHA:+RC4:NOSUCH:!NOSUCH+AES:@STRENGTH:@SECLEVEL=0'), ['AES256-SHA']);
	t.deepEqual(suites('kRSA+AES256+SHA1'), ['AES256-SHA']);
});

test('an exclusion never leaves more, and any string is read', t => {
	fc.assert(
		fc.property(fc.array(fc.oneof(fc.constantFrom('HIGH', 'ALL', 'RC4', '-AES', '+MD5'), fc.string())), words => {
			const string = words.join(':');
			const before = new Set(suitesLeft(string, '1.1-or-later'));
			t.true(suitesLeft(`${string}:!AES`, '1.1-or-later').every(name => before.has(name)));
		}),
	);
	t.pass();
});
