/** TLS 1.3 (RFC 9846 appendix B.4; integrity only: RFC 9150). */
const tls13Ciphers: Readonly<Record<string, readonly [Encryption, number, Mac]>> = {
	TLS_AES_256_GCM_SHA384: ['AESGCM', 256, 'AEAD'],
	TLS_CHACHA20_POLY1305_SHA256: ['CHACHA20', 256, 'AEAD'],
	TLS_AES_128_GCM_SHA256: ['AESGCM', 128, 'AEAD'],
	TLS_AES_128_CCM_SHA256: ['AESCCM', 128, 'AEAD'],
	TLS_AES_128_CCM_8_SHA256: ['AESCCM8', 128, 'AEAD'],
	TLS_SHA256_SHA256: ['NULL', 0, 'SHA256'],
	TLS_SHA384_SHA384: ['NULL', 0, 'SHA384'],
};

/**
 * IANA names that do not follow from OpenSSL's; `null` where the registry has none: SSL 2 cipher kinds
 * and the GOST suite under a private code.
 */
const irregularIana: Readonly<Record<string, string | null>> = {
	'DHE-PSK-AES128-CCM8': 'TLS_PSK_DHE_WITH_AES_128_CCM_8',
	'DHE-PSK-AES256-CCM8': 'TLS_PSK_DHE_WITH_AES_256_CCM_8',
	'RC2-CBC-MD5': null,
	'IDEA-CBC-MD5': null,
	'DES-CBC-MD5': null,
	'DES-CBC3-MD5': null,
	'RC4-64-MD5': null,
	'EXP1024-DES-CBC-SHA': null,
	'EXP1024-DHE-DSS-DES-CBC-SHA': null,
	'EXP1024-RC4-SHA': null,
	'EXP1024-RC4-MD5': null,
	'EXP1024-DHE-DSS-RC4-SHA': null,
	'EXP1024-RC2-CBC-MD5': null,
	'DHE-DSS-RC4-SHA': null,
	'GOST94-GOST89-GOST89': null,
	'GOST2001-GOST89-GOST89': null,
	'GOST94-NULL-GOST94': null,
	'GOST2001-NULL-GOST94': null,
	'GOST2012-GOST8912-GOST8912': null,
	'LEGACY-GOST2012-GOST8912-GOST8912': null,
	'GOST2012-NULL-GOST12': null,
	'IANA-GOST2012-GOST8912-GOST8912': 'TLS_GOSTR341112_256_WITH_28147_CNT_IMIT',
	'GOST2012-MAGMA-MAGMAOMAC': 'TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC',
	'GOST2012-KUZNYECHIK-KUZNYECHIKOMAC': 'TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC',
};

/** Words in braces mean each of them: `ECDHE-{RSA,ECDSA}-AES128-SHA` is two names. No braces: the word itself. */
export function expandBraces(pattern: string): string[] {
	const found = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern);
	if (found === null) return [pattern];
	const [, head = '', list = '', tail = ''] = found;
	const tails = expandBraces(tail);
	return list.split(',').flatMap(word => tails.map(rest => `${head}${word.trim()}${rest}`));
}

