import {X509Certificate} from 'node:crypto';
import {isIP} from 'node:net';
import type {ProbeCertificate} from '../model/probe-result.ts';
import {isoDate} from '../text/time.ts';

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

/** Where the value of a DER element is; `null` when it is not whole. */
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

/** What a handshake showed of the server: its certificate, and what OpenSSL thinks of the chain. */
export type PeerView = {
	/** `null` in a handshake without certificates. */
	readonly certificate: X509Certificate | null;
	/** `null`: the handshake was not finished. */
	readonly trusted: boolean | null;
	/** OpenSSL's code of what is wrong with the chain, such as `CERT_HAS_EXPIRED`; `null` when nothing is. */
	readonly problem: string | null;
};

const mostText = 500;
const mostNames = 100;

/** OpenSSL's codes (X509_STORE_CTX_get_error(3)) in words; and whether the server sent the whole chain. */
const problems: Readonly<Record<string, readonly [string, boolean | null]>> = {
	DEPTH_ZERO_SELF_SIGNED_CERT: ['self-signed', true],
	SELF_SIGNED_CERT_IN_CHAIN: ['its root is not among the trusted ones', true],
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['the certificate of its issuer is neither sent nor trusted', false],
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['the certificate of an issuer is neither sent nor trusted', false],
	UNABLE_TO_GET_ISSUER_CERT: ['the certificate of an issuer is neither sent nor trusted', false],
	CERT_HAS_EXPIRED: ['a certificate of the chain has expired', null],
	CERT_NOT_YET_VALID: ['a certificate of the chain is not yet valid', null],
	INVALID_PURPOSE: ['not made for servers', null],
	CERT_UNTRUSTED: ['marked as untrusted', null],
	CERT_REJECTED: ['marked as rejected', null],
};

const curveBits: Readonly<Record<string, number>> = {
	prime256v1: 256,
	secp256k1: 256,
	secp384r1: 384,
	secp521r1: 521,
	brainpoolP256r1: 256,
	brainpoolP384r1: 384,
	brainpoolP512r1: 512,
};

const capped = (text: string): string => (text.length > mostText ? `${text.slice(0, mostText - 1)}…` : text);

/** `CN=x\nO=y` as one line. */
const oneLine = (name: string | undefined): string => capped((name ?? '').split('\n').join(', '));

/** The alternative names; a quoted one (with a comma in it, say) is JSON. */
function namesOf(text: string | undefined): string[] {
	const found = (text ?? '').matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
	return Array.from(found, ([, name = '']) => capped(name)).slice(0, mostNames);
}

function keyOf(certificate: X509Certificate): {key_type: string | null; key_bits: number | null} {
	try {
		const {asymmetricKeyType: type = null, asymmetricKeyDetails: details} = certificate.publicKey;
		const fixed: Readonly<Record<string, number>> = {ed25519: 256, ed448: 456};
		const bits = details?.modulusLength ?? curveBits[details?.namedCurve ?? ''] ?? fixed[type ?? ''] ?? null;
		return {key_type: type, key_bits: bits};
	} catch {
		// A key of a kind that the local OpenSSL does not know.
		return {key_type: null, key_bits: null};
	}
}

function validityAt(now: number, from: number, to: number): ProbeCertificate['validity'] {
	if (now > to) return 'expired';
	if (now < from) return 'not yet valid';
	return Number.isNaN(from) || Number.isNaN(to) ? 'unreadable' : 'valid';
}

/** A view summed up at the moment `now` (ms since 1970) for the name the user asked for; `null` without a certificate. */
export function summarise(view: PeerView, name: string, roots: string, now: number): ProbeCertificate | null {
	const {certificate, trusted, problem} = view;
	if (certificate === null) return null;
	const from = Date.parse(certificate.validFrom);
	const to = Date.parse(certificate.validTo);
	const [words, complete] = trusted === true ? [null, true] : (problems[problem ?? ''] ?? [problem, null]);
	const matched = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name.replace(/%.*$/, ''));
	return {
		subject: oneLine(certificate.subject),
		issuer: oneLine(certificate.issuer),
		names: namesOf(certificate.subjectAltName),
		valid_from: isoDate(from),
		valid_to: isoDate(to),
		days_left: Number.isNaN(to) ? null : Math.floor((to - now) / 86_400_000),
		validity: validityAt(now, from, to),
		...keyOf(certificate),
		signature_algorithm: signatureAlgorithm(certificate.raw),
		trusted,
		trust_problem: words,
		chain_complete: complete,
		roots,
		name_asked: name,
		name_matches: matched !== undefined,
		fingerprint_sha256: certificate.fingerprint256,
	};
}

/** A certificate as it is compared with another. Times in ms since 1970 UTC. */
export function certificateFacts(certificate: X509Certificate) {
	return {
		fingerprint: certificate.fingerprint256,
		subject: oneLine(certificate.subject),
		from: Date.parse(certificate.validFrom),
		to: Date.parse(certificate.validTo),
		key: keyOf(certificate).key_type?.startsWith('rsa') === true ? 'RSA' : 'other',
	};
}

const armoured = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * The servers' own certificates in the text of PEM files: the first one, and any further that is no authority's. Keys beside them
 * are not looked at.
 */
export function leavesOf(pem: string): X509Certificate[] {
	const found = (pem.match(armoured) ?? []).flatMap(text => {
		try {
			return [new X509Certificate(text)];
		} catch {
			return [];
		}
	});
	return found.filter((certificate, index) => index === 0 || !certificate.ca);
}
