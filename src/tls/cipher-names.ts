import type {Encryption, Mac} from './cipher.ts';

/** TLS 1.3 (RFC 8446 appendix B.4; integrity only: RFC 9150). */
export const tls13Ciphers: Readonly<Record<string, readonly [Encryption, number, Mac]>> = {
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
export const irregularIana: Readonly<Record<string, string | null>> = {
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

/** Words in braces stand for each of them: `ECDHE-{RSA,ECDSA}-AES128-SHA` is two names. No braces: the word itself. */
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
