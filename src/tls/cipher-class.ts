import {didYouMean} from '../text/nearest.ts';
import {type CipherFacts, cipherFacts, expandBraces, knownCiphers} from './cipher.ts';

/** Words for groups of suites, in the spelling a policy prints. */
const members = {
	anonymous: facts => facts.authentication === 'none',
	NULL: facts => facts.encryption === 'NULL',
	export: facts => facts.export,
	RC4: facts => facts.encryption === 'RC4',
	RC2: facts => facts.encryption === 'RC2',
	'3DES': facts => facts.encryption === '3DES',
	DES: facts => facts.encryption === 'DES',
	IDEA: facts => facts.encryption === 'IDEA',
	SEED: facts => facts.encryption === 'SEED',
	GOST: facts => facts.keyExchange === 'GOST',
	CAMELLIA: facts => facts.encryption.startsWith('CAMELLIA'),
	ARIA: facts => facts.encryption.startsWith('ARIA'),
	CHACHA20: facts => facts.encryption === 'CHACHA20',
	AES: facts => facts.encryption.startsWith('AES'),
	CBC: facts => /^(?:AES|CAMELLIA|SEED|IDEA|3DES|DES|RC2)$/.test(facts.encryption),
	GCM: facts => facts.encryption.endsWith('GCM'),
	CCM: facts => facts.encryption === 'AESCCM',
	CCM8: facts => facts.encryption === 'AESCCM8',
	AEAD: facts => facts.aead,
	'no-AEAD': facts => !facts.aead,
	MD5: facts => facts.mac === 'MD5',
	SHA1: facts => facts.mac === 'SHA1',
	'RSA-kx': facts => facts.keyExchange === 'RSA',
	'RSA-PSK': facts => facts.keyExchange === 'RSA-PSK',
	'static-DH': facts => facts.keyExchange === 'DH',
	'static-ECDH': facts => facts.keyExchange === 'ECDH',
	DHE: facts => facts.keyExchange === 'DHE' || facts.keyExchange === 'DHE-PSK',
	ECDHE: facts => facts.keyExchange === 'ECDHE' || facts.keyExchange === 'ECDHE-PSK',
	PSK: facts => facts.keyExchange.endsWith('PSK'),
	SRP: facts => facts.keyExchange === 'SRP',
	KRB5: facts => facts.keyExchange === 'KRB5',
	DSS: facts => facts.authentication === 'DSS',
	'no-forward-secrecy': facts => !facts.forwardSecret,
	'forward-secrecy': facts => facts.forwardSecret,
	'below-112-bits': facts => facts.bits < 112,
	'below-128-bits': facts => facts.bits < 128,
	'TLSv1.3': facts => facts.tls13,
} satisfies Record<string, (facts: CipherFacts) => boolean>;

export type CipherClass = keyof typeof members;
export const cipherClasses = Object.keys(members) as CipherClass[];

/** Words of openssl-ciphers(1) and of everyday speech for the same groups. */
const aliases: Readonly<Record<string, CipherClass>> = {
	anull: 'anonymous',
	anon: 'anonymous',
	adh: 'anonymous',
	aecdh: 'anonymous',
	enull: 'NULL',
	exp: 'export',
	krsa: 'RSA-kx',
	'static-rsa': 'RSA-kx',
	kdh: 'static-DH',
	kecdh: 'static-ECDH',
	kdhe: 'DHE',
	kedh: 'DHE',
	edh: 'DHE',
	kecdhe: 'ECDHE',
	keecdh: 'ECDHE',
	eecdh: 'ECDHE',
	'des-cbc3': '3DES',
	'triple-des': '3DES',
	sha: 'SHA1',
	chacha: 'CHACHA20',
	'chacha20-poly1305': 'CHACHA20',
	ccm_8: 'CCM8',
	adss: 'DSS',
	'no-fs': 'no-forward-secrecy',
	fs: 'forward-secrecy',
	pfs: 'forward-secrecy',
	tls13: 'TLSv1.3',
};
const classOf = new Map<string, CipherClass>([
	...Object.entries(aliases),
	...cipherClasses.map(word => [word.toLowerCase(), word] as const),
]);

/** Suites by name and by class, ready to be asked. */
export type SuiteSet = {readonly names: ReadonlySet<string>; readonly classes: readonly CipherClass[]};

/**
 * Suites from the words of a policy or a command line: a class (`RC4`, `aNULL`, `no-forward-secrecy`), a suite in any
 * spelling, braces allowed (`ECDHE-{RSA,ECDSA}-AES128-SHA`). Throws an `Error` that names a wrong word and the nearest.
 */
export function suiteSet(words: readonly string[]): SuiteSet {
	const names = new Set<string>();
	const classes = new Set<CipherClass>();
	for (const word of words.flatMap(expandBraces)) {
		const family = classOf.get(word.toLowerCase());
		const facts = family === undefined ? (cipherFacts(word) ?? cipherFacts(word.toUpperCase())) : null;
		if (family !== undefined) classes.add(family);
		else if (facts !== null) names.add(facts.name);
		else {
			const near = didYouMean(word, [...cipherClasses, ...knownCiphers]) || ';';
			throw new Error(
				`"${word}" is no cipher suite and no class of suites${near} classes: ${cipherClasses.join(', ')}.`,
			);
		}
	}
	return {names, classes: [...classes]};
}

/** The word by which a suite belongs to the set (its name or a class), or `null` when it does not. */
export function memberOf(facts: CipherFacts, set: SuiteSet): string | null {
	if (set.names.has(facts.name)) return facts.name;
	return set.classes.find(word => members[word](facts)) ?? null;
}