/** Every name that OpenSSL 0.9.7 to 3.x can print up to TLS 1.2, in braces; read by `knownCiphers`. */
const patterns = [
	'{ECDHE-RSA-,ECDHE-ECDSA-,ECDH-RSA-,ECDH-ECDSA-}{AES128-SHA,AES128-SHA256,AES128-GCM-SHA256,AES256-SHA,AES256-SHA384,AES256-GCM-SHA384}',
	'{ECDHE-RSA-,ECDHE-ECDSA-,ECDH-RSA-,ECDH-ECDSA-}{CAMELLIA128-SHA256,CAMELLIA256-SHA384,NULL-SHA,RC4-SHA,DES-CBC3-SHA}',
	'{,DHE-RSA-,DHE-DSS-,DH-RSA-,DH-DSS-,ADH-}{AES128,AES256}-{SHA,SHA256}',
	'{,DHE-RSA-,DHE-DSS-,DH-RSA-,DH-DSS-,ADH-}{AES128-GCM-SHA256,AES256-GCM-SHA384,SEED-SHA,DES-CBC3-SHA}',
	'{,DHE-RSA-,DHE-DSS-,DH-RSA-,DH-DSS-,ADH-}CAMELLIA{128,256}-{SHA,SHA256}',
	'{ECDHE-ECDSA-,DHE-RSA-,,PSK-,DHE-PSK-}AES{128,256}-{CCM,CCM8}',
	'{ECDHE-RSA-,ECDHE-ECDSA-,DHE-RSA-,PSK-,DHE-PSK-,RSA-PSK-,ECDHE-PSK-}CHACHA20-POLY1305',
	'{ECDHE-RSA-,ECDHE-ECDSA-,DHE-RSA-}CHACHA20-POLY1305-OLD',
	'{ECDHE-ECDSA-,ECDHE-,DHE-RSA-,DHE-DSS-,,PSK-,DHE-PSK-,RSA-PSK-}{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384}',
	'{PSK-,DHE-PSK-,RSA-PSK-}{AES128-GCM-SHA256,AES256-GCM-SHA384}',
	'{PSK-,DHE-PSK-,RSA-PSK-,ECDHE-PSK-}{AES128-CBC-SHA,AES128-CBC-SHA256,AES256-CBC-SHA,AES256-CBC-SHA384}',
	'{PSK-,DHE-PSK-,RSA-PSK-,ECDHE-PSK-}{CAMELLIA128-SHA256,CAMELLIA256-SHA384,RC4-SHA,3DES-EDE-CBC-SHA}',
	'{PSK-,DHE-PSK-,RSA-PSK-,ECDHE-PSK-}NULL-{SHA,SHA256,SHA384}',
	'{SRP-,SRP-RSA-,SRP-DSS-}{AES-128-CBC,AES-256-CBC,3DES-EDE-CBC}-SHA',
	'AECDH-{AES128,AES256,NULL,RC4,DES-CBC3}-SHA',
	'NULL-{MD5,SHA,SHA256}',
	'{RC4-MD5,RC4-SHA,ADH-RC4-MD5,DHE-DSS-RC4-SHA,IDEA-CBC-SHA}',
	'{,EXP-}{DES-CBC-SHA,EDH-RSA-DES-CBC-SHA,EDH-DSS-DES-CBC-SHA,ADH-DES-CBC-SHA}',
	'{DH-RSA-,DH-DSS-,EXP-DH-RSA-,EXP-DH-DSS-}DES-CBC-SHA',
	'EDH-{RSA,DSS}-DES-CBC3-SHA',
	'KRB5-{DES-CBC,DES-CBC3,RC4,IDEA-CBC}-{SHA,MD5}',
	'EXP-KRB5-{DES-CBC,RC2-CBC,RC4}-{SHA,MD5}',
	'EXP-{RC4-MD5,ADH-RC4-MD5,RC2-CBC-MD5}',
	'EXP1024-{DES-CBC-SHA,DHE-DSS-DES-CBC-SHA,RC4-SHA,RC4-MD5,DHE-DSS-RC4-SHA,RC2-CBC-MD5}',
];

/** Every OpenSSL suite name known here, old and new: TLS 1.3 first, then those of the grammar, then the irregular ones. */
export const knownCiphers: readonly string[] = [
	...new Set([...Object.keys(tls13Ciphers), ...patterns.flatMap(expandBraces), ...Object.keys(irregularIana)]),
];

export const keyExchanges = [
	'any',
	'ECDHE',
	'DHE',
	'RSA',
	'ECDH',
	'DH',
	'PSK',
	'RSA-PSK',
	'DHE-PSK',
	'ECDHE-PSK',
	'SRP',
	'KRB5',
	'GOST',
] as const;
/**
 * `any`: TLS 1.3, whose suites do not name it. `DH` and `ECDH` are static; anonymous DH is `DHE`/`ECDHE` with
 * authentication `none`.
 */
export type KeyExchange = (typeof keyExchanges)[number];
type Authentication = 'any' | 'RSA' | 'ECDSA' | 'DSS' | 'none' | 'PSK' | 'SRP' | 'KRB5' | 'GOST';
type Mac = 'AEAD' | 'MD5' | 'SHA1' | 'SHA256' | 'SHA384' | 'GOST';
export type Encryption =
	| 'AES'
	| 'AESGCM'
	| 'AESCCM'
	| 'AESCCM8'
	| 'CHACHA20'
	| 'CAMELLIA'
	| 'CAMELLIAGCM'
	| 'ARIAGCM'
	| 'SEED'
	| 'IDEA'
	| '3DES'
	| 'DES'
	| 'RC4'
	| 'RC2'
	| 'GOST'
	| 'NULL';

/** What the name of a cipher suite says. */
export type CipherFacts = {
	/** In OpenSSL's spelling, whatever spelling was asked for. */
	readonly name: string;
	/** The name in the IANA registry of TLS parameters; `null` where it has none (SSL 2, drafts, vendor suites). */
	readonly iana: string | null;
	readonly keyExchange: KeyExchange;
	readonly authentication: Authentication;
	readonly encryption: Encryption;
	/** Secret bits of the bulk cipher: 112 for 3DES, 40 or 56 for export suites, 0 for NULL. */
	readonly bits: number;
	readonly mac: Mac;
	/** A later theft of the private key does not open the recorded session. */
	readonly forwardSecret: boolean;
	readonly aead: boolean;
	readonly export: boolean;
	readonly tls13: boolean;
};

