const openings = [
	'setting up TLS connection ',
	'SSL_accept:',
	'SSL_connect:',
	'initializing the ',
	'TLS SNI ',
	'SSL3 alert ',
	'auto-created ',
	'TLSRPT: ',
	// Of `smtp_tls_loglevel = trace` and its like (3.12).
	'TLS protocol trace for ',
	'skipping TLS trace output',
];

/**
 * Lines of loglevel 2 and of certificate matching, server and client side (tls_server.c, tls_client.c, tls_verify.c,
 * tls_dane.c). No protocol is ever taken from them: OpenSSL's state names say «SSLv3» and «TLSv1.3» at will.
 */
export function isTlsDetail(text: string): boolean {
	for (const words of openings) if (text.startsWith(words)) return true;
	const close = text.indexOf(']');
	const colon = text.indexOf(': ', close < 0 ? 0 : close);
	if (colon < 0) return text.startsWith('subject=') || text.startsWith('issuer=');
	const rest = text.slice(colon + 2, colon + 40);
	return (
		detailWords.some(words => rest.startsWith(words)) ||
		/^(?:(?:server|client|CA) )?certificate verification failed for /.test(text) ||
		/^(?:Verified|Unverified|fingerprint|subject_CN|subject|issuer)[:=]/.test(text)
	);
}

const detailWords = [
	'subject_CN=', 'subject=', 'issuer=', 'issuer_CN=', 'Trusted: subject_CN=', 'Untrusted: subject_CN=', 'raw public key fingerprint=',
	'TLS cipher list ', 'looking up session ', 'save session ', 'saving session ', 'Reusing old session', 'Issuing session ticket',
	'Decrypting session ticket', 'reloaded session ', 'depth=', 'Matched ', 'matched ', 'certificate verification ', 're-using session with ',
	'all TLSA records unusable', 'unusable TLSA', 'using DANE RR', 'SSL_accept', 'SSL_connect', 'remove session ', 'delete ', 'certificate ',
	'cert fingerprint=', 'pkey fingerprint=', 'fingerprint=', 'server-signature', 'Peer certificate ', 'peer certificate', 'Peer verification',
]; // biome-ignore format: a list of words reads better in lines
