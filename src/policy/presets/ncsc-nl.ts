const via = 'the constants of the internet.nl test';

const unknowable2025 = [
	['extended master secret with TLS 1.2', 'section 3.4'],
	['certificate digest, key and chain', 'section 3.3.2'],
	['Diffie-Hellman group up to TLS 1.2', 'section 3.3.3'],
	['compression, renegotiation, 0-RTT', 'section 3.4'],
	['DANE: TLSA records and DNSSEC', 'internet.nl mail test'],
] as const;

const ffdhe = ['ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'] as const;
const curves = [
	'P-256',
	'P-384',
	'P-521',
	'X25519',
	'X448',
	'brainpoolP256r1',
	'brainpoolP384r1',
	'brainpoolP512r1',
] as const;
/** The document names three; any other hybrid is no worse than its curve. */
const hybrids = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024', 'hybrid'] as const;

const good2025 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;
const sufficient2025 = [
	'TLS_AES_128_GCM_SHA256',
	'TLS_AES_128_CCM_SHA256',
	'ECDHE-{ECDSA,RSA}-{CHACHA20-POLY1305,AES256-GCM-SHA384,AES128-GCM-SHA256}',
	'ECDHE-ECDSA-AES{256,128}-CCM',
] as const;
const phaseOut2025 = [
	'ECDHE-{ECDSA,RSA}-{AES256-SHA384,AES128-SHA256,CAMELLIA256-SHA384,CAMELLIA128-SHA256}',
	'ECDHE-{ECDSA-,}{ARIA256-GCM-SHA384,ARIA128-GCM-SHA256}',
	'DHE-RSA-{AES256-GCM-SHA384,AES128-GCM-SHA256,AES256-CCM,AES128-CCM,AES256-SHA256,AES128-SHA256}',
	'DHE-RSA-{CHACHA20-POLY1305,CAMELLIA256-SHA256,CAMELLIA128-SHA256,ARIA256-GCM-SHA384,ARIA128-GCM-SHA256}',
] as const;

/** Guidelines of May 2025, the measure of the internet.nl mail test since its version 1.11. */
export const ncscNl202505 = {
	name: 'ncsc-nl-2025-05',
	title: 'NCSC-NL TLS guidelines, May 2025',
	document: 'NCSC-NL TLS guidelines 2025-05',
	via,
	checked: '2026-11-30',
	scope: 'all',
	plaintext: 'internet.nl mail test: STARTTLS missing',
	rows: [
		{
			id: 'min-version',
			section: 'section 3.3.1',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1.2'},
		},
		{
			id: 'best-version',
			section: 'section 3.3.1',
			grade: 'preferred',
			check: {kind: 'best-version', version: 'TLSv1.3'},
		},
		{
			id: 'suites',
			section: 'appendix B',
			grade: 'insufficient',
			check: {kind: 'suites', allowed: [...good2025, ...sufficient2025, ...phaseOut2025]},
		},
		{
			id: 'suites-phase-out',
			section: 'appendix B: phase-out',
			grade: 'phase-out',
			check: {kind: 'ban', suites: phaseOut2025},
		},
		{id: 'min-rsa-bits', section: 'section 3.3.2.1', grade: 'insufficient', check: {kind: 'min-rsa-bits', bits: 2048}},
		{
			id: 'rsa-bits-phase-out',
			section: 'section 3.3.2.1: 2048 to 3071 bits are phase-out',
			grade: 'phase-out',
			check: {kind: 'min-rsa-bits', bits: 3072},
		},
		{
			id: 'groups',
			section: 'sections 3.3.2.1 and 3.3.3.1',
			grade: 'insufficient',
			check: {kind: 'groups', allowed: [...hybrids, ...curves, 'secp224r1', ...ffdhe]},
		},
		{
			id: 'groups-phase-out',
			section: 'sections 3.3.2.1 and 3.3.3.1: P-224 and finite fields are phase-out',
			grade: 'phase-out',
			check: {kind: 'groups', allowed: [...hybrids, ...curves]},
		},
		{
			id: 'signature-digest',
			section: 'section 3.3.5',
			grade: 'insufficient',
			check: {kind: 'digests', allowed: ['SHA256', 'SHA384', 'SHA512', 'SHA224']},
		},
		{
			id: 'signature-digest-phase-out',
			section: 'section 3.3.5: SHA-224 is phase-out',
			grade: 'phase-out',
			check: {kind: 'digests', allowed: ['SHA256', 'SHA384', 'SHA512']},
		},
	],
	unknowable: unknowable2025,
} as const;

