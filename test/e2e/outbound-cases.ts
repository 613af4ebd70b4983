import {X509Certificate} from 'node:crypto';
import type {SecureContextOptions} from 'node:tls';
import type {HeldReason} from '../../src/model/outbound.ts';
import type {Authority, Identity} from './certificates.ts';
import {selfSigned} from './certificates.ts';
import type {MailDomain} from './dns.ts';
import {only} from './inbound-cases.ts';
import {type SinkOptions, tlsaOf} from './mail-sink.ts';

/** A destination: its server, how our Postfix must treat it, and what the log must say beyond what the server saw. */
export type OutboundCase = {
	readonly about: string;
	readonly domain: MailDomain;
	readonly sink: SinkOptions;
	/** Value of smtp_tls_policy_maps. */
	readonly policy: string;
	readonly transport: string;
	readonly messages: number;
	/** Whether its mail arrives in the end. */
	readonly arrives: boolean;
	readonly trust: string | null;
	readonly failure: string | null;
	/** Why TLS puts its mail off at the first attempt; null where it does not. */
	readonly held: HeldReason | null;
};

type Plan = {
	readonly about: string;
	readonly sink?: Partial<SinkOptions>;
	/** The certificate: good by default. */
	readonly certificate?: 'good' | 'self-signed' | 'expired' | 'other-name';
	readonly context?: SecureContextOptions;
	readonly policy?: string;
	readonly transport?: string;
	readonly messages?: number;
	readonly arrives?: boolean;
	readonly trust?: string | null;
	readonly failure?: string;
	readonly held?: HeldReason;
	readonly signed?: boolean;
	/** `unusable`: of a usage that SMTP has no use for; `fails`: the resolver answers SERVFAIL. */
	readonly tlsa?: 'match' | 'mismatch' | 'unusable' | 'fails';
};

const notVerified = {arrives: false, failure: 'certificate-not-verified', held: 'certificate-not-verified'} as const;
const notOffered = {
	arrives: false,
	failure: 'tls-required-not-offered',
	held: 'tls-required-not-offered',
	trust: null,
} as const;
/** No connection is made. */
const stopped = {arrives: false, trust: null} as const;

/** All suites in which the server shows a certificate. */
const named = 'ALL:!aNULL';

