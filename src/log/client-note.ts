/**
 * Texts of smtp, lmtp and tlsproxy about their settings, tables and libraries: of TLS, and of no session (smtp/smtp.c,
 * smtp_connect.c, smtp_tls_policy.c, smtp_tlsrpt.c, tlsproxy/tlsproxy.c, and of src/tls tls_client.c, tls_misc.c, tls_dane.c,
 * tls_certkey.c, tls_scache.c, tlsrpt_wrapper.c). What they share are the nouns behind «TLS»; a connection is none of them.
 */
const notes: readonly RegExp[] = [
	/^(?:DANE|DNSSEC|MX name |TLSA|TLSRPT|SMTPS wrappermode |CLIENT wrappermode )/,
	/TLSA|dane configured|tlsrpt library|SSL_CTX|SSL_new\(|SSL_set_fd error|SSL_SESSION|SSL_ERROR|OpenSSL/,
	/\bTLS (?:cache|policy|policies|level|security level|protocol|version|context|library|engine|settings|support|session cache|trace|RPT)\b/,
	/\bTLS (?:client|server) (?:initialization|role)|\b(?:aborting|opportunistic|fallback to \w+|with|for|incompatible with \w+) TLS\b/,
	/\bclient certs|TLS (?:can't|won't) be enabled/,
];

/** Whether a text without `warning: ` before it is such a note. */
export function isClientNote(text: string): boolean {
	return notes.some(note => note.test(text));
}