const grammar = new RegExp(
	'^(?:(EXP1024|EXP)-)?' +
		'(?:(ECDHE-RSA|ECDHE-ECDSA|ECDHE-PSK|DHE-RSA|DHE-DSS|DHE-PSK|EDH-RSA|EDH-DSS|DH-RSA|DH-DSS|ECDH-RSA|ECDH-ECDSA' +
		'|AECDH|ADH|RSA-PSK|PSK|SRP-RSA|SRP-DSS|SRP|KRB5|ECDHE(?=-ARIA))-)?' +
		'(?:(AES|CAMELLIA|ARIA)-?(128|256)(?:-(GCM|CCM8|CCM|CBC))?' +
		'|(CHACHA20-POLY1305|SEED|IDEA-CBC|DES-CBC3|3DES-EDE-CBC|DES-CBC|RC4-64|RC4|RC2-CBC|NULL))' +
		'(?:-(MD5|SHA|SHA256|SHA384))?(-OLD)?$',
);

const bulk: Readonly<Record<string, readonly [Encryption, number, string]>> = {
	'CHACHA20-POLY1305': ['CHACHA20', 256, 'CHACHA20_POLY1305'],
	SEED: ['SEED', 128, 'SEED_CBC'],
	'IDEA-CBC': ['IDEA', 128, 'IDEA_CBC'],
	'DES-CBC3': ['3DES', 112, '3DES_EDE_CBC'],
	'3DES-EDE-CBC': ['3DES', 112, '3DES_EDE_CBC'],
	'DES-CBC': ['DES', 56, 'DES_CBC'],
	'RC4-64': ['RC4', 64, 'RC4_64'],
	RC4: ['RC4', 128, 'RC4_128'],
	'RC2-CBC': ['RC2', 128, 'RC2_CBC'],
	NULL: ['NULL', 0, 'NULL'],
};

type Bulk = {readonly encryption: Encryption; readonly bits: number; readonly iana: string};

function blockCipher(family: string, size: string, mode: string | undefined): Bulk | null {
	const bits = Number(size);
	if (family === 'ARIA' && mode !== 'GCM') return null;
	if (family === 'CAMELLIA' && mode?.startsWith('CCM')) return null;
	const encryption = mode === undefined || mode === 'CBC' ? family : `${family}${mode}`;
	return {
		encryption: encryption as Encryption,
		bits,
		iana: `${family}_${size}_${mode === 'CCM8' ? 'CCM_8' : (mode ?? 'CBC')}`,
	};
}

/** Key exchange, authentication and their part of the IANA name. */
function handshakeOf(prefix: string | undefined): readonly [KeyExchange, Authentication, string] {
	switch (prefix) {
		case undefined:
			return ['RSA', 'RSA', 'RSA'];
		case 'ADH':
			return ['DHE', 'none', 'DH_anon'];
		case 'AECDH':
			return ['ECDHE', 'none', 'ECDH_anon'];
		case 'ECDHE':
			return ['ECDHE', 'RSA', 'ECDHE_RSA'];
		case 'KRB5':
			return ['KRB5', 'KRB5', 'KRB5'];
		case 'RSA-PSK':
			return ['RSA-PSK', 'RSA', 'RSA_PSK'];
		case 'PSK':
		case 'DHE-PSK':
		case 'ECDHE-PSK':
			return [prefix, 'PSK', prefix.replace('-', '_')];
	}
	const [exchange = '', authentication = 'SRP'] = prefix.replace(/^EDH/, 'DHE').split('-');
	const words = exchange === 'SRP' ? ['SRP', 'SHA', ...prefix.split('-').slice(1)] : [exchange, authentication];
	return [exchange as KeyExchange, authentication as Authentication, words.join('_')];
}

/** Export suites cut the key to 40 or 56 bits and say so in their own way in the registry. */
function exported(grade: 'EXP' | 'EXP1024', kerberos: boolean, whole: Bulk): Bulk {
	const bits = grade === 'EXP' ? 40 : 56;
	if (whole.encryption === 'DES') {
		const iana = kerberos ? 'DES_CBC_40' : grade === 'EXP' ? 'DES40_CBC' : 'DES_CBC';
		return {...whole, bits, iana};
	}
	return {...whole, bits, iana: whole.encryption === 'RC4' ? `RC4_${bits}` : `RC2_CBC_${bits}`};
}

