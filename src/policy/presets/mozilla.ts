// Facts of Mozilla's server-side TLS guidelines (files 5.7 and 5.8) and of TLSRef, which took them over with 6.0
// (docs.tlsref.org, data.tlsref.org/guidelines/6.0.json; mozilla/ssl-config-generator was archived in May 2026), restated.
const scope = 'all' as const;
const checked = '2026-11-30' as const;
const oldEditions = ['5.7', '5.8'] as const;
type Edition = (typeof oldEditions)[number] | '6.0';

const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;
const ecdhe = ['ECDHE-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384,CHACHA20-POLY1305}'] as const;
const dhe = ['DHE-RSA-{AES128-GCM-SHA256,AES256-GCM-SHA384,CHACHA20-POLY1305}'] as const;
const intermediateSuites = (edition: Edition) =>
	edition === '5.7' ? [...tls13, ...ecdhe, ...dhe] : [...tls13, ...ecdhe];
const oldSuites = [
	'ECDHE-{ECDSA,RSA}-{AES128-SHA256,AES128-SHA,AES256-SHA384,AES256-SHA}',
	'AES128-GCM-SHA256',
	'AES256-GCM-SHA384',
	'AES{128,256}-SHA256',
	'AES{128,256}-SHA',
	'DES-CBC3-SHA',
] as const;

const unknowable = [
	['certificate lifetime', 'certificate_lifespan'],
	['OCSP stapling', 'ocsp_staple'],
	['who chooses the suite', 'server_preferred_order'],
] as const;

const groups = (edition: Edition) =>
	({
		id: 'groups',
		section: 'tls_curves',
		grade: 'phase-out',
		check: {
			kind: 'groups',
			allowed: [...(edition === '5.7' ? [] : ['X25519MLKEM768']), 'X25519', 'P-256', 'P-384', 'hybrid'],
		},
	}) as const;

const owner = (edition: Edition) => (edition === '6.0' ? 'TLSRef' : 'Mozilla');
const document = (edition: Edition) => `${owner(edition)} server-side TLS guidelines ${edition}`;

const modern = (edition: Edition, name: string, ...aliases: readonly string[]) =>
	({
		name,
		aliases,
		title: `${owner(edition)} modern, guideline ${edition}: TLS 1.3 only`,
		document: document(edition),
		checked,
		scope,
		rows: [
			{
				id: 'min-version',
				section: 'modern, tls_versions',
				grade: 'insufficient',
				check: {kind: 'min-version', version: 'TLSv1.3'},
			},
			{
				id: 'suites',
				section: 'modern, ciphersuites',
				grade: 'insufficient',
				check: {kind: 'suites', allowed: tls13},
			},
			{
				id: 'server-key',
				section: 'modern, certificate_types',
				grade: 'phase-out',
				check: {kind: 'server-key', allowed: ['ECDSA']},
			},
			groups(edition),
		],
		unknowable,
	}) as const;

const intermediate = (edition: Edition, name: string, ...aliases: readonly string[]) =>
	({
		name,
		aliases,
		title: `${owner(edition)} intermediate, guideline ${edition}`,
		document: document(edition),
		checked,
		scope,
		rows: [
			{
				id: 'min-version',
				section: 'intermediate, tls_versions',
				grade: 'insufficient',
				check: {kind: 'min-version', version: 'TLSv1.2'},
			},
			{
				id: 'suites',
				section: 'intermediate, ciphersuites and ciphers',
				grade: 'insufficient',
				check: {kind: 'suites', allowed: intermediateSuites(edition)},
			},
			{
				id: 'min-rsa-bits',
				section: 'intermediate, rsa_key_size',
				grade: 'insufficient',
				check: {kind: 'min-rsa-bits', bits: 2048},
			},
			groups(edition),
		],
		unknowable: [...unknowable, ['Diffie-Hellman group and size up to TLS 1.2', 'dh_param_size']],
	}) as const;

const old = (edition: (typeof oldEditions)[number]) =>
	({
		name: `mozilla-old-${edition}`,
		title: `Mozilla old, guideline ${edition} (dropped in 6.0)`,
		document: document(edition),
		checked,
		scope,
		rows: [
			{
				id: 'min-version',
				section: 'old, tls_versions',
				grade: 'insufficient',
				check: {kind: 'min-version', version: 'TLSv1'},
			},
			{
				id: 'suites',
				section: 'old, ciphersuites and ciphers',
				grade: 'insufficient',
				check: {
					kind: 'suites',
					allowed: [
						...intermediateSuites(edition),
						...oldSuites,
						...(edition === '5.7' ? ['DHE-RSA-AES{128,256}-SHA256'] : []),
					],
				},
			},
			{
				id: 'min-rsa-bits',
				section: 'old, rsa_key_size',
				grade: 'insufficient',
				check: {kind: 'min-rsa-bits', bits: 2048},
			},
			groups(edition),
		],
		unknowable,
	}) as const;

/** The newest edition is TLSRef's; its names from the time when it was Mozilla's stay. */
export const mozilla = [
	modern('6.0', 'tlsref-modern', 'mozilla-modern', 'mozilla-modern-6.0'),
	intermediate('6.0', 'tlsref-intermediate', 'mozilla-intermediate', 'mozilla-intermediate-6.0'),
	...oldEditions.map(edition => modern(edition, `mozilla-modern-${edition}`)),
	...oldEditions.map(edition => intermediate(edition, `mozilla-intermediate-${edition}`)),
	...oldEditions.map(old),
] as const;
