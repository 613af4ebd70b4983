import type {HeldReason} from '../outbound.ts';
import type {Failure} from '../session.ts';
import {remedyOf} from './remedy.ts';

/** The remedy of a failed session with a server for the same reason. */
const asSession = (failure: Failure): string =>
	remedyOf({direction: 'out', failure, alert: null, encrypted: false, othersAgree: false, scanner: false}).remedy;

/**
 * Why TLS held mail back, in words for a table, and what to do about it in one sentence. What Postfix demands of a destination is in
 * TLS_README (DANE TLS authentication) and postconf(5); DANE is RFC 7672, MTA-STS is RFC 8461, REQUIRETLS is RFC 8689.
 */
const reasons: Readonly<Record<HeldReason, {readonly words: string; readonly remedy: string}>> = {
	'no-dnssec': {
		words: 'no DNSSEC',
		remedy:
			'Our policy demands DANE, and the domain or its mail host is not signed with DNSSEC, or our resolver does not say so: look with dig +dnssec MX, and demand dane-only only where both sign.',
	},
	'no-tlsa-records': {
		words: 'no TLSA records',
		remedy:
			'Our policy demands DANE, and the mail host has no TLSA record: its operator has to publish one; with the level dane mail would go out without it, and anybody could pose as this server.',
	},
	'tlsa-unusable': {
		words: 'no usable TLSA record',
		remedy:
			'Our policy demands DANE, and the mail host has TLSA records, none that a client can use (RFC 7672, section 3.1): its operator has to publish one of usage 3 or 2; with the level dane mail would go out over TLS, to a server that nobody checks.',
	},
	'tlsa-lookup-error': {
		words: 'TLSA lookup error',
		remedy:
			'The TLSA records could not be looked up, and mail waits until they can be (RFC 7672, section 2.1.1): look with dig +dnssec TLSA _25._tcp.HOST whether its name servers fail or ours do.',
	},
	'tls-configuration': {
		words: 'our TLS configuration',
		remedy:
			'A level or table of ours is broken: read the warnings of the same process before these lines, and ask postmap -q for this domain in smtp_tls_policy_maps.',
	},
	requiretls: {words: 'REQUIRETLS not possible', remedy: asSession('requiretls-not-offered')},
	'mta-sts': {
		words: 'host not in MTA-STS policy',
		remedy:
			'The mail host in DNS is none that the domain’s MTA-STS policy names (RFC 8461, section 4.1): its operator has to mend the MX record or the policy; do not go around it, as the host may be a false one.',
	},
	'certificate-not-verified': {
		words: 'certificate not verified',
		remedy: asSession('certificate-not-verified'),
	},
	'tls-required-not-offered': {words: 'TLS not offered', remedy: asSession('tls-required-not-offered')},
	'starttls-refused': {words: 'STARTTLS refused', remedy: asSession('starttls-refused')},
	'tls-unavailable': {words: 'TLS not available here', remedy: asSession('tls-unavailable')},
	'handshake-failed': {
		words: 'handshake failed',
		remedy: 'The handshake failed: the failed sessions of this domain name the alert, and what to do about it.',
	},
};

const unknown = {remedy: 'A newer version of this program named this reason: read the lines of these messages.'};

/** Why TLS held mail back, in words for a table; the code of a reason that a newer program wrote. */
export const heldReasonWords = (reason: HeldReason): string => reasons[reason]?.words ?? reason;

/** What to do about mail that TLS held back for a reason, in one sentence. */
export const heldRemedy = (reason: HeldReason): string => (reasons[reason] ?? unknown).remedy;
