import type {Protocol} from '../tls/version.ts';
import type {Hop} from './session.ts';

/**
 * How much TLS a service asks for: at once (RFC 8314), by STARTTLS before anything else, by STARTTLS where the peer
 * wants it (RFC 3207), or not at all; `down`: the service does not start, or its TLS is broken. A client's `offered` is
 * opportunistic.
 */
export type Demand = 'implicit' | 'required' | 'offered' | 'none' | 'down';

/** `differs`: not what was intended; `unknown`: nothing to compare, or nothing to compare with. */
export type MatrixVerdict = 'agrees' | 'differs' | 'unknown';

/** What the administrator wants of a service; `null`: nobody said. */
export type Intended = {
	readonly versions: readonly Protocol[] | null;
	readonly demand: Demand | null;
	/** Who said so: `smtpd_tls_protocols, master.cf line 12`, `policy founding, rule min-version`. */
	readonly sources: readonly string[];
};

/** What Postfix or Dovecot will do by its configuration. */
export type Effective = {
	readonly versions: readonly Protocol[];
	readonly demand: Demand;
	/** The parameter that rules the versions; null where there is no TLS. */
	readonly parameter: string | null;
	readonly value: string | null;
	/** `master.cf line 12`, `main.cf line 30`, or `default of Postfix 3.7.11`. */
	readonly origin: string | null;
	readonly grade: string | null;
	readonly excluded: readonly string[];
	/** A list that was set and is not read. */
	readonly inert: {readonly parameter: string; readonly value: string; readonly origin: string} | null;
	readonly fault: string | null;
	readonly verdict: MatrixVerdict;
};

/** What the server did when it was asked. */
export type Accepted = {
	readonly target: string;
	readonly versions: readonly Protocol[];
	readonly refused: readonly Protocol[];
	/** Versions that the OpenSSL of this host cannot offer. */
	readonly untried: readonly Protocol[];
	/** Why nothing could be learnt; null when something was. */
	readonly problem: string | null;
	readonly verdict: MatrixVerdict;
};

/** A version in the log: how often, and when. Times are ms since 1970 UTC. */
export type SeenVersion = {
	readonly protocol: string;
	readonly sessions: number;
	readonly firstSeen: number | null;
	readonly lastSeen: number | null;
	/** It was seen since the configuration was loaded, or the log does not show when that was. */
	readonly current: boolean;
	/** Not among the versions intended (false where nobody said). */
	readonly unwanted: boolean;
	/** Not among those the configuration allows: another host, another time, another version of the files. */
	readonly notAllowed: boolean;
};

/** What the log saw. */
export type Observed = {
	readonly versions: readonly SeenVersion[];
	/** Allowed and not once seen; empty where the log does not show all versions. */
	readonly neverSeen: readonly Protocol[];
	readonly sessions: number;
	readonly plaintext: number;
	/** Messages and logins that came in plaintext. */
	readonly plaintextUses: number;
	readonly failed: number;
	/** Sessions of which the log does not show whether TLS was used, or which version. */
	readonly unlogged: number;
	readonly messages: number;
	readonly verdict: MatrixVerdict;
};

/** One service, or the client, in all four columns. */
export type MatrixRow = {
	/** `smtps/inet`, `smtp/unix`, `imaps`. */
	readonly service: string;
	/** Null: nothing says what the port is for. */
	readonly hop: Hop | null;
	readonly side: 'server' | 'client';
	readonly port: number | null;
	/** What the log calls it. */
	readonly tag: string | null;
	/** Other services with the same tag: the log cannot distinguish them. */
	readonly sharedWith: readonly string[];
	readonly level: string;
	readonly wrapper: boolean;
	readonly intended: Intended;
	readonly effective: Effective;
	/** Null when nobody was asked. */
	readonly accepted: Accepted | null;
	/** Null without a log. */
	readonly observed: Observed | null;
};
