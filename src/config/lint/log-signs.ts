/** A line of the log that shows a mistake at work. */
export type LogSign = {
	/** The rule it speaks for. */
	readonly id: string;
	/** The words by which it is known, as the program writes them. */
	readonly words: string;
	/** What else must hold of the text behind the tag. */
	readonly also?: RegExp;
	/** What must hold of the tag: `postfix/smtps/smtpd`. */
	readonly tag?: RegExp;
	/** Written while the service starts, when the tag is not its own yet. */
	readonly early?: true;
};

/** Signs in lines that say `warning: `, `fatal: ` or `error: ` (Postfix sources, postconf(5); section of the program). */
export const complaints: readonly LogSign[] = [
	{id: 'bad-server-level', words: 'Invalid TLS level "', tag: /smtpd$|postscreen$|tlsproxy$/, early: true},
	{id: 'bad-client-level', words: 'Invalid TLS level "', early: true},
	{id: 'bad-client-level', words: 'invalid TLS level "', early: true},
	{id: 'invalid-protocol-list', words: 'Invalid TLS protocol list "', early: true},
	{id: 'no-certificate', words: 'No server certs available', early: true},
	{
		id: 'certificate-not-loadable',
		words: 'cannot get ',
		also: /certificate from file|private key from file/,
		early: true,
	},
	{id: 'certificate-not-loadable', words: 'error loading chain from ', early: true},
	{id: 'certificate-not-loadable', words: 'key values mismatch', early: true},
	{id: 'openssl-string-in-grade', words: 'invalid cipher grade: "'},
	{id: 'operators-in-exclusion', words: ' in cipher exclusion: '},
	{id: 'server-level-downgraded', words: 'unsupported TLS level "', early: true},
	{id: 'empty-protocol-set', words: 'no protocols available'},
	{id: 'dane-without-dnssec', words: 'dane configured with dnssec lookups disabled'},
	{id: 'resolver-not-validating', words: 'DNSSEC validation may be unavailable'},
	{id: 'resolver-not-validating', words: 'is not DNSSEC validated'},
	{id: 'sts-plugin-fault', words: 'invalid attribute name: "policy_'},
	{id: 'policy-attribute-syntax', words: '_tls_policy_maps, next-hop destination "'},
	{id: 'policy-attribute-syntax', words: 'ignoring attribute "', also: /with TLS disabled/},
	{id: 'sts-plugin-fault', words: 'policy table lookup error'},
	{id: 'blank-in-o', words: 'invalid "-o ', early: true},
	{id: 'trailing-comment', words: 'unexpected command-line argument: #', early: true},
	{id: 'blank-in-o', words: 'unexpected command-line argument: ', early: true},
	{id: 'trailing-comment', words: 'bad boolean configuration: ', also: /#/, early: true},
	{id: 'lost-indentation', words: 'bad field count'},
	{id: 'lost-indentation', words: 'bad transport type: '},
	{id: 'duplicate-entry', words: 'overriding earlier entry: '},
	{id: 'duplicate-service', words: 'duplicate master.cf entry for service'},
	{id: 'service-name-unknown', words: 'Servname not supported for ai_socktype'},
	{id: 'per-site-ignored', words: '_tls_per_site ignored when'},
	{id: 'table-not-rebuilt', words: ' is older than source file '},
	{id: 'chain-files-and-legacy', words: '_tls_chain_files and one or more of the legacy', early: true},
	{id: 'client-certificate-mix', words: "Can't require client certs unless TLS is required", early: true},
	{id: 'client-certificate-mix', words: 'Need a server cert to request client certs', early: true},
	{id: 'may-on-unix-socket', words: 'is not appropriate for unix-domain destinations'},
	{id: 'fingerprint-digest', words: 'malformed fingerprint value'},
	{id: 'fingerprint-digest', words: 'with no fingerprints to match'},
	{id: 'tlsmgr-missing', words: 'problem talking to server private/tlsmgr'},
	{id: 'tlsmgr-missing', words: 'no entropy for TLS key generation'},
	{id: 'too-tight-for-opportunistic', words: 'no shared cipher'},
	{id: 'wrapper-on-wrong-port', words: 'wrong version number', tag: /smtpd$/},
	{
		id: 'chain-incomplete-or-expired',
		words: ' alert ',
		also: /alert (?:unknown ca|certificate expired|bad certificate|certificate unknown)/,
		tag: /smtpd$|tlsproxy$|^dovecot/,
	},
	{id: 'wrong-protocol-setting', words: 'Could not find a minimum ssl_min_protocol setting'},
];

/** Signs in lines that complain of nothing: deliveries, counters of connections (Postfix 3.0), sessions, logins. */
export const remarks: readonly LogSign[] = [
	{id: 'mandatory-floor-with-dane', words: 'Cannot start TLS: handshake failure', also: /status=deferred/},
	{
		id: 'global-mandatory-hits-local',
		words: 'TLS is required, but was not offered by host ',
		also: /host (?:localhost\[|127\.|::1|\S+\[127\.)/,
	},
	{id: 'global-encrypt-to-the-internet', words: 'TLS is required, but was not offered by host '},
	{id: 'dane-only-too-wide', words: 'non DNSSEC destination'},
	{id: 'verify-without-ca', words: '(Server certificate not verified)'},
	{id: 'sts-plugin-fault', words: '(client TLS configuration problem)'},
	{id: 'submission-not-enforced', words: ' auth=1 ', also: /^disconnect from (?!.* starttls=1)/},
	{id: 'public-mx-mandatory', words: ' mail=0/1 ', also: /^disconnect from (?!.* starttls=)/},
	{id: 'auth-on-port-25', words: ' sasl_username=', tag: /^[\w.-]+\/smtpd$/},
	{id: 'ssl-open', words: ': SSLv3 with cipher '},
	{id: 'mandatory-service-optional-list', words: ': TLSv1 with cipher ', also: / established from /},
	{id: 'mandatory-service-optional-list', words: ': TLSv1.1 with cipher ', also: / established from /},
	{id: 'relayhost-not-authenticated', words: 'Untrusted TLS connection established to '},
	{id: 'relayhost-465-without-wrapper', words: 'SMTPS wrappermode (TCP port 465) requires setting '},
	{id: 'opportunistic-floor-too-high', words: 'Cannot start TLS: handshake failure', also: /^(?!.*status=)/},
	{id: 'fingerprint-digest', words: 'default setting smtp_tls_fingerprint_digest=md5'},
	// A command by the name of a TLS record, as clients of port 465 send it.
	{id: 'wrapper-on-wrong-port', words: 'improper command pipelining after CONNECT from ', also: /\\026\\003/},
	{id: 'dovecot-cleartext-login', words: 'Login: user=', also: /^(?!.*\b(?:TLS|secured)\b)/, tag: /^dovecot/},
	{id: 'dovecot-cleartext-login', words: 'tried to use disallowed plaintext auth'},
	{
		id: 'wrong-kind-of-client',
		words: 'SSL_accept() failed',
		also: /wrong version number|http request|unknown protocol/,
	},
];

/** Rules that other signs confirm too: an old version was seen, whatever it was that let it in. */
export const alsoConfirmedBy: Readonly<Record<string, readonly string[]>> = {
	'list-newer-than-program': ['invalid-protocol-list'],
	'optional-service-mandatory-list': ['mandatory-service-optional-list'],
	'floor-left-at-default': ['mandatory-service-optional-list'],
	'hole-in-list': ['mandatory-service-optional-list'],
	'proxy-out-of-reach': ['mandatory-service-optional-list'],
	'auth-in-clear': ['submission-not-enforced'],
	'wrappermode-global': ['wrapper-on-wrong-port'],
	'ecdsa-only-certificate': ['too-tight-for-opportunistic'],
	'policy-attribute-syntax': ['sts-plugin-fault'],
	'too-tight-for-opportunistic': ['opportunistic-floor-too-high'],
	'fingerprint-digest': ['verify-without-ca'],
};