const plans: readonly Plan[] = [
	{about: 'may, TLS 1.3', context: only('TLSv1.3', named)},
	{about: 'may, TLS 1.2', context: only('TLSv1.2', named)},
	{about: 'may, TLS 1.1', context: only('TLSv1.1', named)},
	{about: 'may, TLS 1.0', context: only('TLSv1', named)},
	{about: 'may, a suite without forward secrecy', context: only('TLSv1.2', 'AES128-SHA256')},
	{about: 'may, an anonymous suite', context: only('TLSv1.2', 'AECDH-AES256-SHA'), trust: 'Anonymous'},
	{about: 'may, a certificate of its own making', certificate: 'self-signed', trust: 'Untrusted'},
	{about: 'may, an expired certificate', certificate: 'expired', trust: 'Untrusted'},
	{about: 'may, plaintext only', sink: {tls: 'none'}, messages: 2},
	{about: 'may, STARTTLS refused', sink: {tls: 'refused'}},
	{about: 'may, hung up in the handshake', sink: {tls: 'broken'}, failure: 'lost-connection', held: 'handshake-failed'},
	{about: 'may, no TLS after STARTTLS', sink: {tls: 'chatter'}, failure: 'not-tls', held: 'handshake-failed'},
	{
		about: 'may, no shared suite',
		context: only('TLSv1.2', 'ECDHE-ECDSA-AES128-SHA'),
		failure: 'peer-alert',
		held: 'handshake-failed',
	},
	{about: 'may, mail put off over TLS', sink: {closed: true}, arrives: false},
	{about: 'may, mail put off in plaintext', sink: {tls: 'none', closed: true}, arrives: false},
	{about: 'none, TLS offered', policy: 'none'},
	{about: 'encrypt', policy: 'encrypt', messages: 2},
	{about: 'encrypt, TLS not offered', policy: 'encrypt', sink: {tls: 'none'}, ...notOffered},
	{about: 'encrypt, TLS 1.2 at most', policy: 'encrypt protocols=!SSLv2:!SSLv3:!TLSv1.3'},
	{
		about: 'encrypt, no common version',
		policy: 'encrypt protocols=TLSv1.3',
		context: only('TLSv1.2', named),
		arrives: false,
		failure: 'unsupported-protocol',
		held: 'handshake-failed',
	},
	{
		about: 'encrypt, hung up in the handshake',
		policy: 'encrypt',
		sink: {tls: 'broken'},
		arrives: false,
		failure: 'lost-connection',
		held: 'handshake-failed',
	},
	{about: 'verify', policy: 'verify', trust: 'Verified'},
	{about: 'secure', policy: 'secure match=nexthop:dot-nexthop:hostname', trust: 'Verified'},
	{about: 'verify, another name', policy: 'verify', certificate: 'other-name', trust: 'Untrusted', ...notVerified},
	{
		about: 'secure, a certificate of its own making',
		policy: 'secure',
		certificate: 'self-signed',
		trust: 'Untrusted',
		...notVerified,
	},
	{
		about: 'verify, an expired certificate',
		policy: 'verify',
		certificate: 'expired',
		trust: 'Untrusted',
		...notVerified,
	},
	{about: 'fingerprint', policy: 'fingerprint', certificate: 'self-signed', trust: 'Verified'},
	{about: 'fingerprint of another', policy: 'fingerprint match=00:11', trust: 'Untrusted', ...notVerified},
	{
		about: 'dane, TLSA matches',
		policy: 'dane',
		certificate: 'self-signed',
		tlsa: 'match',
		trust: 'Verified',
		messages: 2,
	},
	{about: 'dane, TLSA does not match', policy: 'dane', tlsa: 'mismatch', trust: 'Untrusted', ...notVerified},
	{about: 'dane, no TLSA', policy: 'dane'},
	{about: 'dane, no TLSA, plaintext only', policy: 'dane', sink: {tls: 'none'}},
	{about: 'dane, TLSA, plaintext only', policy: 'dane', tlsa: 'match', sink: {tls: 'none'}, ...notOffered},
	{about: 'dane, zone not signed', policy: 'dane', signed: false, tlsa: 'mismatch'},
	{about: 'dane-only', policy: 'dane-only', certificate: 'self-signed', tlsa: 'match', trust: 'Verified'},
	{about: 'client certificate asked', sink: {askCertificate: true}},
	{about: 'implicit TLS on 465', transport: 'wrapped', policy: 'encrypt', sink: {tls: 'implicit', port: 465}},
	{about: 'port 587', transport: 'smtp', policy: 'encrypt', sink: {port: 587}},
	{about: 'reuse, may', transport: 'reuse', messages: 5},
	{about: 'reuse, TLS 1.2', transport: 'reuse', messages: 3, context: only('TLSv1.2', named)},
	{
		about: 'reuse, dane',
		transport: 'reuse',
		policy: 'dane',
		certificate: 'self-signed',
		tlsa: 'match',
		trust: 'Verified',
		messages: 4,
	},
	{
		about: 'reuse, verify fails',
		transport: 'reuse',
		policy: 'verify',
		certificate: 'self-signed',
		trust: 'Untrusted',
		...notVerified,
	},
	{
		about: 'reuse, hung up in the handshake',
		transport: 'reuse',
		policy: 'encrypt',
		sink: {tls: 'broken'},
		arrives: false,
		failure: 'lost-connection',
		held: 'handshake-failed',
	},
	{
		about: 'reuse, no shared suite',
		transport: 'reuse',
		context: only('TLSv1.2', 'ECDHE-ECDSA-AES128-SHA'),
		failure: 'peer-alert',
		held: 'handshake-failed',
	},
	{about: 'reuse, plaintext only', transport: 'reuse', sink: {tls: 'none'}, messages: 3},
	{about: 'lmtp over TCP', transport: 'lmtp', sink: {port: 24}, messages: 2},
	{about: 'lmtp over TCP, plaintext', transport: 'lmtp', sink: {port: 24, tls: 'none'}, messages: 2},
	{
		about: 'encrypt, STARTTLS refused',
		policy: 'encrypt',
		sink: {tls: 'refused'},
		...stopped,
		failure: 'starttls-refused',
		held: 'starttls-refused',
	},
	{
		about: 'encrypt, no TLS of ours',
		policy: 'encrypt',
		transport: 'broken',
		...stopped,
		failure: 'tls-unavailable',
		held: 'tls-unavailable',
	},
	{about: 'a level that is none', policy: 'encrypted', ...stopped, held: 'tls-configuration'},
	{about: 'dane-only, no TLSA', policy: 'dane-only', messages: 3, ...stopped, held: 'no-tlsa-records'},
	{about: 'dane-only, zone not signed', policy: 'dane-only', signed: false, ...stopped, held: 'no-dnssec'},
	{about: 'dane-only, TLSA unusable', policy: 'dane-only', tlsa: 'unusable', ...stopped, held: 'tlsa-unusable'},
	{about: 'dane-only, TLSA does not match', policy: 'dane-only', tlsa: 'mismatch', trust: 'Untrusted', ...notVerified},
	{about: 'dane-only, TLSA not answered', policy: 'dane-only', tlsa: 'fails', ...stopped, held: 'tlsa-lookup-error'},
	{about: 'dane, TLSA not answered', policy: 'dane', messages: 2, tlsa: 'fails', ...stopped, held: 'tlsa-lookup-error'},
	{about: 'dane, TLSA unusable', policy: 'dane', tlsa: 'unusable'},
	{
		about: 'dane, TLSA unusable, plaintext only',
		policy: 'dane',
		tlsa: 'unusable',
		sink: {tls: 'none'},
		messages: 2,
		...notOffered,
	},
	{
		about: 'reuse, dane-only, no TLSA',
		transport: 'reuse',
		policy: 'dane-only',
		messages: 2,
		...stopped,
		held: 'no-tlsa-records',
	},
];

