/**
 * CNSA 2.0 for TLS, a draft of April 2026. Its list has no classic group, and a smaller hybrid such as X25519MLKEM768 is weaker
 * than it; no preset takes offence at a hybrid all the same, and the rule says what the draft asks.
 */
export const cnsa = {
	name: 'cnsa-2.0',
	title: 'CNSA 2.0 profile for TLS 1.3 (draft)',
	document: 'draft-becker-cnsa2-tls-profile-03',
	via: 'a summary of the draft, which is no standard and may change',
	checked: '2026-11-30',
	scope: 'all',
	rows: [
		{
			id: 'min-version',
			section: 'TLS 1.3',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1.3'},
		},
		{
			id: 'suites',
			section: 'AES-256 and SHA-384',
			grade: 'insufficient',
			check: {kind: 'suites', allowed: ['TLS_AES_256_GCM_SHA384']},
		},
		{
			id: 'groups',
			section: 'SecP384r1MLKEM1024 or ML-KEM-1024; a smaller hybrid is less than the draft asks, and no finding here',
			grade: 'insufficient',
			check: {kind: 'groups', allowed: ['SecP384r1MLKEM1024', 'MLKEM1024', 'hybrid']},
		},
		{
			// A group that is not logged leaves the list undecided; this row asks for it.
			id: 'hybrid',
			section: 'key exchange with ML-KEM',
			grade: 'insufficient',
			check: {kind: 'hybrid'},
		},
	],
	unknowable: [
		['certificates with ML-DSA-87', 'signatures'],
		['0-RTT', 'early data'],
	],
	unverified: ['draft -05 (July 2026) is said to name ML-KEM-1024 alone: SecP384r1MLKEM1024 of -03 is not taken away'],
} as const;
