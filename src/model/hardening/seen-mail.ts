import type {Protocol} from '../../tls/version.ts';
import type {HeldReason} from '../outbound.ts';

/** How mail went out, as counts of sessions; what a line of `smtp_tls_policy_maps` is decided by. */
export type SeenTls = {
	readonly sessions: number;
	/** Messages that were sent. */
	readonly messages: number;
	readonly plaintext: number;
	/** Handshakes that failed, and sessions given up for the sake of TLS; those at the same server without a recipient, too. */
	readonly failed: number;
	/** The log does not say whether TLS was used. */
	readonly unknown: number;
	/** Encrypted sessions whose version the log does not say, or that is none. */
	readonly versionless: number;
	/** The oldest version of the encrypted sessions; null where none is logged. */
	readonly oldest: Protocol | null;
	/** Encrypted sessions in which a certificate was checked: `Verified`, or a level from `dane` on (3.11). */
	readonly checked: number;
	/** Of them those that the log says to be Verified, by level `dane` or `dane-only`, and by `verify`. */
	readonly by_dane: number;
	readonly by_verify: number;
	/** `Verified` in a log that names no level (before 3.11). */
	readonly by_unnamed: number;
	/** ms since 1970 UTC. */
	readonly first_seen: number | null;
	readonly last_seen: number | null;
	/** Messages that TLS reasons put off or returned, and the most frequent reason. */
	readonly held: number;
	readonly held_reason: HeldReason | null;
};

/** The mail of one recipient domain to one server; without a server, what was held back of it. */
export type SeenMail = SeenTls & {
	readonly recipient_domain: string;
	/** Its name, or its address where Postfix logs no other. */
	readonly host: string | null;
	readonly port: number | null;
};
