import {compareProtocols, protocolOf} from './version.ts';

/** One curve, three names: ANSI X9.62, SEC 2, NIST. */
const aliases: ReadonlyMap<string, string> = new Map([
	['p-224', 'secp224r1'],
	['p-256', 'secp256r1'],
	['prime256v1', 'secp256r1'],
	['p-384', 'secp384r1'],
	['p-521', 'secp521r1'],
]);

/**
 * The group of a key exchange as Postfix logs it, in one lower-case spelling: `X25519`, `ECDHE (P-256)`, `secp256r1`,
 * `DHE (2048 bits)` (in TLS 1.3 always the group of RFC 7919, hence `ffdhe2048`), `X25519MLKEM768`.
 * `null` when the text names no group.
 */
export function groupOf(keyExchange: string): string | null {
	const found = /^([A-Za-z0-9][A-Za-z0-9_-]*)(?: \(([^)]*)\))?$/.exec(keyExchange.trim());
	if (found === null) return null;
	const [, kind = '', detail] = found;
	const bits = detail === undefined ? undefined : /^(\d+) bits?$/.exec(detail)?.[1];
	if (/^DHE?$/i.test(kind)) return bits === undefined ? null : `ffdhe${bits}`;
	if (/^ECDHE?$/i.test(kind) && detail === undefined) return null;
	const name = (detail !== undefined && bits === undefined ? detail : kind).toLowerCase().replace(/tls13$/, '');
	return aliases.get(name) ?? name;
}

/** The group, as `groupOf` spells it, has a post-quantum part: ML-KEM (FIPS 203), or Kyber as drafts had it before. */
export function isPostQuantum(group: string): boolean {
	return /mlkem|kyber/.test(group);
}

/**
 * A curve and ML-KEM in one group, such as X25519MLKEM768 (RFC 10024), or a curve and Kyber, as drafts had it: at least as
 * strong as the stronger of the two (RFC 9954, hybrid design). ML-KEM or Kyber alone is none.
 */
export function isHybrid(group: string): boolean {
	return isPostQuantum(group) && !/^(?:mlkem|kyber)\d+$/.test(group);
}

/** Groups without a post-quantum part: curves and finite fields, in the spelling of `groupOf`. */
const classicGroup = /^(?:x25519|x448|sec[pt]\d+[rk]\d|brainpoolp\d+[rt]1|ffdhe\d+|curvesm2|gc\d+[a-d])$/;

/**
 * Of a TLS session: `hybrid`, its group has a post-quantum part; `could`, it has none, and its version could have had one;
 * `cannot`, TLS 1.2 or older, for which no such group will ever be defined (RFC 9851); `not-logged`, the log does not say.
 */
export const keyExchangeKinds = ['hybrid', 'could', 'cannot', 'not-logged'] as const;
export type KeyExchangeKind = (typeof keyExchangeKinds)[number];

/**
 * The kind of a session's key exchange, from its protocol and its key exchange as logged. Postfix 3.4 and later log the
 * group of TLS 1.3 (tls/tls_misc.c, tls_log_summary), Dovecot does not. `ECDHE` and `DHE` without a group are classic; a word
 * that names no known group says nothing.
 */
export function keyExchangeKind(protocol: string | null, keyExchange: string | null): KeyExchangeKind {
	const version = protocol === null ? null : protocolOf(protocol);
	if (version !== null && compareProtocols(version, 'TLSv1.3') < 0) return 'cannot';
	if (keyExchange === null) return 'not-logged';
	const group = groupOf(keyExchange);
	if (group === null) return /^(?:EC)?DHE$/i.test(keyExchange.trim()) ? 'could' : 'not-logged';
	if (isPostQuantum(group)) return 'hybrid';
	return classicGroup.test(group) ? 'could' : 'not-logged';
}

/** The group that a session of TLS 1.3, or of a version that is not logged, agreed on, in the spelling of `groupOf`. */
export function agreedGroup(protocol: string | null, keyExchange: string | null): string | null {
	if (keyExchange === null || keyExchangeKind(protocol, keyExchange) === 'cannot') return null;
	return groupOf(keyExchange);
}

/** Bits of the server's RSA key from `RSA-PSS (2048 bits)` or `RSA-PSS (2048 bit raw public key)`; `null` when not RSA. */
export function rsaBitsOf(serverSignature: string): number | null {
	const found = /^RSA\S* \((\d+) bits?\b/i.exec(serverSignature);
	return found === null ? null : Number(found[1]);
}