const good21 = [
	'TLS_AES_256_GCM_SHA384',
	'TLS_CHACHA20_POLY1305_SHA256',
	'TLS_AES_128_GCM_SHA256',
	'TLS_AES_128_CCM_SHA256',
	'ECDHE-{ECDSA,RSA}-{AES256-GCM-SHA384,CHACHA20-POLY1305,AES128-GCM-SHA256}',
	'ECDHE-ECDSA-AES{128,256}-CCM',
] as const;
const sufficient21 = [
	'ECDHE-{ECDSA,RSA}-{AES256-SHA384,AES256-SHA,AES128-SHA256,AES128-SHA}',
	'DHE-RSA-{AES256-GCM-SHA384,AES128-GCM-SHA256,AES256-CCM,AES128-CCM,CHACHA20-POLY1305}',
	'DHE-RSA-AES{256,128}-{SHA256,SHA}',
	'ECDHE-{ECDSA,RSA}-{CAMELLIA256-SHA384,CAMELLIA128-SHA256}',
	'{DHE-RSA-,}CAMELLIA{256,128}-{SHA256,SHA}',
] as const;
const phaseOut21 = [
	'{ECDHE-ECDSA-,ECDHE-RSA-,DHE-RSA-,}DES-CBC3-SHA',
	'{AES256-GCM-SHA384,AES128-GCM-SHA256}',
	'AES{256,128}-{SHA256,SHA}',
] as const;

/** Guidelines 2.1 of January 2021, the measure of internet.nl until its version 1.10. */
export const ncscNl21 = {
	name: 'ncsc-nl-2.1',
	title: 'NCSC-NL TLS guidelines 2.1 (2021)',
	document: 'NCSC-NL IT security guidelines for TLS 2.1',
	via,
	checked: '2026-11-30',
	scope: 'all',
	plaintext: 'internet.nl mail test: STARTTLS missing',
	rows: [
		{
			id: 'min-version',
			section: 'guideline B1-1: SSL is insufficient',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1'},
		},
		{
			id: 'version-phase-out',
			section: 'guideline B1-1: TLS 1.0 and 1.1 are phase-out',
			grade: 'phase-out',
			check: {kind: 'min-version', version: 'TLSv1.2'},
		},
		{
			id: 'best-version',
			section: 'guideline B1-1',
			grade: 'preferred',
			check: {kind: 'best-version', version: 'TLSv1.3'},
		},
		{
			id: 'suites',
			section: 'guidelines B2-1 to B2-4, appendix C',
			grade: 'insufficient',
			check: {kind: 'suites', allowed: [...good21, ...sufficient21, ...phaseOut21]},
		},
		{
			id: 'suites-phase-out',
			section: 'guidelines B2-1 to B2-4, appendix C: phase-out',
			grade: 'phase-out',
			check: {kind: 'ban', suites: phaseOut21},
		},
		{
			id: 'suites-preferred',
			section: 'guidelines B2-1 to B2-4, appendix C: good',
			grade: 'preferred',
			check: {kind: 'suites', allowed: good21},
		},
		{id: 'min-rsa-bits', section: 'guideline B3-3', grade: 'insufficient', check: {kind: 'min-rsa-bits', bits: 2048}},
		{
			id: 'groups-phase-out',
			section: 'guideline B5-1: P-224 is phase-out',
			grade: 'phase-out',
			check: {kind: 'groups', allowed: [...hybrids, ...curves, ...ffdhe, 'ffdhe2048']},
		},
	],
	unknowable: [
		['certificate digest, key and chain', 'guidelines B3-1 to B3-5'],
		['Diffie-Hellman group up to TLS 1.2', 'guidelines B5-1 and B6-1'],
		['compression, renegotiation, 0-RTT', 'guidelines B7-1, B8-1 and B9-1'],
		['DANE: TLSA records and DNSSEC', 'internet.nl mail test'],
	],
} as const;
