import {gradeOf, isBadExclusion} from '../../src/mailserver/effective/governed-tls.ts';
import {defaultOf} from '../../src/mailserver/releases/defaults.ts';
import {atLeast, type PostfixVersion} from '../../src/mailserver/releases/postfix-version.ts';
import {type CipherFacts, cipherFacts, type Encryption, knownCiphers} from '../../src/tls/cipher.ts';
import {type CipherClass, cipherClasses, memberOf} from '../../src/tls/cipher-class.ts';

/** How OpenSSL sorts suites by strength changed once: from 1.1.0 on 3DES is no longer HIGH. */
type Library = 'before-1.1' | '1.1-or-later';

type Test = (facts: CipherFacts, library: Library) => boolean;

const encrypts =
	(...names: Encryption[]): Test =>
	({encryption}) =>
		names.includes(encryption);
const exchanges =
	(...names: string[]): Test =>
	({keyExchange}) =>
		names.includes(keyExchange);
const authenticates =
	(...names: string[]): Test =>
	({authentication}) =>
		names.includes(authentication);
const digests =
	(name: string): Test =>
	({mac}) =>
		mac === name;
const both =
	(one: Test, other: Test): Test =>
	(facts, library) =>
		one(facts, library) && other(facts, library);

const anonymous = authenticates('none');
const known: Test = facts => !anonymous(facts, '1.1-or-later');
const aes = encrypts('AES', 'AESGCM', 'AESCCM', 'AESCCM8');
const camellia = encrypts('CAMELLIA', 'CAMELLIAGCM');
const aria = encrypts('ARIAGCM');
const sized =
	(bits: number): Test =>
	facts =>
		facts.bits === bits;
const psk: Test = ({keyExchange}) => keyExchange.endsWith('PSK');
const srp = exchanges('SRP');
const exported: Test = facts => facts.export;

type Strength = 'HIGH' | 'MEDIUM' | 'LOW' | 'EXPORT' | 'NONE';

function strength({encryption, export: weakened}: CipherFacts, library: Library): Strength {
	if (weakened) return 'EXPORT';
	switch (encryption) {
		case 'NULL':
			return 'NONE';
		case 'RC4':
		case 'RC2':
		case 'IDEA':
		case 'SEED':
			return 'MEDIUM';
		case '3DES':
			return library === 'before-1.1' ? 'HIGH' : 'MEDIUM';
		case 'DES':
			return 'LOW';
		default:
			return 'HIGH';
	}
}

const strong =
	(wanted: Strength): Test =>
	(facts, library) =>
		strength(facts, library) === wanted;

/** The first version of TLS that has the suite, as OpenSSL 1.1 counts: SHA-2 and AEAD came with 1.2, curves with 1.0. */
const since12: Test = facts => facts.aead || (/^SHA(?:256|384)$/.test(facts.mac) && !facts.keyExchange.endsWith('PSK'));
const since10: Test = facts =>
	!since12(facts, '1.1-or-later') && (facts.keyExchange.startsWith('ECDHE') || /^SHA(?:256|384)$/.test(facts.mac));

/** What the words of a cipher string mean (openssl-ciphers(1), ssl_ciph.c). Names of suites are not among them. */
const words: Readonly<Record<string, Test>> = {
	ALL: facts => facts.encryption !== 'NULL',
	COMPLEMENTOFALL: encrypts('NULL'),
	DEFAULT: facts => facts.encryption !== 'NULL' && known(facts, '1.1-or-later'),
	COMPLEMENTOFDEFAULT: anonymous,
	HIGH: strong('HIGH'),
	MEDIUM: strong('MEDIUM'),
	LOW: strong('LOW'),
	EXPORT: exported,
	EXP: exported,
	EXPORT40: both(exported, sized(40)),
	EXPORT56: both(exported, sized(56)),
	eNULL: encrypts('NULL'),
	NULL: encrypts('NULL'),
	aNULL: anonymous,
	ADH: both(exchanges('DHE'), anonymous),
	AECDH: both(exchanges('ECDHE'), anonymous),
	kRSA: exchanges('RSA'),
	RSA: both(exchanges('RSA'), authenticates('RSA')),
	kDHE: exchanges('DHE'),
	kEDH: exchanges('DHE'),
	DH: exchanges('DHE'),
	DHE: both(exchanges('DHE'), known),
	EDH: both(exchanges('DHE'), known),
	kECDHE: exchanges('ECDHE'),
	kEECDH: exchanges('ECDHE'),
	ECDH: exchanges('ECDHE', 'ECDH'),
	ECDHE: both(exchanges('ECDHE'), known),
	EECDH: both(exchanges('ECDHE'), known),
	kDH: exchanges('DH'),
	kDHr: both(exchanges('DH'), authenticates('RSA')),
	kDHd: both(exchanges('DH'), authenticates('DSS')),
	kECDH: exchanges('ECDH'),
	kECDHr: both(exchanges('ECDH'), authenticates('RSA')),
	kECDHe: both(exchanges('ECDH'), authenticates('ECDSA')),
	kPSK: exchanges('PSK'),
	kRSAPSK: exchanges('RSA-PSK'),
	kDHEPSK: exchanges('DHE-PSK'),
	kECDHEPSK: exchanges('ECDHE-PSK'),
	kSRP: srp,
	kGOST: exchanges('GOST'),
	kKRB5: exchanges('KRB5'),
	aRSA: authenticates('RSA'),
	aDSS: authenticates('DSS'),
	DSS: authenticates('DSS'),
	aECDSA: authenticates('ECDSA'),
	ECDSA: authenticates('ECDSA'),
	aPSK: authenticates('PSK'),
	aSRP: authenticates('SRP'),
	aGOST: authenticates('GOST'),
	aKRB5: authenticates('KRB5'),
	PSK: psk,
	SRP: srp,
	KRB5: exchanges('KRB5'),
	AES: aes,
	AES128: both(aes, sized(128)),
	AES256: both(aes, sized(256)),
	AESGCM: encrypts('AESGCM'),
	AESCCM: encrypts('AESCCM', 'AESCCM8'),
	AESCCM8: encrypts('AESCCM8'),
	CAMELLIA: camellia,
	CAMELLIA128: both(camellia, sized(128)),
	CAMELLIA256: both(camellia, sized(256)),
	CHACHA20: encrypts('CHACHA20'),
	ARIA: aria,
	ARIAGCM: aria,
	ARIA128: both(aria, sized(128)),
	ARIA256: both(aria, sized(256)),
	SEED: encrypts('SEED'),
	IDEA: encrypts('IDEA'),
	RC2: encrypts('RC2'),
	RC4: encrypts('RC4'),
	DES: encrypts('DES'),
	'3DES': encrypts('3DES'),
	MD5: digests('MD5'),
	SHA: digests('SHA1'),
	SHA1: digests('SHA1'),
	SHA256: digests('SHA256'),
	SHA384: digests('SHA384'),
	'TLSv1.2': since12,
	'TLSv1.0': since10,
	TLSv1: since10,
	SSLv3: facts => !since12(facts, '1.1-or-later') && !since10(facts, '1.1-or-later'),
};

/** What a word means, null where it is none that is known here. Capitals count, as in OpenSSL. */
function cipherWord(word: string): Test | null {
	return Object.hasOwn(words, word) ? (words[word] ?? null) : null;
}

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
 * they are named again, `+` moves. Suites that the current library was built without, and what its security level forbids,
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
