const bsiSuites = [
	'TLS_AES_128_GCM_SHA256',
	'TLS_AES_256_GCM_SHA384',
	'TLS_AES_128_CCM_SHA256',
	'ECDHE-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384,AES128-SHA256,AES256-SHA384}',
	'ECDHE-ECDSA-AES{128,256}-CCM',
	'DHE-{RSA,DSS}-{AES128-GCM-SHA256,AES256-GCM-SHA384,AES128-SHA256,AES256-SHA256}',
	'DHE-RSA-AES{128,256}-CCM',
] as const;
const bsiStatic = [
	'ECDH-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384,AES128-SHA256,AES256-SHA384}',
	'DH-{RSA,DSS}-{AES128-GCM-SHA256,AES256-GCM-SHA384,AES128-SHA256,AES256-SHA256}',
] as const;

/** Technical guideline of the German BSI, edition 2025-01. ChaCha20 and X25519 are not in its lists. */
export const bsi = {
	name: 'bsi-tr-02102-2',
	title: 'BSI TR-02102-2, edition 2025-01',
	document: 'BSI TR-02102-2 (2025-01)',
	via: 'the BSI profile of TLS-Scanner',
	scope: 'all',
	rows: [
		{
			id: 'min-version',
			section: 'section 3.2 SSL/TLS versions',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1.2'},
		},
		{
			id: 'best-version',
			section: 'section 3.2 SSL/TLS versions',
			grade: 'preferred',
			check: {kind: 'best-version', version: 'TLSv1.3'},
		},
		{
			id: 'suites',
			section: 'sections 3.3 and 3.4, cipher suites',
			grade: 'insufficient',
			check: {kind: 'suites', allowed: [...bsiSuites, ...bsiStatic]},
		},
		{
			id: 'suites-without-forward-secrecy',
			section: 'section 3.3, suites without forward secrecy: only where it is impossible',
			grade: 'phase-out',
			check: {kind: 'ban', suites: bsiStatic},
		},
		{
			id: 'cbc-needs-encrypt-then-mac',
			section: 'section 3.3, encrypt-then-MAC',
			grade: 'phase-out',
			check: {kind: 'unseen', suites: ['CBC'], what: 'encrypt-then-MAC'},
		},
		{id: 'min-rsa-bits', section: 'key lengths', grade: 'insufficient', check: {kind: 'min-rsa-bits', bits: 3000}},
		{
			id: 'groups',
			section: 'Diffie-Hellman groups',
			grade: 'preferred',
			check: {
				kind: 'groups',
				allowed: [
					...['P-256', 'P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'],
					...['ffdhe3072', 'ffdhe4096'],
				],
			},
		},
	],
	unknowable: [
		['encrypt-then-MAC', 'section 3.3'],
		['extended master secret', 'section 3.3'],
		['compression, heartbeat, 0-RTT, client renegotiation', 'sections 3.3 and 3.4'],
		['key length and group up to TLS 1.2', 'key lengths'],
	],
} as const;
