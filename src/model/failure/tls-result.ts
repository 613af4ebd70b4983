import type {Failure, Outcome, Trust} from '../session.ts';
import type {ResultType, TlsResult} from '../tls-reports.ts';
import {verificationReasons, verificationText} from './verification.ts';

/** What of a session decides which result it adds to a TLS report. */
export type ResultFacts = {
	readonly outcome: Outcome | null;
	readonly failure: Failure | null;
	readonly alert: string | null;
	readonly trust: Trust | null;
};

/** Numbers of OpenSSL's reasons for which RFC 8460, section 4.3.1, has a type of its own. */
const typesByNumber: ReadonlyMap<number | null, ResultType> = new Map([
	// Errors of the chain.
	[7, 'certificate-not-trusted'],
	[22, 'certificate-not-trusted'],
	[10, 'certificate-expired'],
	[62, 'certificate-host-mismatch'],
	[64, 'certificate-host-mismatch'],
	// Postfix calls a certificate that no TLSA record names not trusted (tls/tls_client.c).
	[65, 'certificate-not-trusted'],
]);

const typesByAlert: ReadonlyMap<string, ResultType> = new Map<string, ResultType>([
	['certificate not trusted', 'certificate-not-trusted'],
	...verificationReasons.map(({number, words, cause}) => {
		const type =
			typesByNumber.get(number) ?? (cause === 'issuer-unknown' ? 'certificate-not-trusted' : 'validation-failure');
		return [verificationText({number, words}), type] as const;
	}),
]);

/** The type for the reason that a certificate did not verify, by the words of `alert`; null where they are none of these. */
export function resultOfCertificate(alert: string | null): ResultType | null {
	return alert === null ? null : (typesByAlert.get(alert) ?? null);
}

/**
 * Without a reason the trust decides: a chain that is trusted and does not match has the wrong name, any other is not trusted
 * (tls/tls_client.c).
 */
function ofTrust(trust: Trust | null): ResultType {
	if (trust === null) return 'validation-failure';
	return trust === 'Trusted' || trust === 'Verified' ? 'certificate-host-mismatch' : 'certificate-not-trusted';
}

const general = {result: 'validation-failure'} as const;

/**
 * What a session to another server adds to a TLS report (RFC 8460, section 4.3), with why. null: nothing, as no line says that TLS
 * was tried or demanded, or as the fault is our own. A connection that broke after its handshake is a success of TLS.
 */
export function resultOfSession({outcome, failure, alert, trust}: ResultFacts): {
	readonly result: TlsResult;
	readonly reason: string | null;
} | null {
	const reason = alert ?? failure;
	switch (failure) {
		case 'certificate-not-verified':
			return {result: resultOfCertificate(alert) ?? ofTrust(trust), reason};
		case 'tls-required-not-offered':
			return {result: 'starttls-not-supported', reason: null};
		// What Postfix reports of both (smtp/smtp_proto.c): a server that offers STARTTLS and refuses it does not support it, either.
		case 'starttls-refused':
			return {result: 'starttls-not-supported', reason: failure};
		case 'dane':
		case 'peer-rejected-certificate':
		case 'client-certificate-required':
			return {...general, reason};
		case 'tls-unavailable':
			return null;
		default:
			if (outcome === 'encrypted') return {result: 'success', reason: null};
			return outcome === 'failed' ? {...general, reason} : null;
	}
}