function parse(name: string): CipherFacts | null {
	const found = grammar.exec(name);
	if (found === null) return null;
	const [, grade, prefix, family, size = '', mode, other = '', hash, old] = found;
	const single = bulk[other];
	let cipher: Bulk | null = null;
	if (family !== undefined) cipher = blockCipher(family, size, mode);
	else if (single !== undefined) cipher = {encryption: single[0], bits: single[1], iana: single[2]};
	if (cipher === null) return null;
	const aead = /GCM|CCM|CHACHA/.test(cipher.encryption);
	const counterMode = cipher.encryption.startsWith('AESCCM');
	const poly = cipher.encryption === 'CHACHA20';
	// CCM and ChaCha20 names carry no hash, all others must.
	if ((hash === undefined) !== (counterMode || poly) || (old !== undefined && !poly)) return null;
	if (grade === 'EXP' || grade === 'EXP1024') {
		if (!['DES', 'RC4', 'RC2'].includes(cipher.encryption)) return null;
		cipher = exported(grade, prefix === 'KRB5', cipher);
	}
	const [keyExchange, authentication, words] = handshakeOf(prefix);
	const limit = grade === undefined ? '' : `_${grade.replace('EXP', 'EXPORT')}`;
	const tail = counterMode ? '' : `_${poly ? 'SHA256' : hash}`;
	const regular = `TLS_${words}${limit}_WITH_${cipher.iana}${tail}`;
	const irregular = old === undefined ? irregularIana[name] : null;
	return {
		name,
		iana: irregular === undefined ? regular : irregular,
		keyExchange,
		authentication,
		encryption: cipher.encryption,
		bits: cipher.bits,
		mac: aead ? 'AEAD' : hash === 'SHA' ? 'SHA1' : (hash as Mac),
		forwardSecret: /^(EC)?DHE/.test(keyExchange),
		aead,
		export: grade !== undefined,
		tls13: false,
	};
}

/** TLS 1.3 names carry neither key exchange nor authentication: always ephemeral (RFC 9846 §2). */
function parse13(name: string, facts: readonly [Encryption, number, Mac]): CipherFacts {
	const [encryption, bits, mac] = facts;
	return {
		name,
		iana: name,
		keyExchange: 'any',
		authentication: 'any',
		encryption,
		bits,
		mac,
		forwardSecret: true,
		aead: mac === 'AEAD',
		export: false,
		tls13: true,
	};
}

function parseGost(name: string): CipherFacts | null {
	const iana = irregularIana[name];
	if (iana === undefined || !name.includes('GOST')) return null;
	const encryption = name.includes('-NULL-') ? 'NULL' : 'GOST';
	return {
		name,
		iana,
		keyExchange: 'GOST',
		authentication: 'GOST',
		encryption,
		bits: encryption === 'NULL' ? 0 : 256,
		mac: 'GOST',
		forwardSecret: false,
		aead: false,
		export: false,
		tls13: false,
	};
}

let byIana: Map<string, string> | undefined;

/** OpenSSL's name of a suite given by its IANA name. */
function opensslName(iana: string): string | undefined {
	byIana ??= new Map(
		knownCiphers.flatMap(name => {
			const facts = parse(name) ?? parseGost(name);
			return facts?.iana ? [[facts.iana, name] as const] : [];
		}),
	);
	return byIana.get(iana);
}

const known = new Map<string, CipherFacts | null>();

/**
 * What a suite's name says: an OpenSSL name as Postfix and Dovecot log it, an IANA name, or LibreSSL's `AEAD-…`.
 * `null` for a word that is no suite (`(NONE)`) and for suites nobody here has heard of: callers treat that as unknown.
 */
export function cipherFacts(name: string): CipherFacts | null {
	const before = known.get(name);
	if (before !== undefined) return before;
	const modern = name
		.replace(/^AEAD-(AES)(\d+)-/, 'TLS_AES_$2_')
		.replace(/^AEAD-/, 'TLS_')
		.replaceAll('-', '_');
	// Own keys only: a log may well say `toString`.
	const facts13 = Object.hasOwn(tls13Ciphers, modern) ? tls13Ciphers[modern] : undefined;
	let facts: CipherFacts | null;
	if (facts13 !== undefined) facts = parse13(modern, facts13);
	else {
		const openssl = name.startsWith('TLS_') ? (opensslName(name) ?? name) : name;
		facts = parse(openssl) ?? parseGost(openssl);
	}
	// The names come from a log: a hostile one must not fill the memory.
	if (known.size > 5000) known.clear();
	known.set(name, facts);
	return facts;
}
