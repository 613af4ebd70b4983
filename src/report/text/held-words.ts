import type {HeldReason} from '../../model/outbound.ts';

const words: Readonly<Record<HeldReason, string>> = {
	'no-dnssec': 'no DNSSEC',
	'no-tlsa-records': 'no TLSA records',
	'tlsa-unusable': 'no usable TLSA record',
	'tlsa-lookup-error': 'TLSA lookup error',
	'tls-configuration': 'our TLS configuration',
	requiretls: 'REQUIRETLS not possible',
	'mta-sts': 'host not in MTA-STS policy',
	'certificate-not-verified': 'certificate not verified',
	'tls-required-not-offered': 'TLS not offered',
	'starttls-refused': 'STARTTLS refused',
	'tls-unavailable': 'TLS not available here',
	'handshake-failed': 'handshake failed',
};

/** Why TLS held mail back, in words for a table; the code of a reason that a newer program wrote. */
export const heldReasonWords = (reason: HeldReason): string => words[reason] ?? reason;
