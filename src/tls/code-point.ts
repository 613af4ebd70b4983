import {cipherFacts, expandBraces} from './cipher.ts';

/**
 * Runs of numbers in the TLS Cipher Suites registry of IANA (RFC 8447 section 10): the first number, then the suites that have
 * it and those that follow, by the names of OpenSSL; see `expandBraces`. Each run is of the document beside it, or of several.
 */
const runs: ReadonlyArray<readonly [first: number, ...names: string[]]> = [
	// RFC 5246 appendix A.5, and for export suites RFC 2246.
	[0x0001, 'NULL-{MD5,SHA}', 'EXP-RC4-MD5', 'RC4-{MD5,SHA}', 'EXP-RC2-CBC-MD5', 'IDEA-CBC-SHA'],
	[0x0008, 'EXP-DES-CBC-SHA', 'DES-{CBC,CBC3}-SHA'],
	[0x000b, 'EXP-DH-DSS-DES-CBC-SHA', 'DH-DSS-DES-{CBC,CBC3}-SHA'],
	[0x000e, 'EXP-DH-RSA-DES-CBC-SHA', 'DH-RSA-DES-{CBC,CBC3}-SHA'],
	[0x0011, 'EXP-EDH-DSS-DES-CBC-SHA', 'EDH-DSS-DES-{CBC,CBC3}-SHA'],
	[0x0014, 'EXP-EDH-RSA-DES-CBC-SHA', 'EDH-RSA-DES-{CBC,CBC3}-SHA'],
	[0x0017, 'EXP-ADH-RC4-MD5', 'ADH-RC4-MD5', 'EXP-ADH-DES-CBC-SHA', 'ADH-DES-{CBC,CBC3}-SHA'],
	// RFC 2712.
	[0x001e, 'KRB5-{DES-CBC,DES-CBC3,RC4,IDEA-CBC}-SHA', 'KRB5-{DES-CBC,DES-CBC3,RC4,IDEA-CBC}-MD5'],
	[0x0026, 'EXP-KRB5-{DES-CBC,RC2-CBC,RC4}-SHA', 'EXP-KRB5-{DES-CBC,RC2-CBC,RC4}-MD5'],
	// RFC 4785.
	[0x002c, '{PSK,DHE-PSK,RSA-PSK}-NULL-SHA'],
	// RFC 5246 and RFC 5932.
	[0x002f, '{,DH-DSS-,DH-RSA-,DHE-DSS-,DHE-RSA-,ADH-}AES128-SHA'],
	[0x0035, '{,DH-DSS-,DH-RSA-,DHE-DSS-,DHE-RSA-,ADH-}AES256-SHA'],
	[0x003b, '{NULL,AES128,AES256,DH-DSS-AES128,DH-RSA-AES128,DHE-DSS-AES128}-SHA256'],
	[0x0041, '{,DH-DSS-,DH-RSA-,DHE-DSS-,DHE-RSA-,ADH-}CAMELLIA128-SHA'],
	[0x0067, 'DHE-RSA-AES128-SHA256', '{DH-DSS,DH-RSA,DHE-DSS,DHE-RSA}-AES256-SHA256', 'ADH-AES{128,256}-SHA256'],
	[0x0084, '{,DH-DSS-,DH-RSA-,DHE-DSS-,DHE-RSA-,ADH-}CAMELLIA256-SHA'],
	// RFC 4279 and RFC 4162.
	[0x008a, '{PSK,DHE-PSK,RSA-PSK}-{RC4,3DES-EDE-CBC,AES128-CBC,AES256-CBC}-SHA'],
	[0x0096, '{,DH-DSS-,DH-RSA-,DHE-DSS-,DHE-RSA-,ADH-}SEED-SHA'],
	// RFC 5288 and RFC 5487.
	[0x009c, '{,DHE-RSA-,DH-RSA-,DHE-DSS-,DH-DSS-,ADH-,PSK-,DHE-PSK-,RSA-PSK-}{AES128-GCM-SHA256,AES256-GCM-SHA384}'],
	[0x00ae, '{PSK,DHE-PSK,RSA-PSK}-{AES128-CBC-SHA256,AES256-CBC-SHA384,NULL-SHA256,NULL-SHA384}'],
	// RFC 5932.
	[0x00ba, '{,DH-DSS-,DH-RSA-,DHE-DSS-,DHE-RSA-,ADH-}CAMELLIA128-SHA256'],
	[0x00c0, '{,DH-DSS-,DH-RSA-,DHE-DSS-,DHE-RSA-,ADH-}CAMELLIA256-SHA256'],
	// RFC 9846 appendix B.4.
	[
		0x1301,
		'TLS_{AES_128_GCM_SHA256,AES_256_GCM_SHA384,CHACHA20_POLY1305_SHA256,AES_128_CCM_SHA256,AES_128_CCM_8_SHA256}',
	],
	// RFC 8422 section 6.
	[0xc001, '{ECDH-ECDSA,ECDHE-ECDSA,ECDH-RSA,ECDHE-RSA,AECDH}-{NULL,RC4,DES-CBC3,AES128,AES256}-SHA'],
	// RFC 5054.
	[0xc01a, '{SRP,SRP-RSA,SRP-DSS}-3DES-EDE-CBC-SHA', '{SRP,SRP-RSA,SRP-DSS}-AES-128-CBC-SHA'],
	[0xc020, '{SRP,SRP-RSA,SRP-DSS}-AES-256-CBC-SHA'],
	// RFC 5289.
	[0xc023, '{ECDHE-ECDSA,ECDH-ECDSA,ECDHE-RSA,ECDH-RSA}-{AES128-SHA256,AES256-SHA384}'],
	[0xc02b, '{ECDHE-ECDSA,ECDH-ECDSA,ECDHE-RSA,ECDH-RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384}'],
	// RFC 5489.
	[0xc033, 'ECDHE-PSK-{RC4,3DES-EDE-CBC,AES128-CBC,AES256-CBC}-SHA', 'ECDHE-PSK-{AES128-CBC-SHA256,AES256-CBC-SHA384}'],
	[0xc039, 'ECDHE-PSK-NULL-{SHA,SHA256,SHA384}'],
	// RFC 6209.
	[0xc050, '{,DHE-RSA-}{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384}'],
	[0xc056, 'DHE-DSS-{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384}'],
	[0xc05c, 'ECDHE-ECDSA-{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384}'],
	[0xc060, 'ECDHE-{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384}'],
	[0xc06a, '{PSK,DHE-PSK,RSA-PSK}-{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384}'],
	// RFC 6367.
	[0xc072, '{ECDHE-ECDSA,ECDH-ECDSA,ECDHE-RSA,ECDH-RSA}-{CAMELLIA128-SHA256,CAMELLIA256-SHA384}'],
	[0xc094, '{PSK,DHE-PSK,RSA-PSK,ECDHE-PSK}-{CAMELLIA128-SHA256,CAMELLIA256-SHA384}'],
	// RFC 6655 and RFC 7251.
	[0xc09c, '{,DHE-RSA-}AES{128,256}-CCM', '{,DHE-RSA-}AES{128,256}-CCM8'],
	[0xc0a4, '{PSK,DHE-PSK}-AES{128,256}-CCM', '{PSK,DHE-PSK}-AES{128,256}-CCM8'],
	[0xc0ac, 'ECDHE-ECDSA-AES{128,256}-CCM', 'ECDHE-ECDSA-AES{128,256}-CCM8'],
	// RFC 9150 and RFC 9189.
	[0xc0b4, 'TLS_{SHA256_SHA256,SHA384_SHA384}'],
	[0xc100, 'GOST2012-KUZNYECHIK-KUZNYECHIKOMAC', 'GOST2012-MAGMA-MAGMAOMAC', 'IANA-GOST2012-GOST8912-GOST8912'],
	// RFC 7905.
	[0xcca8, '{ECDHE-RSA,ECDHE-ECDSA,DHE-RSA,PSK,ECDHE-PSK,DHE-PSK,RSA-PSK}-CHACHA20-POLY1305'],
];

let numbers: ReadonlyMap<string, number> | undefined;

/** Numbers by name in the registry: OpenSSL has had two names for some suites. */
function numbersByName(): ReadonlyMap<string, number> {
	numbers ??= new Map(
		runs.flatMap(([first, ...names]) =>
			names.flatMap(expandBraces).map((name, place) => [cipherFacts(name)?.iana ?? name, first + place] as const),
		),
	);
	return numbers;
}

/**
 * The number of a suite in the registry of IANA, such as 0x1301, by any name that `cipherFacts` knows; null where the registry
 * has none (SSL 2, drafts, private suites) and for words that are no suite.
 */
export function codePointOf(cipher: string): number | null {
	const iana = cipherFacts(cipher)?.iana;
	return iana == null ? null : (numbersByName().get(iana) ?? null);
}
