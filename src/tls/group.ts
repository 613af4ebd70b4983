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
	const found = /^([A-Za-z0-9-]+)(?: \(([^)]*)\))?$/.exec(keyExchange.trim());
	if (found === null) return null;
	const [, kind = '', detail] = found;
	const bits = detail === undefined ? undefined : /^(\d+) bits?$/.exec(detail)?.[1];
	if (/^DHE?$/i.test(kind)) return bits === undefined ? null : `ffdhe${bits}`;
	if (/^ECDHE?$/i.test(kind) && detail === undefined) return null;
	const name = (detail !== undefined && bits === undefined ? detail : kind).toLowerCase().replace(/tls13$/, '');
	return aliases.get(name) ?? name;
}

/** Post-quantum or hybrid: the group holds an ML-KEM share. */
export function isPostQuantum(group: string): boolean {
	return group.includes('mlkem');
}

/** Bits of the server's RSA key from `RSA-PSS (2048 bits)` or `RSA-PSS (2048 bit raw public key)`; `null` when not RSA. */
export function rsaBitsOf(serverSignature: string): number | null {
	const found = /^RSA\S* \((\d+) bits?\b/i.exec(serverSignature);
	return found === null ? null : Number(found[1]);
}
