/** PCI DSS 4.0.1 (2024) names no suites: the list is what assessors customarily ask for. */
export const pciDss = {
	name: 'pci-dss',
	title: 'PCI DSS 4.0.1: strong cryptography in transit',
	document: 'PCI DSS 4.0.1',
	via: 'mirrors of the requirement text; the list of suites is custom, not text',
	checked: '2026-11-30',
	// «No fallback» cannot be met by opportunistic TLS on port 25: relaying is out of scope unless card data travels there.
	scope: 'users',
	plaintext: 'requirements 4.2.1 and 4.2.2',
	rows: [
		{
			id: 'min-version',
			section: 'requirement 4.2.1',
			grade: 'insufficient',
			check: {kind: 'min-version', version: 'TLSv1.2'},
		},
		{
			id: 'weak-suite',
			section: 'requirement 4.2.1',
			grade: 'insufficient',
			check: {kind: 'ban', suites: ['NULL', 'anonymous', 'export', 'DES', '3DES', 'RC4', 'below-112-bits']},
		},
	],
	unknowable: [
		['whether card numbers travel by mail at all, and over which hop', 'requirement 4.2.2'],
		['certificate validity', 'requirement 4.2.1'],
		['relay hops: out of scope unless card data is relayed', 'requirement 4.2.1'],
	],
} as const;
