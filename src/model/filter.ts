import type {KeyExchangeKind} from '../tls/group.ts';
import type {Protocol} from '../tls/version.ts';
import type {Hop} from './session.ts';

/** Columns that a filter may ask to be exactly equal, null included. */
type SameColumn =
	| 'hop'
	| 'port'
	| 'direction'
	| 'service'
	| 'outcome'
	| 'protocol'
	| 'cipher'
	| 'failure'
	| 'alert'
	| 'peer_ip'
	| 'peer_host'
	| 'username'
	| 'source';

/** Where a word is looked for. `peer` is name or address, `text` is anywhere. */
export type WordField = 'peer' | 'user' | 'text' | 'service' | 'failure' | 'alert' | 'log' | 'sni';
export type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** A stricter rule to try: a minimum version, banned suites or classes, or both. */
export type StricterRule = {readonly minVersion?: string; readonly ban?: readonly string[]};

/** Mail to a domain of recipients, or to all `below` it but not to itself; null: to addresses without a domain. */
export type DomainTerm = {readonly kind: 'domain'; readonly domain: string | null; readonly below: boolean};

/** One condition on a session; `not` turns it round. */
export type Term = {readonly not?: boolean} & (
	| {readonly kind: 'same'; readonly column: SameColumn; readonly value: string | number | null}
	| {readonly kind: 'word'; readonly field: WordField; readonly word: string}
	| {readonly kind: 'hop' | 'outcome' | 'tls' | 'whose'; readonly values: readonly string[]}
	| {readonly kind: 'port'; readonly ports: readonly number[]}
	| {readonly kind: 'version'; readonly is: Comparison; readonly version: Protocol}
	/** An address between two, as hexadecimal digits: 8 for IPv4, 32 for IPv6. */
	| {readonly kind: 'net'; readonly low: string; readonly high: string}
	/** A suite by name, part of a name, or class (`RC4`, `CBC`). */
	| {readonly kind: 'cipher'; readonly word: string}
	| DomainTerm
	/** Kinds of key exchange, see `keyExchangeKind`. */
	| {readonly kind: 'pq'; readonly values: readonly KeyExchangeKind[]}
	/** Groups of the key exchange, in any spelling. */
	| {readonly kind: 'group'; readonly values: readonly string[]}
	| {readonly kind: 'rule'; readonly rule: string}
	| {readonly kind: 'broken'; readonly severity: 'violation' | 'weakness' | 'info'}
	/** Sessions that began in a span, ms since 1970 UTC. */
	| {readonly kind: 'begun'; readonly since: number | null; readonly until: number | null}
	/** Sessions that would not have come about under a stricter rule. */
	| ({readonly kind: 'what-if'} & StricterRule)
);

/** Which sessions a query is about; all of it holds. The command line gives times and hops, the screen terms and a range. */
export type Filter = {
	/** Started at or after, ms since 1970 UTC. */
	readonly since?: number | undefined;
	/** Started before, ms since 1970 UTC. */
	readonly until?: number | undefined;
	/** Any of these; none given: all. */
	readonly hops?: readonly Hop[] | undefined;
	readonly terms?: readonly Term[] | undefined;
	/** Only the last so many ms, counted back from the newest session. */
	readonly last?: number | null | undefined;
};

/** Which part of a long list, in which order. */
export type PageRequest = {
	readonly order: string;
	readonly descending: boolean;
	readonly offset: number;
	readonly limit: number;
};

/** A part of a long list, and the length of the whole list. */
export type Paged<Row> = {readonly rows: readonly Row[]; readonly total: number};
