import type {Failure} from '../model/session.ts';

/**
 * Reasons of `TLS library problem: …error:CODE:LIB:FUNC:REASON:FILE:LINE:[DATA]` and of Dovecot's `error:…` texts, which
 * lack file and line. The reason's words are the stable key: codes change with OpenSSL's major version (openssl/ssl.h),
 * the function vanished in 3.0, and «sslv3 alert» became «ssl/tls alert» in 3.2.
 */
const reasons: ReadonlyArray<readonly [string, Failure]> = [
	['no shared cipher', 'no-shared-cipher'],
	['no ciphers available', 'no-shared-cipher'],
	['no suitable key share', 'no-shared-group'],
	['no suitable groups', 'no-shared-group'],
	['no shared group', 'no-shared-group'],
	['no suitable signature algorithm', 'no-shared-signature'],
	['no shared signature algorithm', 'no-shared-signature'],
	['unsupported protocol', 'unsupported-protocol'],
	['version too low', 'unsupported-protocol'],
	['no protocols available', 'unsupported-protocol'],
	['inappropriate fallback', 'unsupported-protocol'],
	['protocol version', 'unsupported-protocol'],
	['wrong ssl version', 'unsupported-protocol'],
	['http request', 'not-tls'],
	['https proxy request', 'not-tls'],
	['wrong version number', 'not-tls'],
	// Until OpenSSL 1.0.2 ssl/s23_srvr.c and s23_clnt.c say it of octets that are no TLS record; since 1.1.0
	// ssl/statem/statem_srvr.c says it of a hello of SSL 2.0.
	['ssl23_get_client_hello:unknown protocol', 'not-tls'],
	['ssl23_get_server_hello:unknown protocol', 'not-tls'],
	['unknown protocol', 'unsupported-protocol'],
	['packet length too long', 'not-tls'],
	['unexpected eof while reading', 'lost-connection'],
	['certificate verify failed', 'certificate-not-verified'],
	['peer did not return a certificate', 'client-certificate-required'],
];

/** Alerts by which a peer says that it does not take our certificate (RFC 8446 section 6.2: 42–46, 48). */
const certificateAlerts = [
	'bad certificate',
	'unsupported certificate',
	'certificate revoked',
	'certificate expired',
	'certificate unknown',
	'unknown ca',
];

/** The reason code of an OpenSSL error text. Never fails: `other` is for reasons not in the table. */
export function failureOf(error: string): Failure {
	const text = error.toLowerCase();
	if (text.includes(' alert ')) {
		for (const alert of certificateAlerts) if (text.includes(alert)) return 'peer-rejected-certificate';
		const at = text.indexOf('alert number ');
		if (at >= 0) {
			const alert = Number.parseInt(text.slice(at + 13, at + 17), 10);
			if ((alert >= 42 && alert <= 46) || alert === 48) return 'peer-rejected-certificate';
			if (alert === 70 || alert === 86) return 'unsupported-protocol';
			if (alert === 116) return 'client-certificate-required';
		}
		if (text.includes('protocol version') || text.includes('inappropriate fallback')) return 'unsupported-protocol';
		if (text.includes('certificate required')) return 'client-certificate-required';
		return 'peer-alert';
	}
	for (const [words, failure] of reasons) if (text.includes(words)) return failure;
	return 'other';
}

/**
 * Whether an OpenSSL error text is of the code that speaks TLS: inside a connection it proves that TLS was spoken, or tried, there.
 * Those about certificates, keys and files come from other libraries of OpenSSL, and at the start of a process.
 */
export function provesTls(error: string): boolean {
	return /:SSL routines:/i.test(error);
}

/** Whether a reason is one for which a handshake fails, never a session that was agreed. */
export function isHandshakeFailure(failure: Failure | null): boolean {
	return failure === 'not-tls' || failure === 'unsupported-protocol' || failure?.startsWith('no-shared-') === true;
}

/**
 * The reason code of what follows `SSL_accept error from P: ` or `SSL_connect error to P: ` (tls_server.c, tls_client.c):
 * a number says that library lines follow, 2.9 and later write `lost connection` or the text of errno.
 */
export function failureOfDetail(detail: string): Failure | null {
	if (detail === '' || detail === '-1' || detail === '0') return null;
	if (detail.startsWith('lost connection') || detail.startsWith('Connection reset') || detail.startsWith('Broken pipe'))
		return 'lost-connection';
	if (detail.toLowerCase().includes('timed out')) return 'timeout';
	return /^-?\d+$/.test(detail) ? null : 'other';
}

/** A worse-known reason gives way to a better-known one: `other` and `lost-connection` are what one says for want of more. */
export function clearer(known: Failure | null, found: Failure | null): Failure | null {
	if (found === null) return known;
	if (known === null || known === 'other') return found;
	return known === 'lost-connection' && found !== 'other' ? found : known;
}
