import type {CipherFacts} from '../tls/cipher.ts';
import type {Protocol} from '../tls/version.ts';

/**
 * Classes of suites that are tried one by one in TLS 1.2 and older, the best first, each as openssl-ciphers(1) writes it.
 * `least` is the oldest version that knows the class: AEAD came with TLS 1.2 (RFC 5246 section 6.2.3.3).
 */
const classes = {
	'forward secrecy AEAD': {
		ciphers: ['ECDHE', 'DHE'].flatMap(each =>
			['AESGCM', 'CHACHA20', 'AESCCM', 'ARIAGCM'].map(bulk => `${each}+${bulk}`),
		),
		least: 'TLSv1.2',
		holds: facts => facts.forwardSecret && facts.aead,
	},
	'forward secrecy CBC': {
		ciphers: ['ECDHE', 'DHE'].flatMap(each => ['AES', 'CAMELLIA', 'SEED', 'IDEA'].map(bulk => `${each}+${bulk}`)),
		least: 'SSLv3',
		holds: facts => facts.forwardSecret,
	},
	'static RSA': {ciphers: ['kRSA'], least: 'SSLv3', holds: facts => facts.keyExchange === 'RSA'},
	'3DES': {ciphers: ['3DES'], least: 'SSLv3', holds: facts => facts.encryption === '3DES'},
	RC4: {ciphers: ['RC4'], least: 'SSLv3', holds: facts => facts.encryption === 'RC4'},
	anonymous: {ciphers: ['aNULL'], least: 'SSLv3', holds: facts => facts.authentication === 'none'},
	NULL: {ciphers: ['eNULL'], least: 'SSLv3', holds: facts => facts.encryption === 'NULL'},
	export: {ciphers: ['EXPORT'], least: 'SSLv3', holds: facts => facts.export},
} as const satisfies Record<
	string,
	{ciphers: readonly string[]; least: Protocol; holds: (facts: CipherFacts) => boolean}
>;

export type SuiteClass = keyof typeof classes;
export const suiteClasses = Object.keys(classes) as SuiteClass[];

/** From the worst: a suite that is both anonymous and NULL counts as NULL. */
const worstFirst: readonly SuiteClass[] = [...suiteClasses].reverse();

/** What is taken out of a class because it belongs to another, worse one. */
const worse: Readonly<Record<SuiteClass, readonly string[]>> = {
	'forward secrecy AEAD': ['aNULL', 'eNULL'],
	'forward secrecy CBC': ['aNULL', 'eNULL', 'AESGCM', 'AESCCM', 'CHACHA20', 'ARIAGCM'],
	'static RSA': ['aNULL', 'eNULL', '3DES', 'RC4', 'EXPORT', 'DES'],
	'3DES': ['aNULL'],
	RC4: ['aNULL', 'EXPORT'],
	anonymous: ['eNULL', 'EXPORT'],
	NULL: [],
	export: [],
};

/** The key of a certificate, as far as a client can ask for it: by what it takes as signatures. */
export type KeyKind = 'RSA' | 'ECDSA';

/** What a certificate with the key can sign with (RFC 9846 section 4.3.3), as SSL_CTX_set1_sigalgs_list(3) writes it. */
const signatures: Readonly<Record<KeyKind, string>> = {
	RSA: [256, 384, 512]
		.flatMap(bits => [`rsa_pss_rsae_sha${bits}`, `rsa_pss_pss_sha${bits}`, `RSA+SHA${bits}`])
		.concat('RSA+SHA224', 'RSA+SHA1')
		.join(':'),
	// EdDSA keys go with the suites of ECDSA (RFC 8422 section 5.10).
	ECDSA: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:ECDSA+SHA224:ECDSA+SHA1',
};

/** Hybrid groups of TLS 1.3 by their registered names (draft-ietf-tls-ecdhe-mlkem), as OpenSSL 3.5 has them. */
export const hybridGroups = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'] as const;
export type HybridGroup = (typeof hybridGroups)[number];

/** One thing to ask the server for: a version, and in it every suite or those of one class. */
export type ClientHello = {
	readonly version: Protocol;
	readonly suites: SuiteClass | null;
	/** Only a certificate with such a key. */
	readonly key?: KeyKind;
	/** Only this group for the key exchange. */
	readonly group?: HybridGroup;
};

/** What a ClientHello says of signatures and groups, as node:tls takes it. */
export function keyOffer({key, group}: ClientHello): {sigalgs?: string; ecdhCurve?: string} {
	return {
		...(key === undefined ? {} : {sigalgs: signatures[key]}),
		...(group === undefined ? {} : {ecdhCurve: group}),
	};
}

/**
 * The cipher list for OpenSSL. Security level 0 is the point of a probe: it offers what the defaults hold back.
 * With every suite offered the weak ones are last, so that a server which follows the client takes its best.
 */
export function cipherList({suites, key}: ClientHello): string {
	if (key !== undefined) return `a${key}:!eNULL:@SECLEVEL=0`;
	const words =
		suites === null
			? ['ALL', '+kRSA', '+SHA1', '+3DES', '+RC4', '+aNULL', 'eNULL']
			: [...classes[suites].ciphers, ...worse[suites].map(word => `!${word}`)];
	return [...words, '!PSK', '!SRP', '@SECLEVEL=0'].join(':');
}

/** A ClientHello in a message. */
export function helloText({version, suites, key, group}: ClientHello): string {
	if (key !== undefined) return `no certificate but ${key} in ${version}`;
	if (group !== undefined) return `${group} in ${version}`;
	return suites === null ? version : `${suites} in ${version}`;
}

/** Classes worth asking for in a version; none in TLS 1.3, whose suites are all of one class. */
export function classesOf(version: Protocol): SuiteClass[] {
	if (version === 'TLSv1.3') return [];
	return suiteClasses.filter(name => classes[name].least !== 'TLSv1.2' || version === 'TLSv1.2');
}

/** The class a negotiated suite belongs to, the worst that fits; `null` for one outside them all. */
export function classOf(facts: CipherFacts): SuiteClass | null {
	if (facts.tls13) return null;
	return (
		worstFirst.find(name => name !== 'forward secrecy CBC' && classes[name].holds(facts)) ??
		(classes['forward secrecy CBC'].holds(facts) ? 'forward secrecy CBC' : null)
	);
}
