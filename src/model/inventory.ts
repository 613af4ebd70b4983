import type {Hop} from './session.ts';

/** How good something is by itself: what the policy forbids, what is weak, or neither; `unknown` where its name says nothing. */
export type Grade = 'forbidden' | 'weak' | 'fine' | 'unknown';

/** Encrypted sessions of one hop and port that agreed on one thing. Times are ms since 1970 UTC. */
type Agreed = {
	readonly hop: Hop;
	readonly port: number | null;
	/** As logged; null where the log has none. */
	readonly protocol: string | null;
	readonly sessions: number;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** A version with a suite and a group in use. */
export type AgreedSuite = Agreed & {
	/** The suite as logged; null where the log has none. */
	readonly cipher: string | null;
	/** The group of the key exchange, in the spelling of `groupOf`; null where the log names none. */
	readonly group: string | null;
	readonly messages: number;
	/** Sessions that break the policy (severity `violation`), by whatever they did. */
	readonly violations: number;
};

/** One with its grade by the policy. */
type GradedSuite = AgreedSuite & {readonly grade: Grade};

/** A signature of servers in use, which Postfix logs for TLS 1.3: kind and size or curve of the key, and digest, as logged. */
export type AgreedSignature = Agreed & {
	readonly signature: string;
	readonly digest: string | null;
};

/** The suites in use, and the signatures. Their sessions add up to the encrypted ones of the hops. */
export type Inventory = {
	readonly unit: 'suite';
	readonly rows: readonly GradedSuite[];
	readonly signatures: readonly AgreedSignature[];
	/** Sentences about what the rows leave out, without a full stop. */
	readonly notes: readonly string[];
};

/** What each hop carries: the purpose of its cryptography. */
export const hopPurposes: Readonly<Record<Hop, string>> = {
	submission: 'mail that users hand in',
	'relay-in': 'mail from other servers',
	'relay-out': 'mail to other servers',
	access: 'users who read their mail',
	delivery: 'mail into mailboxes',
	internal: 'mail within the host',
};
