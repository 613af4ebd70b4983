import type {CipherFacts, Encryption} from '../tls/cipher.ts';

/** How OpenSSL sorts suites by strength changed once: from 1.1.0 on 3DES is no longer HIGH. */
export type Library = 'before-1.1' | '1.1-or-later';

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

/** What the words of a cipher string stand for (openssl-ciphers(1), ssl_ciph.c). Names of suites are not among them. */
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

/** What a word stands for, null where it is none that is known here. Capitals count, as in OpenSSL. */
export function cipherWord(word: string): Test | null {
	return Object.hasOwn(words, word) ? (words[word] ?? null) : null;
}
