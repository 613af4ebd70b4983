/** `warning: ` and its kin stand before all that is not information (util/msg_syslog.c). */
const severity = /^(?:warning|error|fatal|panic): /;

/**
 * Texts by which a program of Postfix says at its start that it goes on without TLS, for want of a certificate, a key, entropy,
 * a sound list of protocols (tls/tls_server.c, tls_client.c, tls_certkey.c, tls_misc.c), because its level cannot be had
 * (smtpd/smtpd.c, tlsproxy/tlsproxy.c), or because it was built without.
 */
const tlsOff =
	/[:,] disabling TLS support$|^No server certs available\. TLS (?:won't|can't) be enabled$|^TLS has been selected, but TLS support is not compiled in$/;

/** Whether a text says that TLS is switched off in the process that wrote it. */
export function isTlsOff(text: string): boolean {
	return tlsOff.test(text.replace(severity, ''));
}

/** Openings of texts about the certificate of the other side, without the peer that precedes some of them (tls/tls_verify.c). */
const certificateWords = ['subject_CN=', 'issuer_CN=', 'depth=', 'Trusted: subject_CN=', 'Untrusted: subject_CN=', 'raw public key fingerprint=', 'cert fingerprint=', 're-using session with ']; // biome-ignore format: a list of words reads better in a line

/**
 * Whether a text is about the certificate that the other side showed. That comes inside a handshake alone, so the line proves one,
 * at whatever log level the summary is missing (tls/tls_verify.c tls_log_verify_error, tls_server.c, tls_client.c).
 */
export function isCertificateText(text: string): boolean {
	if (/^(?:(?:server|client|CA) )?certificate verification failed for /.test(text)) return true;
	const rest = afterPeer(text);
	return rest !== null && certificateWords.some(words => rest.startsWith(words));
}

/** What follows `name[addr]:port: `, or the first `: ` of a text that names no peer; null when there is neither. */
function afterPeer(text: string): string | null {
	const close = text.indexOf(']');
	const colon = text.indexOf(': ', close < 0 ? 0 : close);
	return colon < 0 ? null : text.slice(colon + 2, colon + 42);
}

/** Beginnings of what the libraries of TLS write of their own accord, at some log level or in trouble. */
const openings = [
	// tls/tls_server.c, tls_client.c, tls_misc.c, tls_session.c
	'setting up TLS connection ',
	'SSL_accept:',
	'SSL_connect:',
	'initializing the ',
	'TLS SNI ',
	'SSL3 alert ',
	'issuing session id ',
	'reloaded session ',
	'remove session ',
	'looking for session ',
	'auto-created ',
	'subject=',
	'issuer=',
	// tls/tls_bio_ops.c, tls_misc.c (loglevel 3 and 4): dumps of what went over the wire
	'read from ',
	'write to ',
	// tls/tlsrpt_wrapper.c, and the traces of 3.12
	'TLSRPT: ',
	'Could not report TLS ',
	'TLS protocol trace ',
	'skipping TLS trace ',
	// smtpd/smtpd.c, postscreen/postscreen_smtpd.c, smtp/smtp_proto.c
	'discarding EHLO keywords: ',
	"Can't require client certs unless TLS is required",
	'TLS server role is disabled ',
	'TLS client initialization failed',
	'Both ',
] as const;

const afterPeerWords = [
	'subject=', 'issuer=', 'TLS cipher list ', 'looking up session ', 'save session ', 'saving session ', 'Reusing old session', 'Issuing session ticket',
	'Decrypting session ticket', 'reloaded session ', 'Matched ', 'matched ', 'certificate verification ', 'all TLSA records unusable', 'unusable TLSA',
	'using DANE RR', 'SSL_accept', 'SSL_connect', 'remove session ', 'delete ', 'certificate ', 'pkey fingerprint=', 'fingerprint=', 'server-signature',
	'Peer certificate ', 'peer certificate', 'Peer verification', 'discarding EHLO keywords: ', 'cert valid despite ',
]; // biome-ignore format: a list of words reads better in lines

/** Troubles in the middle of a text, all of Postfix's own words (tls/tls_misc.c, tls_scache.c, tls_level.c, smtpd/smtpd.c). */
const troubles =
	/\b(?:unsupported TLS level|Invalid TLS level|Invalid TLS protocol list|(?:setting|clearing) \w+ TLS version|no active TLS context|(?:client|server|smtpd?|lmtp|tlsproxy) TLS cache|TLS cache context|TLS context initialization failed|aborting TLS session|TLS (?:protocol )?trace|TLSRPT|tlsrpt)\b/;

/**
 * What a program writes when it is asked to be verbose (`-v`, debug_peer_list; global/debug_peer.c): the dialogue as `> P: …` and
 * `< P: …` (smtpd/smtpd_chat.c), names of its functions before a colon, and octets
 * (tls/tls_misc.c tls_dump_buffer). Talk ahead of time is no more than that (smtpd/smtpd.c).
 */
const chatter =
	/^(?:[<>] |(?:[0-9A-Za-z]+: )?improper command pipelining after |[a-z][a-z0-9]*_[a-z0-9_]+: |send attr |input attribute |private\/\S+:? |[0-9a-f]{4,8} (?:- )?(?:[0-9a-f]{2}[ -]|<SPACES))/;

/**
 * Whether a text is one that Postfix writes around TLS and that says nothing of how a session went: log levels from 2 on, matching of
 * certificates, session caches, traces, reports, verbose chatter, troubles at a start. No protocol is ever taken from them:
 * OpenSSL's state names say «SSLv3» and «TLSv1.3» at will.
 */
export function isTlsDetail(whole: string): boolean {
	const text = whole.replace(severity, '');
	if (openings.some(words => text.startsWith(words)) || isTlsOff(text) || isCertificateText(text)) return true;
	if (chatter.test(text) || /^(?:Verified|Unverified|fingerprint|subject_CN|subject|issuer)[:=]/.test(text))
		return true;
	const rest = afterPeer(text);
	return (rest !== null && afterPeerWords.some(words => rest.startsWith(words))) || troubles.test(text);
}

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
