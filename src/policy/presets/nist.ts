const nistStaticRsa = ['AES{128,256}-{SHA,SHA256,CCM,CCM8}', '{AES128-GCM-SHA256,AES256-GCM-SHA384}'] as const;
const nistSuites = [
	'TLS_AES_128_GCM_SHA256',
	'TLS_AES_256_GCM_SHA384',
	'TLS_AES_128_CCM_SHA256',
	'TLS_AES_128_CCM_8_SHA256',
	'ECDHE-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384,AES128-SHA256,AES256-SHA384}',
	'ECDHE-{ECDSA,RSA}-AES{128,256}-SHA',
	'ECDHE-ECDSA-AES{128,256}-{CCM,CCM8}',
	'DHE-{RSA,DSS}-{AES128-GCM-SHA256,AES256-GCM-SHA384}',
	'DHE-{RSA,DSS}-AES{128,256}-{SHA,SHA256}',
	'DHE-RSA-AES{128,256}-{CCM,CCM8}',
	'DH-{RSA,DSS}-{AES128-GCM-SHA256,AES256-GCM-SHA384}',
	'DH-{RSA,DSS}-AES{128,256}-{SHA,SHA256}',
	'ECDH-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384,AES128-SHA256,AES256-SHA384}',
	'ECDH-{ECDSA,RSA}-AES{128,256}-SHA',
] as const;

/** NIST SP 800-52 revision 2 (August 2019). ChaCha20, Camellia and ARIA are not approved algorithms. */
export const nist = {
	name: 'nist-800-52r2',
	title: 'NIST SP 800-52 revision 2',
	document: 'NIST SP 800-52r2',
	via: 'the NIST profile of TLS-Scanner and the FBK TLS compliance data set',
	checked: '2026-11-30',
	scope: 'all',
	rows: [
		{
			id: 'min-version',
			section: 'section 3.1',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1.2'},
		},
		{
			id: 'best-version',
			section: 'section 3.1: support of TLS 1.3 since 2024',
			grade: 'preferred',
			check: {kind: 'best-version', version: 'TLSv1.3'},
		},
		{
			id: 'suites',
			section: 'section 3.3.1',
			grade: 'insufficient',
			check: {kind: 'suites', allowed: [...nistSuites, ...nistStaticRsa]},
		},
		{
			id: 'suites-static-rsa',
			section: 'section 3.3.1: RSA key transport is not recommended',
			grade: 'phase-out',
			check: {kind: 'ban', suites: ['RSA-kx']},
		},
		{
			id: 'suites-preferred',
			section: 'section 3.3.1: GCM and CCM before CBC, ephemeral keys before static',
			grade: 'preferred',
			check: {kind: 'ban', suites: ['CBC', 'static-DH', 'static-ECDH']},
		},
		{id: 'min-rsa-bits', section: 'section 3.2', grade: 'insufficient', check: {kind: 'min-rsa-bits', bits: 2048}},
		{
			id: 'groups',
			section: 'section 3.4, supported groups; a hybrid with an approved KEM by SP 800-227',
			grade: 'preferred',
			check: {
				kind: 'groups',
				allowed: ['P-256', 'P-384', 'P-521', 'ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192', 'hybrid'],
			},
		},
	],
	unknowable: [
		['key length and group up to TLS 1.2', 'sections 3.2 and 3.4'],
		['TLS extensions (extended master secret, OCSP stapling, encrypt-then-MAC)', 'section 3.4'],
		['certificate profile and validation', 'sections 3.2 and 4.5'],
	],
} as const;