/** Domain and host of a destination by its place in the list. */
function nameOf(index: number): {domain: string; host: string} {
	return {domain: `d${index}.example.net`, host: `mx.d${index}.example.net`};
}

/** Certificates for all hosts: destinations differ by address, not by key. */
async function makeIdentities(authority: Authority, folder: string) {
	const hosts = plans.map((_, index) => nameOf(index).host);
	return {
		good: await authority.issue('destinations', hosts),
		expired: await authority.issue('expired', hosts, {days: 0}),
		'other-name': await authority.issue('elsewhere', ['elsewhere.example']),
		'self-signed': await selfSigned(folder, 'self-signed', hosts),
	};
}

/** Makes certificates and TLSA data for all; each destination has an address of its own. */
export async function outboundCases(authority: Authority, folder: string): Promise<OutboundCase[]> {
	const identities = await makeIdentities(authority, folder);
	return plans.map((plan, index) => {
		const {domain, host} = nameOf(index);
		const address = `203.0.113.${index + 10}`;
		const identity = identities[plan.certificate ?? 'good'];
		const {sink = {}, messages = 1, arrives = true, failure = null, held = null, policy = 'may'} = plan;
		const context = {key: identity.keyPem, cert: identity.certPem, ciphers: `${named}:@SECLEVEL=0`, ...plan.context};
		const encrypts = !['none', 'refused', 'broken', 'chatter'].includes(sink.tls ?? 'starttls') && policy !== 'none';
		return {
			about: plan.about,
			domain: {domain, host, address, signed: plan.signed ?? true, ...tlsaFor(plan, identity, identities)},
			sink: {host, address, tls: 'starttls', context, ...sink},
			policy: policy === 'fingerprint' ? `fingerprint match=${fingerprint(identity)}` : policy,
			transport: transportOf(plan, host),
			messages,
			arrives,
			trust: plan.trust === undefined ? (encrypts ? 'Trusted' : null) : plan.trust,
			failure,
			held,
		};
	});
}

/** TLSA data of a destination that shows `identity`. */
function tlsaFor(
	{tlsa}: Plan,
	shown: Identity,
	{'other-name': other}: {'other-name': Identity},
): Pick<MailDomain, 'tlsa'> {
	if (tlsa === undefined) return {};
	if (tlsa === 'fails') return {tlsa};
	const data = tlsaOf((tlsa === 'mismatch' ? other : shown).certPem);
	// PKIX-EE(1) is unusable with SMTP (RFC 7672 section 3.1.3).
	return {tlsa: [tlsa === 'unusable' ? {...data, usage: 1} : data]};
}

function transportOf({transport = 'smtp', sink = {}}: Plan, host: string): string {
	if (transport === 'lmtp') return `lmtp:[${host}]:24`;
	return sink.port === undefined ? `${transport}:` : `${transport}:[${host}]:${sink.port}`;
}

function fingerprint({certPem}: Identity): string {
	return new X509Certificate(certPem).fingerprint256;
}
