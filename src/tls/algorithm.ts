import {type CipherFacts, cipherFacts, type Encryption} from './cipher.ts';
import {groupOf, isPostQuantum, keyExchangeKind, rsaBitsOf} from './group.ts';

/**
 * An algorithm by the words of CycloneDX 1.6 (algorithmProperties). `quantumLevel` is NIST's security category of 1 to 5, 0 where
 * none is met, and is missing where no document gives one. `parts`: the groups that a hybrid joins.
 */
export type Algorithm = {
	readonly name: string;
	readonly primitive:
		| 'key-agree'
		| 'kem'
		| 'combiner'
		| 'ae'
		| 'block-cipher'
		| 'stream-cipher'
		| 'signature'
		| 'unknown';
	readonly parameterSet?: string;
	readonly curve?: string;
	readonly mode?: 'cbc' | 'ccm' | 'gcm' | 'ctr' | 'other';
	readonly quantumLevel?: number;
	readonly parts?: readonly string[];
};

/** Categories of ML-KEM (FIPS 203 section 8) and ML-DSA (FIPS 204 section 4). */
const postQuantumLevels: Readonly<Record<string, number>> = {
	'ML-KEM-512': 1,
	'ML-KEM-768': 3,
	'ML-KEM-1024': 5,
	'ML-DSA-44': 2,
	'ML-DSA-65': 3,
	'ML-DSA-87': 5,
};

/** Own keys only: a log may well say `toString`. */
const levelOf = (name: string): Pick<Algorithm, 'quantumLevel'> =>
	Object.hasOwn(postQuantumLevels, name) ? {quantumLevel: postQuantumLevels[name] as number} : {};

/** RSA, curves and finite fields meet no category: a quantum computer breaks them (NIST IR 8547, draft of 2024). */
const vulnerable = {quantumLevel: 0};

/** A group of key exchange, in the spelling of `groupOf`. */
export function groupAlgorithm(group: string): Algorithm {
	const kem = /^mlkem(\d+)$/.exec(group)?.[1];
	if (kem !== undefined) {
		const name = `ML-KEM-${kem}`;
		return {name, primitive: 'kem', parameterSet: kem, ...levelOf(name)};
	}
	// RFC 10024: the curve's name, then that of ML-KEM. No document gives a hybrid a category of its own.
	const [, curve, lattice] = /^(x25519|x448|secp\d+r1|curvesm2)(mlkem\d+)$/.exec(group) ?? [];
	if (curve !== undefined && lattice !== undefined)
		return {name: group, primitive: 'combiner', parameterSet: group, parts: [curve, lattice]};
	if (isPostQuantum(group)) return {name: group, primitive: 'unknown', parameterSet: group};
	if (keyExchangeKind('TLSv1.3', group) !== 'could') return {name: group, primitive: 'unknown'};
	const bits = /^ffdhe(\d+)$/.exec(group)?.[1];
	const field = bits === undefined ? {parameterSet: group, curve: group} : {parameterSet: bits};
	return {name: group, primitive: 'key-agree', ...field, ...vulnerable};
}

const modes: Readonly<Partial<Record<Encryption, Algorithm['mode']>>> = {
	AESGCM: 'gcm',
	CAMELLIAGCM: 'gcm',
	ARIAGCM: 'gcm',
	AESCCM: 'ccm',
	AESCCM8: 'ccm',
};

/** AES is the yardstick of the categories: key search on AES-128 is 1, on AES-256 is 5 (NIST's call for proposals of 2016, 4.A.5). */
const aesLevels: Readonly<Record<number, number>> = {128: 1, 256: 5};

function bulkOf({encryption, bits, name, export: weakened}: CipherFacts): Algorithm | null {
	switch (encryption) {
		case 'NULL':
			return null;
		case 'CHACHA20':
			return {name: 'ChaCha20-Poly1305', primitive: 'ae', parameterSet: '256'};
		case 'RC4':
			return {name: `RC4-${bits}`, primitive: 'stream-cipher', parameterSet: String(bits)};
		case 'GOST': {
			const cipher = /KUZNYECHIK|MAGMA/.exec(name)?.[0] ?? 'GOST28147';
			return {name: cipher, primitive: 'block-cipher', parameterSet: '256'};
		}
	}
	const family = encryption.replace(/(?:GCM|CCM8?)$/, '');
	const mode = modes[encryption] ?? 'cbc';
	const level = family === 'AES' && !weakened ? aesLevels[bits] : undefined;
	const size = family === '3DES' ? '' : `-${bits}`;
	return {
		name: `${family}${size}-${encryption === 'AESCCM8' ? 'CCM8' : mode.toUpperCase()}`,
		primitive: mode === 'cbc' ? 'block-cipher' : 'ae',
		...(family === '3DES' ? {} : {parameterSet: String(bits)}),
		mode,
		...(level === undefined ? {} : {quantumLevel: level}),
	};
}

/** The cipher that encrypts the bulk of a suite; null where none does, and for a word that is no suite. */
export function bulkAlgorithm(cipher: string): Algorithm | null {
	const facts = cipherFacts(cipher);
	return facts === null ? null : bulkOf(facts);
}

/** A signature as Postfix logs it, `RSA-PSS (2048 bits)`, `ECDSA (prime256v1)`, `ED25519`, `ML-DSA-65`, and its digest. */
export function signatureAlgorithm(signature: string, digest: string | null): Algorithm {
	const name = digest === null ? signature : `${signature} with ${digest}`;
	const kind = /^[A-Za-z0-9-]+/.exec(signature)?.[0].toUpperCase() ?? '';
	const lattice = /^ML-?DSA-?(44|65|87)$/.exec(kind)?.[1];
	if (lattice !== undefined)
		return {name, primitive: 'signature', parameterSet: lattice, ...levelOf(`ML-DSA-${lattice}`)};
	const bits = rsaBitsOf(signature);
	if (bits !== null) return {name, primitive: 'signature', parameterSet: String(bits), ...vulnerable};
	const curve = kind === 'ECDSA' ? groupOf(signature.replace(' raw public key', '')) : null;
	if (curve !== null && curve !== 'ecdsa')
		return {name, primitive: 'signature', parameterSet: curve, curve, ...vulnerable};
	return {name, primitive: 'signature', ...(/^(?:RSA|ECDSA|ED25519$|ED448$)/.test(kind) ? vulnerable : {})};
}
