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

const rows = [
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
				...['ffdhe3072', 'ffdhe4096', 'hybrid'],
			],
		},
	},
] as const;

const via = 'articles of February 2026';

/** The sections of 2026-01 were not seen; the dates are told alike by all three articles. */
const dated = [
	{
		id: 'no-dhe',
		via,
		section: 'section not seen: DHE until the end of 2029',
		grade: 'insufficient',
		until: '2029-12-31',
		check: {kind: 'ban', suites: ['DHE']},
	},
	{
		id: 'no-dsa',
		via,
		section: 'section not seen: DSA until the end of 2029',
		grade: 'insufficient',
		until: '2029-12-31',
		check: {kind: 'ban', suites: ['DSS']},
	},
	{
		id: 'only-tls13',
		via,
		section: 'section not seen: TLS 1.2 until the end of 2031',
		grade: 'insufficient',
		until: '2031-12-31',
		check: {kind: 'min-version', version: 'TLSv1.3'},
	},
	{
		id: 'hybrid',
		via,
		section:
			'section not seen: key agreement without a post-quantum part until the end of 2031 (2030 where the need is very high)',
		grade: 'insufficient',
		until: '2031-12-31',
		check: {kind: 'hybrid'},
	},
] as const;

const unknowable = [
	['encrypt-then-MAC', 'section 3.3'],
	['extended master secret', 'section 3.3'],
	['compression, heartbeat, 0-RTT, client renegotiation', 'sections 3.3 and 3.4'],
	['key length and group up to TLS 1.2', 'key lengths'],
] as const;

/**
 * Technical guideline of the German BSI. ChaCha20 and X25519 are not in its lists. The name without an edition is the newest;
 * that takes over the lists of 2025-01, as its own were not seen, and adds what ends on a date.
 */
export const bsi = [
	{
		name: 'bsi-tr-02102-2',
		aliases: ['bsi-tr-02102-2-2026-01'],
		title: 'BSI TR-02102-2, edition 2026-01',
		document: 'BSI TR-02102-2 (2026-01)',
		documents:
			'BSI TR-02102-2 (2026-01), its dates by articles on secure-your.it, der-windows-papst.de and hardwareluxx',
		via: 'the BSI profile of TLS-Scanner for 2025-01',
		checked: '2026-11-30',
		scope: 'all',
		rows: [...rows, ...dated],
		unknowable: [...unknowable, ['RSA signatures with PKCS#1 v1.5, no longer recommended', 'signatures']],
		unverified: ['the tables of suites and groups of 2026-01: no suite and no group of 2025-01 is taken away'],
	},
	{
		name: 'bsi-tr-02102-2-2025-01',
		title: 'BSI TR-02102-2, edition 2025-01',
		document: 'BSI TR-02102-2 (2025-01)',
		via: 'the BSI profile of TLS-Scanner',
		checked: '2026-11-30',
		scope: 'all',
		rows,
		unknowable,
	},
] as const;
