/**
 * Texts of smtp, lmtp and tlsproxy about settings, tables and libraries: of TLS, and of no session (smtp/smtp.c, smtp_connect.c,
 * smtp_tls_policy.c, smtp_tlsrpt.c, tlsproxy/tlsproxy.c, and of src/tls tls_client.c, tls_misc.c, tls_dane.c, tls_certkey.c,
 * tls_session.c). What they share are the nouns behind «TLS»; a connection is none of them.
 */
const notes: readonly RegExp[] = [
	/^(?:DANE|DNSSEC|MX name |SMTPS wrappermode |CLIENT wrappermode |Cannot allocate SSL |Could not allocate |OpenSSL )/,
	/TLSA|dane configured|SSL_CTX|SSL_new\(|SSL_set_fd error|SSL_SESSION|SSL_ERROR|OpenSSL/,
	/\bTLS (?:policy|level|security level|context|library|engine|settings|encryption is not appropriate)\b/,
	/\b(?:client TLS settings|with TLS disabled|incompatible with \w+ TLS|client certs|in favor of OpenSSL)\b/,
];

/** Whether a text without `warning: ` before it is such a note. */
export function isClientNote(text: string): boolean {
	return notes.some(note => note.test(text));
}
