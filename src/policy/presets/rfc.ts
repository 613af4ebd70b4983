const checked = '2026-11-30';

const versions = [
	{
		id: 'min-version',
		section: 'section 3.1.1',
		grade: 'insufficient',
		check: {kind: 'min-version', version: 'TLSv1.2'},
	},
	{
		id: 'best-version',
		section: 'section 3.1.1',
		grade: 'preferred',
		check: {kind: 'best-version', version: 'TLSv1.3'},
	},
] as const;

/** Section 4.1: must not. */
export const forbiddenSuites = ['NULL', 'RC4', 'export', 'below-112-bits'] as const;

const forbidden = {
	id: 'forbidden-suite',
	section: 'section 4.1: must not',
	grade: 'insufficient',
	check: {kind: 'ban', suites: forbiddenSuites},
} as const;

const recommended = [
	{
		id: 'recommended-suite',
		section: 'section 4.2',
		grade: 'preferred',
		check: {
			kind: 'suites',
			allowed: ['TLSv1.3', 'ECDHE-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384}'],
		},
	},
	{
		id: 'cbc-needs-encrypt-then-mac',
		section: 'section 4.1: CBC only with encrypt-then-MAC',
		grade: 'phase-out',
		check: {kind: 'unseen', suites: ['CBC'], what: 'encrypt-then-MAC'},
	},
	{id: 'min-rsa-bits', section: 'section 4.5', grade: 'insufficient', check: {kind: 'min-rsa-bits', bits: 2048}},
	{
		id: 'signature-digest',
		section: 'section 4.5',
		grade: 'insufficient',
		check: {kind: 'digests', allowed: ['SHA256', 'SHA384', 'SHA512']},
	},
] as const;

const unknowable = [
	['encrypt-then-MAC of CBC suites', 'section 4.1'],
	['Diffie-Hellman group and size up to TLS 1.2', 'section 4.5'],
	['compression, renegotiation and session tickets', 'section 3'],
	['certificate signature digest', 'section 4.5'],
] as const;

const bcpPlaintext = 'section 3.2: strict TLS; section 5.2: cleartext is worse than old TLS';

/** RFC 9325 (BCP 195, November 2022), its sections as published. */
/** Section 4.1: should not. */
export const discouragedSuites = ['below-128-bits', 'RSA-kx', 'static-DH', 'static-ECDH', 'DHE'] as const;

export const rfc9325 = {
	name: 'rfc9325',
	title: 'Recommendations for secure use of TLS (BCP 195, 2022)',
	document: 'RFC 9325',
	checked,
	scope: 'all',
	plaintext: bcpPlaintext,
	rows: [
		...versions,
		forbidden,
		{
			id: 'discouraged-suite',
			section: 'section 4.1: should not',
			grade: 'phase-out',
			check: {kind: 'ban', suites: discouragedSuites},
		},
		...recommended,
	],
	unknowable,
} as const;

const obsolete = {
	document: 'RFC 10015',
	via: 'the draft of the working group and specification.website 150',
} as const;

/**
 * BCP 195 as of 2026: RFC 9325 with RFC 8996 and RFC 9852 (new protocols require TLS 1.3, which speaks of no mail), as RFC 10015
 * updates it: in TLS 1.2 no RSA key exchange and no Diffie-Hellman over finite fields. TLS 1.3 may use finite fields.
 */
export const bcp195 = {
	name: 'bcp195-2026',
	title: 'Recommendations for secure use of TLS (BCP 195, 2026)',
	document: 'RFC 9325',
	documents: 'RFC 9325, RFC 8996 and RFC 9852, with RFC 10015 as given by secondary sources',
	checked,
	scope: 'all',
	plaintext: bcpPlaintext,
	rows: [
		{...versions[0], section: 'section 3.1.1, with RFC 8996, sections 4 and 5'},
		versions[1],
		forbidden,
		{
			...obsolete,
			id: 'obsolete-key-exchange',
			section: 'sections 2 to 4: static and ephemeral finite fields and RSA must not',
			grade: 'insufficient',
			check: {kind: 'ban', suites: ['RSA-kx', 'RSA-PSK', 'static-DH', 'DHE']},
		},
		{
			...obsolete,
			id: 'static-ecdh',
			section: 'section 2 and appendix B: static ECDH should not',
			grade: 'phase-out',
			check: {kind: 'ban', suites: ['static-ECDH', 'AECDH-{AES128,AES256,DES-CBC3}-SHA']},
		},
		{
			id: 'discouraged-suite',
			section: 'section 4.1: should not',
			grade: 'phase-out',
			check: {kind: 'ban', suites: ['below-128-bits']},
		},
		...recommended,
	],
	unknowable,
} as const;

/** RFC 8314 (January 2018) with the floor of RFC 8997: mail users' programs only. */
export const rfc8314 = {
	name: 'rfc8314',
	title: 'Cleartext considered obsolete: TLS for submission and mailbox access',
	document: 'RFC 8314',
	checked,
	scope: 'users',
	plaintext: 'section 4.1',
	rows: [
		{
			id: 'min-version',
			document: 'RFC 8997',
			section: 'section 3 (raises the floor of RFC 8314 section 4.1)',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1.2'},
		},
		{
			id: 'submission-implicit-tls',
			section: 'section 3.3: implicit TLS on 465 is preferred, STARTTLS on 587 stays for the transition',
			grade: 'preferred',
			hops: ['submission'],
			check: {kind: 'service', allowed: [{port: 465, tls: 'implicit'}]},
		},
		{
			id: 'access-implicit-tls',
			section: 'sections 3.1 and 3.2: implicit TLS on 993 and 995 is preferred',
			grade: 'preferred',
			hops: ['access'],
			check: {
				kind: 'service',
				allowed: [
					{port: 993, tls: 'implicit'},
					{port: 995, tls: 'implicit'},
					{port: 4190, tls: 'starttls'},
				],
			},
		},
	],
	unknowable: [
		['whether clients validate the certificate', 'section 5.1'],
		['whether the suite is written into the Received header', 'section 4.3'],
	],
} as const;
