import type {Protocol} from '../../tls/version.ts';

/** Columns a screen may ask to be exactly equal, null included. */
const sameColumns = [
	'hop',
	'port',
	'direction',
	'service',
	'outcome',
	'protocol',
	'cipher',
	'failure',
	'peer_ip',
	'peer_host',
	'username',
	'source',
] as const;
type SameColumn = (typeof sameColumns)[number];

/** Where a word is looked for. `peer` is name or address, `text` is anywhere. */
export type WordField = 'peer' | 'user' | 'text' | 'service' | 'failure' | 'log' | 'sni';
type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** One condition on a session; `not` turns it round. */
export type Term = {readonly not?: boolean} & (
	| {readonly kind: 'same'; readonly column: SameColumn; readonly value: string | number | null}
	| {readonly kind: 'word'; readonly field: WordField; readonly word: string}
	| {readonly kind: 'hop' | 'outcome' | 'tls'; readonly values: readonly string[]}
	| {readonly kind: 'port'; readonly ports: readonly number[]}
	| {readonly kind: 'version'; readonly is: Comparison; readonly version: Protocol}
	/** An address between two, as hexadecimal digits: 8 for IPv4, 32 for IPv6. */
	| {readonly kind: 'net'; readonly low: string; readonly high: string}
	/** A suite by name, part of a name, or class (`RC4`, `CBC`). */
	| {readonly kind: 'cipher'; readonly word: string}
	| {readonly kind: 'rule'; readonly rule: string}
	| {readonly kind: 'broken'; readonly severity: 'violation' | 'weakness' | 'info'}
	/** Sessions that would not have come about under a stricter rule. */
	| {readonly kind: 'what-if'; readonly minVersion?: string; readonly ban?: readonly string[]}
);

/** Which sessions a screen is about; all terms hold. */
export type Narrow = {
	readonly terms: readonly Term[];
	/** Only the last so many ms, counted back from the newest session. */
	readonly last: number | null;
	/** Started at or after, and before: ms since 1970 UTC. */
	readonly since?: number | undefined;
	readonly until?: number | undefined;
};

/** Which part of a long list, in which order. */
export type Slice = {
	readonly order: string;
	readonly descending: boolean;
	readonly offset: number;
	readonly limit: number;
};

export type Paged<Row> = {readonly rows: Row[]; readonly total: number};
