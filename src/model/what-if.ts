import type {StricterRule} from './filter.ts';
import type {Hop} from './session.ts';

/*
 * Rows of the queries about a stricter rule. Times are ms since 1970 UTC.
 */

type Costs = {readonly sessions: number; readonly messages: number; readonly last_seen: number | null};
type Group = Costs & {readonly hops: readonly Hop[]; readonly peers: number; readonly also_seen_allowed: boolean};

/** What one address on one hop would lose. */
type BreakingPeer = Costs & {
	readonly hop: Hop;
	readonly peer_ip: string | null;
	readonly peer_host: string | null;
	/** The busiest user behind the address; `usernames` has all. */
	readonly username: string | null;
	readonly usernames: readonly string[];
	/** The same address was also seen, on the same hop, with TLS that the rule allows: it can do better. */
	readonly also_seen_allowed: boolean;
	/** Nothing was carried and nobody logged in: a probe, a scanner, or a client that was only tried out. */
	readonly probe: boolean;
	readonly reasons: readonly string[];
};

/** Sessions of one hop and port under the rule; failed sessions are in none of the three. */
type RemainingRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
	readonly breaks: number;
	readonly unknown: number;
	readonly remains: number;
	readonly remaining_messages: number;
};

/** What a stricter rule would do. */
export type WhatIfResult = {
	/** One row per hop and address, probes last. */
	readonly breaks: readonly BreakingPeer[];
	readonly users: ReadonlyArray<Group & {readonly username: string}>;
	/** By a host's name without its first label, relay hops only. */
	readonly domains: ReadonlyArray<Group & {readonly domain: string}>;
	readonly remains: readonly RemainingRow[];
};

/** Who would be turned away under one of several stricter rules. */
export type WhatIfRow = {
	readonly trial: StricterRule;
	/** Made of the marked ones. */
	readonly together: boolean;
	readonly sessions: number;
	readonly messages: number;
	/** Distinct addresses. */
	readonly peers: number;
	/** Sessions about which the log does not show what the rule asks. */
	readonly unknown: number;
	/** All sessions the rule looks at. */
	readonly of: number;
	readonly last_seen: number | null;
};
