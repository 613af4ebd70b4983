import type {Hop} from '../model/session.ts';
import type {Severity} from '../model/severity.ts';
import type {KeyExchange} from '../tls/cipher.ts';
import type {Protocol} from '../tls/version.ts';

/**
 * What a policy is, and all that follows from one: presets and policy files come in; rules, findings about handshakes,
 * exceptions and the outcome of a stricter rule go out. It must not know where sessions are kept or how findings are
 * printed. Pure. /
 */

/** The document a rule is from. `via` names the secondary source when the document itself was not read. */
export type Source = {readonly document: string; readonly section: string; readonly via?: string};

/** One way into a service: a port (or a service by name) and how TLS begins on it. */
export type ServiceChoice = {
	readonly port?: number;
	readonly service?: string;
	readonly tls: 'implicit' | 'starttls';
};

export const trustLevels = ['encrypted', 'trusted', 'verified'] as const;
/** `encrypted`: any TLS; `trusted`: the chain is valid; `verified`: the name, digest or TLSA record matched too. */
export type TrustLevel = (typeof trustLevels)[number];

export const serverKeys = ['RSA', 'ECDSA', 'EdDSA'] as const;
export type ServerKey = (typeof serverKeys)[number];

/**
 * What a rule asks of a handshake. Lists of suites hold names and classes (see `suiteSet`). `unseen` is a demand on some
 * suites that no log shows (encrypt-then-MAC): always unknown for them. Lists of groups hold names and the word `hybrid`,
 * which is every hybrid group. `hybrid` asks for a group with a post-quantum part.
 */
export type Check =
	| {readonly kind: 'service'; readonly allowed: readonly ServiceChoice[]}
	| {readonly kind: 'plaintext'; readonly of: 'login' | 'mail' | 'either'}
	| {readonly kind: 'min-version'; readonly version: Protocol}
	| {readonly kind: 'best-version'; readonly version: Protocol}
	| {readonly kind: 'ban'; readonly suites: readonly string[]}
	| {readonly kind: 'suites'; readonly allowed: readonly string[]}
	| {readonly kind: 'key-exchange'; readonly allowed: readonly KeyExchange[]}
	| {readonly kind: 'server-key'; readonly allowed: readonly ServerKey[]}
	| {readonly kind: 'unseen'; readonly suites: readonly string[]; readonly what: string}
	| {readonly kind: 'min-rsa-bits'; readonly bits: number}
	| {readonly kind: 'groups'; readonly allowed: readonly string[]}
	| {readonly kind: 'hybrid'}
	| {readonly kind: 'digests'; readonly allowed: readonly string[]}
	| {readonly kind: 'trust'; readonly level: TrustLevel}
	| {readonly kind: 'dane'};
export type CheckKind = Check['kind'];

export type Rule = {
	/** Unique in its policy; the word reports and exceptions use. */
	readonly id: string;
	readonly severity: Severity;
	readonly hops: readonly Hop[];
	readonly source: Source;
	readonly check: Check;
};

/** A rule that is to come: it holds from the day after `until`, the last day on which what it catches is allowed. */
export type DatedRule = Rule & {
	/** `YYYY-MM-DD`, to its end in UTC. */
	readonly until: string;
};

/**
 * Trust wanted of one destination. `domain` is written as in smtp_tls_policy_maps: `bank.example` is a domain of recipients,
 * `.bank.example` all below it, `[mx1.bank.example]` a mail host, with `:587` at one port; see `destinationFor`.
 */
export type Destination = {readonly domain: string; readonly trust: TrustLevel; readonly severity: Severity};

/** A finding accepted for a while. All selectors that are given must match. */
export type Exception = {
	/** Rule ids; empty: every rule. */
	readonly rules: readonly string[];
	readonly cidr?: string;
	readonly domain?: string;
	readonly user?: string;
	readonly reason: string;
	/** Last day it holds, `YYYY-MM-DD`, to its end in UTC. */
	readonly until: string;
};

/** A demand of the document that no log can show: reported as unknown, never as passed. */
type Unknowable = {readonly what: string; readonly source: Source};

export type Policy = {
	readonly name: string;
	readonly title: string;
	/** The document, its edition, and the secondary source where the document itself was not read. */
	readonly source: string;
	/** The day on which somebody looked whether the document is still the newest, `YYYY-MM-DD`; null for a file of one's own. */
	readonly checked: string | null;
	/** The rules that hold. */
	readonly rules: readonly Rule[];
	/** The rules that are to come; see `policyAt`. */
	readonly later: readonly DatedRule[];
	readonly destinations: readonly Destination[];
	readonly exceptions: readonly Exception[];
	readonly unknowable: readonly Unknowable[];
	/** What is said of the document that nobody has verified; no rule comes of it. */
	readonly unverified: readonly string[];
};

/** `RFC 9325 section 4.1`, with the secondary source where there is one. */
export function citation(source: Source): string {
	const place = source.section === '' ? source.document : `${source.document}, ${source.section}`;
	return source.via === undefined ? place : `${place} (as given by ${source.via})`;
}
