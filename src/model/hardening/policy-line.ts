import type {Place} from '../lint-finding.ts';
import type {SeenTls} from './seen-mail.ts';

/** A level that a line demands. */
export type DemandedLevel = 'encrypt' | 'verify' | 'dane-only';

/** Why a next hop gets no line. */
export type NoLineReason =
	/** Not a name that Postfix looks up. */
	| 'no-host-name'
	/** All mail of several domains goes to one server on port 25: a relayhost, whose key the log does not show. */
	| 'one-server'
	/** The configuration does not show to which next hop it goes. */
	| 'route-unknown'
	| 'held'
	| 'plaintext'
	| 'failed'
	| 'not-logged'
	| 'old-version'
	/** A certificate is checked already, and the log does not show how: a line could undo it. */
	| 'checked-already'
	| 'few-sessions'
	| 'few-days';

/** How the log contradicts what is in use. */
export type Contradiction = 'plaintext' | 'not-verified' | 'held' | 'encrypted';

/** What is in use for a next hop: a row of its table, or the level of main.cf. */
export type RowInUse = {readonly key: string; readonly value: string; readonly place: Place};

/** What becomes of a next hop. `value` is the right-hand side of its line. */
export type LineDecision =
	| {readonly kind: 'added'; readonly value: string}
	| {readonly kind: 'stricter'; readonly value: string; readonly row: RowInUse}
	/** As strict as it would be, or stricter. */
	| {readonly kind: 'left'; readonly row: RowInUse}
	| {readonly kind: 'contradicted'; readonly row: RowInUse; readonly by: Contradiction}
	| {readonly kind: 'none'; readonly why: NoLineReason};

/** Where mail goes next, and what was seen of it. */
export type SeenNextHop = SeenTls & {
	/** As Postfix looks it up: a domain, or `[host]:port`. */
	readonly key: string;
	/** The key of a route is spelled as the log lets it be, as no configuration was given: it may be written otherwise there. */
	readonly spelled: boolean;
	readonly domains: readonly string[];
	readonly hosts: readonly string[];
};

export type PolicyLine = SeenNextHop & {readonly decision: LineDecision};

/** How much must have been seen of a next hop. */
export type Enough = {readonly sessions: number; readonly days: number};

/** A table, as far as what was seen carries it. */
export type Hardening = {
	readonly lines: readonly PolicyLine[];
	readonly enough: Enough;
	/** The table or configuration in use, as it was named; null where none was. */
	readonly inUse: string | null;
	/** Not all logs could be read. */
	readonly partial: boolean;
	/** Messages of deleted sessions, of which only monthly sums are left: they decide nothing here. */
	readonly deleted: number;
	/** What is in use has tables that could not be read. */
	readonly unread: readonly string[];
	/** The level of main.cf is `dane`: a line `encrypt` ends the look for TLSA records. */
	readonly dane: boolean;
	/** `smtp_tls_per_site` is in use, which a policy table puts out of force. */
	readonly perSite: boolean;
};
