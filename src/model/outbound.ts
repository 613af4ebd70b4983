import type {Paged, Term} from './filter.ts';

/**
 * Why TLS held a message back. `mta-sts`: the mail host is none that the domain's MTA-STS policy names (RFC 8461); `no-dnssec` and
 * those of TLSA records: DANE was demanded (RFC 7672) and the destination has none, or none that is usable; `tls-configuration`: our own table or level is
 * broken.
 */
export type HeldReason =
	| 'no-dnssec'
	| 'no-tlsa-records'
	| 'tlsa-unusable'
	| 'tlsa-lookup-error'
	| 'tls-configuration'
	| 'requiretls'
	| 'mta-sts'
	| 'certificate-not-verified'
	| 'tls-required-not-offered'
	| 'starttls-refused'
	| 'tls-unavailable'
	| 'handshake-failed';

/** One line about a message that TLS held back, or that went out after it was. */
export type HeldLine = {
	/** ms since 1970 UTC; null where the line has no time. */
	readonly time: number | null;
	readonly logHost: string | null;
	readonly tag: string;
	readonly queueId: string;
	readonly domain: string | null;
	/** null: it went out. */
	readonly reason: HeldReason | null;
	/** There was a connection to the relay. */
	readonly connected: boolean;
};

/** How far the server of delivered mail was trusted, by the words of Postfix; `unknown` where TLS was used and the log does not say. */
export const deliveredTrust = ['Verified', 'Trusted', 'Untrusted', 'Anonymous', 'unknown'] as const;
type DeliveredTrust = (typeof deliveredTrust)[number];

/** What went out to one domain, in messages: a message to two domains counts in both, one put off and sent later as sent and as held. */
export type DomainRow = {
	/** null: addresses without a domain. */
	readonly recipient_domain: string | null;
	/** Messages sent: those over TLS, in plaintext, and those whose transport the log does not say. */
	readonly messages: number;
	/** Messages sent over TLS by version, newest first; `unknown` where the log has none that is known. */
	readonly versions: Readonly<Record<string, number>>;
	readonly plaintext: number;
	readonly unknown: number;
	readonly trust: Readonly<Partial<Record<DeliveredTrust, number>>>;
	/** Messages that TLS reasons put off or returned at least once. */
	readonly held: number;
	/** So many of the messages, sent and held back, are known by monthly sums only: their sessions and lines are deleted. */
	readonly deleted: number;
	/** It stands for the domains with the least mail of a month, which sums do not name. */
	readonly others?: true;
};

/** A domain with what a person who looks at it asks next. */
export type DomainStory = DomainRow & {
	/** Sessions with mail to it, sent or not: those that a filter by domain finds; deleted ones are none. */
	readonly sessions: number;
	/** Of the messages held back those that went out to it afterwards; of deleted ones so many at least. */
	readonly delivered_later: number;
	/** The last session in which mail was sent in plaintext, and the last of all, or the last line that held mail back; ms since 1970 UTC. */
	readonly last_plaintext: number | null;
	readonly last_seen: number | null;
};

/** A page of the domains, with what TLS held back of the mail to those. */
export type DomainPage = Paged<DomainStory> & {
	readonly held: readonly HeldRow[];
	/** Where there is no domain: sessions with other servers all the same, whose recipients the log does not name. */
	readonly unnamed: number;
	/** Of the messages of all pages those that are known by monthly sums only, and what these leave open. */
	readonly deleted: number;
	readonly kept: KeptMail | null;
};

/**
 * Whether mail without a session, held back before there was one or of one that is deleted, can be what a term asks for: true or false where it is known without
 * looking, `ask` where its domain or time decides, null where the term is about a session.
 */
export function heldCanBe(term: Term): boolean | 'ask' | null {
	switch (term.kind) {
		case 'domain':
		case 'begun':
			return 'ask';
		case 'hop':
			return term.values.includes('relay-out');
		case 'same':
			if (term.column === 'hop') return term.value === 'relay-out';
			return term.column === 'direction' ? term.value === 'out' : null;
		default:
			return null;
	}
}

/** Mail to one domain that TLS held back for one reason. */
export type HeldRow = {
	readonly recipient_domain: string | null;
	readonly reason: HeldReason;
	readonly messages: number;
	/** Of them those that were held back before there was a connection. */
	readonly before_connection: number;
	/** Of them those that went out to that domain afterwards. */
	readonly delivered_later: number;
	/** Of them those that are known by monthly sums only. */
	readonly deleted: number;
	/** As of `DomainRow`. */
	readonly others?: true;
	/** ms since 1970 UTC. */
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** What went out, whatever the domain. */
export type MailCounts = Omit<DomainRow, 'recipient_domain' | 'others'>;

/** What went out in one day, week or month; held back counts in that of its first line. Moments are ms since 1970 UTC. */
export type MailPeriod = MailCounts & {
	/** `2026-10-12`, `2026-W42` or `2026-10`. */
	readonly period: string;
	readonly from: number;
	readonly until: number;
};

/** What sums of deleted mail leave open. */
export type KeptMail = {
	/** Messages, sent and held back, of months that lie only partly in the span, or of days and weeks, which sums do not know. */
	readonly leftOut: number;
	/** Zones in whose months they were summed up, where that is not the one of the report. */
	readonly otherZones: readonly string[];
};

/** Mail that went out, and mail that TLS held back. */
export type Outbound = {
	/** All domains together. */
	readonly all: MailCounts;
	/** Domains in all; `domains` has those with the most mail. */
	readonly domainCount: number;
	readonly domains: readonly DomainRow[];
	/** Domains were asked for: all forms of the report list them. */
	readonly byDomain: boolean;
	readonly held: readonly HeldRow[];
	/** null where nothing is deleted, or sums are not asked for. */
	readonly kept: KeptMail | null;
};
