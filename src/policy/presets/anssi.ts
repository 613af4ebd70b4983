const anssiSuites = [
	'TLS_AES_128_GCM_SHA256',
	'TLS_AES_256_GCM_SHA384',
	'TLS_CHACHA20_POLY1305_SHA256',
	'TLS_AES_128_CCM_SHA256',
	'ECDHE-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384,CHACHA20-POLY1305}',
	'ECDHE-ECDSA-AES{128,256}-CCM',
] as const;
const anssiDegraded = [
	'TLS_AES_128_CCM_8_SHA256',
	'ECDHE-ECDSA-AES{128,256}-CCM8',
	'ECDHE-{ECDSA,RSA}-{AES128-SHA256,AES256-SHA384}',
	'DHE-RSA-{AES128-GCM-SHA256,AES256-GCM-SHA384,AES128-CCM,CHACHA20-POLY1305,AES128-SHA256,AES256-SHA256}',
	'ECDHE-{ECDSA-,}{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384}',
	'DHE-RSA-{ARIA128-GCM-SHA256,ARIA256-GCM-SHA384,CAMELLIA128-SHA256,CAMELLIA256-SHA256}',
	'ECDHE-{ECDSA,RSA}-{CAMELLIA128-SHA256,CAMELLIA256-SHA384}',
] as const;

/** Recommendations of the French ANSSI, version 1.2 (March 2020): a list of what is allowed. */
export const anssi = {
	name: 'anssi',
	title: 'ANSSI recommendations for TLS 1.2 (2020)',
	document: 'ANSSI, Recommandations de sécurité relatives à TLS 1.2 (SDE-NT-35)',
	via: 'the FBK TLS compliance data set and a summary by Cryptosense',
	checked: '2026-11-30',
	scope: 'all',
	rows: [
		{
			id: 'min-version',
			section: 'section 2.1',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1.2'},
		},
		{
			id: 'best-version',
			section: 'section 2.1: TLS 1.2 is tolerated',
			grade: 'preferred',
			check: {kind: 'best-version', version: 'TLSv1.3'},
		},
		{
			id: 'suites',
			section: 'appendix A',
			grade: 'insufficient',
			check: {kind: 'suites', allowed: [...anssiSuites, ...anssiDegraded]},
		},
		{
			id: 'suites-degraded',
			section: 'appendix A.2',
			grade: 'phase-out',
			check: {kind: 'ban', suites: anssiDegraded},
		},
		{
			id: 'cbc-needs-encrypt-then-mac',
			section: 'section 2.2: CBC only with encrypt-then-MAC',
			grade: 'phase-out',
			check: {kind: 'unseen', suites: ['CBC'], what: 'encrypt-then-MAC'},
		},
		{
			id: 'min-rsa-bits',
			section: 'section 3.1: 2048 bits until 2030',
			grade: 'insufficient',
			check: {kind: 'min-rsa-bits', bits: 2048},
		},
	],
	unknowable: [
		['encrypt-then-MAC', 'section 2.2'],
		['key length and group up to TLS 1.2', 'section 2.2'],
		['extensions, compression, 0-RTT, renegotiation', 'sections 2.3 and 2.4'],
		['certificate attributes and validation', 'section 3'],
	],
} as const;
