/**
 * Whose a failure is: who has to act, or whether there is anything to do. `scanner`: it came of a peer that tries doors and
 * brings no mail. `unknown`: the log does not carry more.
 */
export const whoses = ['ours', 'theirs', 'scanner', 'unknown'] as const;
export type Whose = (typeof whoses)[number];

/**
 * `odd-one` where both sides have a share in it: theirs where other peers come to an agreement on the same hop and port,
 * else unknown.
 */
type Blame = Whose | 'odd-one';

/** Whose a failure is, and what to do about it in one sentence. */
export type Side = {readonly blame: Blame; readonly remedy: string};

/** A cause by the direction of the connection: `in` where the peer connects to us, `out` where we connect to it. */
export type Cause = {readonly in: Side; readonly out: Side};

const side = (blame: Blame, remedy: string): Side => ({blame, remedy});
const both = (blame: Blame, remedy: string): Cause => ({in: side(blame, remedy), out: side(blame, remedy)});

const rawLines = 'The log gives no reason that is known here: read the lines of these sessions.';

/**
 * Causes of failed handshakes. Whose a cause is rests on who said it: an alert comes from the peer (RFC 9846 section 6), a
 * reason of OpenSSL from our own side. No remedy weakens the service without saying what that costs. Parameters of Postfix are
 * those of postconf(5), settings of Dovecot those of its documentation (`ssl_…`).
 */
