import {type CipherFacts, cipherFacts, knownCiphers} from '../../tls/cipher.ts';
import type {Protocol} from '../../tls/version.ts';
import type {Parameters} from '../read/parameters.ts';
import type {ServerPolicy} from './effective.ts';

type ServerKeys = ServerPolicy['keys'];

/**
 * The kind of key of all certificates of a server. `eccert_file` alone is sure: what is in `cert_file` and `chain_files` no
 * name shows (postconf(5) smtpd_tls_eccert_file; "none" in smtpd_tls_cert_file is no file).
 */
export function serverKeys(parameters: Parameters, prefix: 'smtpd_tls' | 'tlsproxy_tls'): ServerKeys {
	const value = (name: string) => parameters(`${prefix}_${name}`).value;
	const others = [value('chain_files'), value('dcert_file'), value('cert_file').replace(/^none$/i, '')];
	return value('eccert_file') !== '' && others.every(file => file === '') ? 'ECDSA' : null;
}

type Holds = (facts: CipherFacts) => boolean;

const isAes: Holds = ({encryption}) => encryption.startsWith('AES');
const isCamellia: Holds = ({encryption}) => encryption.startsWith('CAMELLIA');
const isAria: Holds = ({encryption}) => encryption.startsWith('ARIA');
const isEcdhe: Holds = ({keyExchange}) => keyExchange === 'ECDHE';
const isDhe: Holds = ({keyExchange}) => keyExchange === 'DHE';
const isEcdsa: Holds = ({authentication}) => authentication === 'ECDSA';
const isSha1: Holds = ({mac}) => mac === 'SHA1';
const isNewIn12: Holds = ({aead, mac}) => aead || mac === 'SHA256' || mac === 'SHA384';

/** Words of openssl-ciphers(1), by letter; what is not here excludes nothing that is looked at. */
const words: Readonly<Record<string, Holds>> = {
	ALL: () => true,
	aNULL: ({authentication}) => authentication === 'none',
	ADH: ({authentication, keyExchange}) => authentication === 'none' && keyExchange === 'DHE',
	AECDH: ({authentication, keyExchange}) => authentication === 'none' && keyExchange === 'ECDHE',
	ECDSA: isEcdsa,
	aECDSA: isEcdsa,
	aRSA: ({authentication}) => authentication === 'RSA',
	RSA: ({keyExchange}) => keyExchange === 'RSA',
	kRSA: ({keyExchange}) => keyExchange === 'RSA',
	ECDHE: facts => isEcdhe(facts) && facts.authentication !== 'none',
	EECDH: facts => isEcdhe(facts) && facts.authentication !== 'none',
	kECDHE: isEcdhe,
	kEECDH: isEcdhe,
	ECDH: isEcdhe,
	DHE: facts => isDhe(facts) && facts.authentication !== 'none',
	EDH: facts => isDhe(facts) && facts.authentication !== 'none',
	kDHE: isDhe,
	kEDH: isDhe,
	AES: isAes,
	AES128: facts => isAes(facts) && facts.bits === 128,
	AES256: facts => isAes(facts) && facts.bits === 256,
	AESGCM: ({encryption}) => encryption === 'AESGCM',
	AESCCM: ({encryption}) => encryption.startsWith('AESCCM'),
	AESCCM8: ({encryption}) => encryption === 'AESCCM8',
	CHACHA20: ({encryption}) => encryption === 'CHACHA20',
	CAMELLIA: isCamellia,
	CAMELLIA128: facts => isCamellia(facts) && facts.bits === 128,
	CAMELLIA256: facts => isCamellia(facts) && facts.bits === 256,
	ARIA: isAria,
	ARIAGCM: isAria,
	SHA: isSha1,
	SHA1: isSha1,
	MD5: ({mac}) => mac === 'MD5',
	RC4: ({encryption}) => encryption === 'RC4',
	'3DES': ({encryption}) => encryption === '3DES',
	SEED: ({encryption}) => encryption === 'SEED',
	IDEA: ({encryption}) => encryption === 'IDEA',
	SHA256: ({mac}) => mac === 'SHA256',
	SHA384: ({mac}) => mac === 'SHA384',
	'TLSv1.2': isNewIn12,
	HIGH: ({encryption}) => /^(?:AES|CHACHA|CAMELLIA|ARIA)/.test(encryption),
};

/**
 * What no mail server has: export suites, those without encryption, static Diffie-Hellman (OpenSSL 1.1.0), and those that
 * another secret than a certificate serves.
 */
const isGone: Holds = ({export: weak, encryption, keyExchange, authentication}) =>
	weak ||
	encryption === 'NULL' ||
	keyExchange === 'DH' ||
	keyExchange === 'ECDH' ||
	!/^(?:RSA|ECDSA|DSS|none)$/.test(authentication) ||
	/PSK|SRP/.test(keyExchange);

const ofLists = knownCiphers.flatMap(name => {
	const facts = cipherFacts(name);
	return facts === null || facts.tls13 ? [] : [{name, facts}];
});

const suites = ofLists.filter(({facts}) => !isGone(facts));

/** Whether an item of an exclusion list, a name or words joined by `+`, takes a suite away. */
function excludes(item: string, name: string, facts: CipherFacts): boolean {
	if (item === name) return true;
	return item.split('+').every(word => Object.hasOwn(words, word) && words[word]?.(facts) === true);
}

function left(excluded: readonly string[], protocol: Protocol, keys: ServerKeys, anonymous: boolean): boolean {
	return suites.some(({name, facts}) => {
		if (facts.authentication === 'none' ? !anonymous : keys !== null && facts.authentication !== keys) return false;
		if (protocol !== 'TLSv1.2' && isNewIn12(facts)) return false;
		return !excluded.some(item => excludes(item, name, facts));
	});
}

/**
 * The versions for which a server's exclusions leave no suite that its certificates can serve. Suites of TLS 1.3 are not
 * touched by cipher lists (openssl-ciphers(1)); the words were held against OpenSSL 3.0. Unknown keys count as any, and
 * unknown words exclude nothing: what is named here is sure. `anonymous`: suites without a certificate count too.
 */
export function unserved(
	versions: readonly Protocol[],
	excluded: readonly string[],
	keys: ServerKeys,
	anonymous: boolean,
): readonly Protocol[] {
	if (excluded.length === 0) return [];
	return versions.filter(version => version !== 'TLSv1.3' && !left(excluded, version, keys, anonymous));
}

/**
 * Whether exclusions leave no suite at all, of any kind: OpenSSL then refuses the list, and no handshake comes about, not even
 * with TLS 1.3 (SSL_CTX_set_cipher_list(3); seen with Postfix 3.7 and OpenSSL 3.0).
 */
export function leavesNoSuite(excluded: readonly string[]): boolean {
	if (excluded.length === 0) return false;
	const offered = ofLists.filter(({facts}) => !facts.export && !/^(?:NULL|GOST)$/.test(facts.encryption));
	return offered.every(({name, facts}) => excluded.some(item => excludes(item, name, facts)));
}
