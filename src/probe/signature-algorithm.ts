/** Object identifiers of signature algorithms (RFC 8017, RFC 5758, RFC 8410, RFC 3279) in OpenSSL's names. */
const algorithms: Readonly<Record<string, string>> = {
	'2a864886f70d010104': 'md5WithRSAEncryption',
	'2a864886f70d010105': 'sha1WithRSAEncryption',
	'2a864886f70d01010b': 'sha256WithRSAEncryption',
	'2a864886f70d01010c': 'sha384WithRSAEncryption',
	'2a864886f70d01010d': 'sha512WithRSAEncryption',
	'2a864886f70d01010e': 'sha224WithRSAEncryption',
	'2a864886f70d01010a': 'rsassaPss',
	'2a8648ce3d0401': 'ecdsa-with-SHA1',
	'2a8648ce3d040301': 'ecdsa-with-SHA224',
	'2a8648ce3d040302': 'ecdsa-with-SHA256',
	'2a8648ce3d040303': 'ecdsa-with-SHA384',
	'2a8648ce3d040304': 'ecdsa-with-SHA512',
	'2a8648ce380403': 'dsa-with-SHA1',
	'2b6570': 'ED25519',
	'2b6571': 'ED448',
};

/** Where the value of a DER element stands; `null` when it is not whole. */
function element(der: Buffer, at: number): {tag: number; from: number; to: number} | null {
	const tag = der[at];
	let length = der[at + 1];
	if (tag === undefined || length === undefined) return null;
	let from = at + 2;
	if (length >= 0x80) {
		const bytes = length - 0x80;
		if (bytes < 1 || bytes > 4 || from + bytes > der.length) return null;
		length = der.readUIntBE(from, bytes);
		from += bytes;
	}
	return from + length <= der.length ? {tag, from, to: from + length} : null;
}

/**
 * What a certificate is signed with, from its DER (RFC 5280 section 4.1: the body, then the algorithm): Node says it only
 * from version 24. `null` when the bytes are no certificate or the algorithm has no name here.
 */
export function signatureAlgorithm(der: Buffer): string | null {
	const whole = element(der, 0);
	const body = whole === null ? null : element(der, whole.from);
	const algorithm = body === null ? null : element(der, body.to);
	const identifier = algorithm === null ? null : element(der, algorithm.from);
	if (identifier === null || identifier.tag !== 6) return null;
	return algorithms[der.toString('hex', identifier.from, identifier.to)] ?? null;
}