export const causes = {
	'no-shared-cipher': {
		in: side(
			'odd-one',
			'The client offers no cipher that this service takes with the certificate it has: update the client, or give the service an RSA certificate beside its ECDSA one if it has only that; a wider cipher list would weaken the service for all.',
		),
		out: side(
			'odd-one',
			'We and the server have no cipher in common: tlsaudit probe shows what it takes; if these are old ciphers alone, its operator has to update it, as a wider list here would weaken our mail to all.',
		),
	},
	'no-cipher-here': both(
		'ours',
		'Our own settings leave no cipher for the versions that are allowed: compare the cipher lists and what is excluded from them with the output of openssl ciphers -v.',
	),
	'no-shared-group': {
		in: side(
			'odd-one',
			'The client offers no key exchange group that this service takes: keep X25519 and P-256 in tls_eecdh_auto_curves (Dovecot: ssl_curve_list), which hardly any client lacks, else update the client.',
		),
		out: side(
			'odd-one',
			'We and the server have no key exchange group in common: keep X25519 and P-256 in tls_eecdh_auto_curves, which hardly any server lacks, else its operator has to update it.',
		),
	},
	'no-shared-signature': {
		in: side(
			'odd-one',
			'The client takes no signature that the key of our certificate can make: serve an RSA certificate beside an ECDSA one, or update the client.',
		),
		out: side(
			'odd-one',
			'We take no signature that the server’s certificate can make: tlsaudit probe shows its certificate; one signed with SHA-1 or of a rare kind is for its operator to replace.',
		),
	},
	'old-version': {
		in: side(
			'odd-one',
			'The client offers only TLS versions that this service refuses: update the client; to allow an old version again would open it to every client of the service.',
		),
		out: side(
			'theirs',
			'The server speaks only TLS versions that we refuse: its operator has to update it; an exception in smtp_tls_policy_maps, for this destination alone, gives its mail weak protection.',
		),
	},
	'no-version-here': both(
		'ours',
		'Our own settings leave no TLS version: compare the protocol lists of this service with MinProtocol and MaxProtocol in openssl.cnf.',
	),
	fallback: {
		in: side(
			'theirs',
			'The client came back with a lower version than it can speak, after a first attempt failed: look for that attempt among its sessions; if later ones succeed, there is nothing to do.',
		),
		out: side(
			'unknown',
			'The server takes our hello for a second attempt with a lower version: look whether something between here and there changes it.',
		),
	},
	http: {
		in: side('scanner', 'A web client spoke HTTP to a mail port, which no mail client does: there is nothing to do.'),
		out: side('unknown', 'What answers there speaks HTTP: check host and port of this destination.'),
	},
	'not-tls': {
		in: side(
			'theirs',
			'The client sent something else than TLS: set a client that you know to SSL/TLS on ports 465, 993 and 995, to STARTTLS on the others; a client that nobody knows is no loss.',
		),
		out: side(
			'unknown',
			'The server answered with something else than TLS: check smtp_tls_wrappermode, which is for port 465 alone, and the port, here and in smtp_tls_policy_maps or relayhost, then whether a firewall between alters SMTP.',
		),
	},
	'handshake-refused': {
		in: side(
			'unknown',
			'The client refused what this service chose: compare its TLS versions, ciphers and demands on certificates with those of the service, if you know the client.',
		),
		out: side(
			'unknown',
			'The server refuses all that we offer: tlsaudit probe shows what it takes; if these are old versions or ciphers alone, its operator has to update it, and an exception in smtp_tls_policy_maps gives its mail weak protection.',
		),
	},
	'version-refused': {
		in: side(
			'ours',
			'The client refuses the TLS version that this service chose as too old: allow TLSv1.2 and TLSv1.3 there.',
		),
		out: side(
			'odd-one',
			'The server takes none of the TLS versions that we offer: tlsaudit probe shows which it takes; newer ones are to be allowed here, older ones are for its operator to update.',
		),
	},
	'security-refused': {
		in: side(
			'ours',
			'The client finds what this service chose too weak: compare the ciphers and the length of the keys of the service with a current policy.',
		),
		out: side(
			'ours',
			'The server demands stronger ciphers or keys than we offer: compare our cipher list with what tlsaudit probe shows of it.',
		),
	},
	'certificate-refused': {
		in: side(
			'ours',
			'The client refuses our certificate: serve it with its whole chain, from a CA that clients know and for the name that they connect to, and see with tlsaudit probe what is served; if only this client refuses it, its list of CAs is old.',
		),
		out: side(
			'ours',
			'The server refuses the certificate that we show: renew what smtp_tls_cert_file names, or show none where no destination asks for one.',
		),
	},
	'certificate-revoked': both('ours', 'The peer holds our certificate for revoked: replace certificate and key.'),
	'certificate-expired': both(
		'ours',
		'The peer holds our certificate for expired: renew it and reload the service; if it is still valid, the clock of the peer is wrong.',
	),
	'certificate-missing': {
		in: side(
			'theirs',
			'The client shows no certificate and this service demands one: give the client one; to demand none (smtpd_tls_req_ccert) lets in everybody who passes the other checks.',
		),
		out: side('theirs', 'The server shows no certificate: its operator has to set one.'),
	},
	'certificate-demanded': {
		in: side('unknown', 'The client demands a certificate: look whether this service has one set.'),
		out: side(
			'ours',
			'The server demands a client certificate: set smtp_tls_cert_file and smtp_tls_key_file to one that its operator accepts.',
		),
	},
	'certificate-not-verified': {
		in: side(
			'theirs',
			'The client’s certificate does not verify: renew it, or add its CA to those of this service if you trust it.',
		),
		out: side(
			'theirs',
			'The server’s certificate does not verify: its operator has to renew it or serve the whole chain, unless our list of CAs (smtp_tls_CAfile) is missing or old; a lower level would let anybody pose as this server.',
		),
	},
	'name-mismatch': {
		in: side('theirs', 'The client’s certificate is for another name: it needs one for its own.'),
		out: side(
			'unknown',
			'The server’s certificate is for another name: compare its names, which tlsaudit probe shows, with smtp_tls_verify_cert_match, smtp_tls_secure_cert_match or match= in smtp_tls_policy_maps; if these are right, its operator has to add the name.',
		),
	},
	'tlsa-mismatch': both(
		'theirs',
		'No TLSA record of the destination fits the certificate that its server shows: its operator has to publish the new one or restore the old certificate; tlsaudit probe compares them.',
	),
	'certificate-out-of-date': {
		in: side(
			'theirs',
			'The client’s certificate is expired or not yet valid: renew it; if it is valid, our clock is wrong.',
		),
		out: side(
			'theirs',
			'The server’s certificate is expired or not yet valid: its operator has to renew it; if it is valid, our clock is wrong.',
		),
	},
	'issuer-unknown': {
		in: side(
			'unknown',
			'The client’s certificate comes from a CA that is not among ours: add it to smtpd_tls_CAfile if you trust it, or give the client another certificate.',
		),
		out: side(
			'unknown',
			'The server’s certificate leads to no CA that we know: look whether smtp_tls_CAfile names a current list of CAs; if it does, its operator has to serve the whole chain or get a certificate from a known CA.',
		),
	},
	'certificate-weak': {
		in: side('theirs', 'The client’s certificate has too short a key or a weak hash: replace it.'),
		out: side(
			'theirs',
			'The server’s certificate has too short a key or a weak hash: its operator has to replace it; a lower security level of OpenSSL here would hold for all servers.',
		),
	},
	'signature-weak': both(
		'theirs',
		'The peer signs with an algorithm that OpenSSL refuses, such as SHA-1: its operator has to update it or replace its certificate.',
	),
	'dh-weak': {
		in: side('ours', 'The Diffie-Hellman key of this service is too short: use 2048 bits or more, or ECDHE alone.'),
		out: side(
			'theirs',
			'The server’s Diffie-Hellman key is too short to be safe: its operator has to use 2048 bits or more, or ECDHE.',
		),
	},
	'renegotiation-unsafe': both(
		'theirs',
		'The peer lacks secure renegotiation (RFC 5746): its operator has to update it; to allow this here would let others put text into its connections.',
	),
	'access-denied': both(
		'theirs',
		'The peer recognized us and refuses us: ask its operator which client certificates it admits.',
	),
	'name-unknown': {
		in: side('unknown', 'The client does not know the name of this service: look which name it connects to.'),
		out: side(
			'unknown',
			'The server does not know the name that we ask for: check smtp_tls_servername, else its operator has to add the name of its MX host.',
		),
	},
	'fault-of-peer': both(
		'theirs',
		'The peer reports a fault of its own: if it lasts, tell its operator, with the time from the log.',
	),
	'gave-up': both(
		'unknown',
		'The peer gave the handshake up without a fault: look what else it did, before and afterwards.',
	),
	'garbled-for-peer': both(
		'unknown',
		'The peer could make nothing of our message: look whether others fail alike, then update OpenSSL here, else tell its operator.',
	),
	garbled: both(
		'unknown',
		'What the peer sent is no sound handshake: its TLS library, something between, or a probe; if you know the peer, update it.',
	),
	'no-certificate-here': both(
		'ours',
		'This service has no certificate or key that it could show: check the files that its settings name.',
	),
	'fault-here': both(
		'ours',
		'Our own TLS library reports a fault of its own: look for other warnings at that time, and update OpenSSL if it lasts.',
	),
	'tls-unavailable': both(
		'ours',
		'Our own TLS did not start: look for warnings about certificate, key or protocol list where the process began, and check the files that ssl_cert and ssl_key name in Dovecot, smtpd_tls_chain_files and its kin in Postfix.',
	),
	'starttls-refused': {
		in: side(
			'unknown',
			'The client asked for STARTTLS and got none: look for a warning about rate limits (smtpd_client_new_tls_session_rate_limit) or the certificate at that time.',
		),
		out: side(
			'theirs',
			'The server offered STARTTLS and refused it: its operator has to mend its TLS; a lower level here would send its mail in plaintext.',
		),
	},
	'tls-not-offered': both(
		'theirs',
		'The server offers no STARTTLS and our settings demand TLS: its operator has to offer it; a lower level here would send its mail in plaintext.',
	),
	'requiretls-not-offered': both(
		'theirs',
		'The sender demands REQUIRETLS (RFC 8689) and the server does not offer it: the sender has to do without, or the mail stays.',
	),
	dane: both(
		'theirs',
		'The TLSA records of the destination and its certificate do not agree, or cannot be had: tlsaudit probe compares them; tell its operator, as without DANE anybody could pose as this server.',
	),
	'hung-up': {
		in: side(
			'unknown',
			'The client hung up in the handshake without a word: it may refuse our certificate, the network may have failed, or it was a probe; look what else it did.',
		),
		out: side(
			'unknown',
			'The connection to the server broke in the handshake: see with tlsaudit probe whether it lasts, then ask its operator.',
		),
	},
	'timed-out': both(
		'unknown',
		'The handshake took too long: look at the network to this peer, and for packets that are too large on the way (MTU); a peer that nobody knows is no loss.',
	),
	'broken-off': both(
		'unknown',
		'TLS was agreed and the connection broke afterwards: look at the network to this peer and at its other sessions; the handshake is not at fault.',
	),
	'took-too-long': both(
		'unknown',
		'TLS was agreed and the peer said nothing for too long afterwards: look at the network to this peer and at its other sessions; the handshake is not at fault.',
	),
	'peer-alert': both('unknown', 'The peer gave the handshake up with an alert: read the lines of these sessions.'),
	other: both('unknown', rawLines),
} as const satisfies Readonly<Record<string, Cause>>;

export type CauseName = keyof typeof causes;
