import {type CipherFacts, cipherFacts, knownCiphers} from '../tls/cipher.ts';
import {type CipherClass, cipherClasses, memberOf} from '../tls/cipher-class.ts';
import {gradeOf, isBadExclusion} from './cipher-grade.ts';
import {cipherWord, type Library} from './cipher-words.ts';
import {defaultOf} from './defaults.ts';
import {atLeast, type PostfixVersion} from './postfix-version.ts';

/** The suites up to TLS 1.2; those of TLS 1.3 are touched by no cipher string. */
const older: readonly CipherFacts[] = knownCiphers.flatMap(name => {
	const facts = cipherFacts(name);
	return facts === null || facts.tls13 ? [] : [facts];
});

/**
 * The string that Postfix hands to SSL_CTX_set_cipher_list for a grade and exclusions (tls_misc.c, tls_set_ciphers), fit for
 * `openssl ciphers` and node:tls; null where the grade or an exclusion is refused. `list` is the value of
 * tls_high_cipherlist and its kin where main.cf sets it; without it the default of the version is taken.
 */
export function cipherString(
	grade: string,
	exclusions: readonly string[],
	version: PostfixVersion,
	list: string | null = null,
): string | null {
	const known = gradeOf(grade, version);
	if (known === null || exclusions.some(isBadExclusion)) return null;
	const base = list ?? defaultOf(`tls_${known}_cipherlist`, version) ?? '';
	return [base, ...exclusions.map(item => `!${item}`)].join(':');
}

/** The OpenSSL a Postfix of this age is built with: 3.6 wants 1.1.1, what came before may have had either. */
export function libraryOf(version: PostfixVersion): Library {
	return atLeast(version, 3, 6) ? '1.1-or-later' : 'before-1.1';
}

/** The suites that one element names: `RC4`, `kRSA+AES`, or a suite's own name. Unknown words name none, as in OpenSSL. */
function namedBy(element: string, library: Library): ReadonlySet<CipherFacts> {
	const tests = element.split('+').map(word => {
		const test = cipherWord(word);
		if (test !== null) return test;
		const name = word.startsWith('TLS_') ? (cipherFacts(word)?.name ?? word) : word;
		return older.some(facts => facts.name === name) ? (facts: CipherFacts) => facts.name === name : () => false;
	});
	return new Set(older.filter(facts => tests.every(test => test(facts, library))));
}

/**
 * The suites up to TLS 1.2 that a cipher string leaves, by OpenSSL's names and without order; `!` removes for good, `-` until
 * they are named again, `+` moves. Suites that the library at hand was built without, and what its security level forbids,
 * are not taken into account.
 */
export function suitesLeft(string: string, library: Library): readonly string[] {
	const active = new Set<CipherFacts>();
	const killed = new Set<CipherFacts>();
	for (const element of string.split(/[:,;\s]+/)) {
		const sign = element[0] ?? '';
		if (element === '' || sign === '@' || sign === '+') continue;
		const suites = namedBy(sign === '!' || sign === '-' ? element.slice(1) : element, library);
		for (const suite of suites) {
			if (sign === '!') killed.add(suite);
			if (sign === '!' || sign === '-') active.delete(suite);
			else if (!killed.has(suite)) active.add(suite);
		}
	}
	return older.filter(facts => active.has(facts)).map(({name}) => name);
}

/** The classes of which a cipher string leaves at least one suite, in the order of `cipherClasses`. */
export function classesLeft(string: string, library: Library): readonly CipherClass[] {
	const left = suitesLeft(string, library).flatMap(name => cipherFacts(name) ?? []);
	return cipherClasses.filter(word =>
		left.some(facts => memberOf(facts, {names: new Set(), classes: [word]}) !== null),
	);
}
