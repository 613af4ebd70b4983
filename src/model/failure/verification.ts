import type {CauseName} from './causes.ts';

/** A reason for which a certificate does not verify. */
export type VerificationReason = {
	/** The number of `X509_V_ERR_…` in OpenSSL's include/openssl/x509_vfy.h; null for words that Postfix has for several. */
	readonly number: number | null;
	readonly words: string;
	readonly cause: CauseName;
};

type Row = readonly [number: number | null, words: string, cause: CauseName];

/** Words as OpenSSL 3 writes them (crypto/x509/x509_txt.c); the numbers are the key, as words changed. */
const rows: readonly Row[] = [
	[null, 'untrusted issuer', 'issuer-unknown'],
	[2, 'unable to get issuer certificate', 'issuer-unknown'],
	[7, 'certificate signature failure', 'certificate-not-verified'],
	[9, 'certificate is not yet valid', 'certificate-out-of-date'],
	[10, 'certificate has expired', 'certificate-out-of-date'],
	[18, 'self-signed certificate', 'issuer-unknown'],
	[19, 'self-signed certificate in certificate chain', 'issuer-unknown'],
	[20, 'unable to get local issuer certificate', 'issuer-unknown'],
	[21, 'unable to verify the first certificate', 'issuer-unknown'],
	[22, 'certificate chain too long', 'certificate-not-verified'],
	[23, 'certificate revoked', 'certificate-not-verified'],
	[26, 'unsuitable certificate purpose', 'certificate-not-verified'],
	[27, 'certificate not trusted', 'issuer-unknown'],
	[28, 'certificate rejected', 'certificate-not-verified'],
	[62, 'hostname mismatch', 'name-mismatch'],
	[64, 'IP address mismatch', 'name-mismatch'],
	[65, 'no matching DANE TLSA records', 'tlsa-mismatch'],
	[66, 'EE certificate key too weak', 'certificate-weak'],
	[67, 'CA certificate key too weak', 'certificate-weak'],
	[68, 'CA signature digest algorithm too weak', 'certificate-weak'],
];

export const verificationReasons: readonly VerificationReason[] = rows.map(([number, words, cause]) => ({
	number,
	words,
	cause,
}));

/** A reason as it is shown, `hostname mismatch (62)`; the words alone where there is no number. */
export function verificationText({number, words}: Pick<VerificationReason, 'number' | 'words'>): string {
	return number === null ? words : `${words} (${number})`;
}

/** What Postfix writes in its own words of some of them (tls/tls_verify.c tls_log_verify_error). */
const ownWords: ReadonlyArray<readonly [opening: string, number: number | null]> = [
	['untrusted issuer', null],
	['self-signed certificate', 18],
	['certificate has expired', 10],
	['certificate not yet valid', 9],
	['not designated for use as', 26],
	['certificate chain longer than', 22],
];

/** Longer ones are no reason. */
const mostWords = 80;

/** Reads what follows `certificate verification failed for P: `: `num=62:hostname mismatch`, or Postfix's own words. Never fails. */
export function readVerification(text: string): string {
	const [, digits, words = text] = /^num=(\d{1,5}):(.*)$/s.exec(text) ?? [];
	const own = ownWords.find(([opening]) => text.startsWith(opening));
	const number = digits === undefined ? (own === undefined ? undefined : own[1]) : Number(digits);
	const known = verificationReasons.find(reason => reason.number === number);
	return verificationText(known ?? {number: number ?? null, words: words.slice(0, mostWords)});
}
