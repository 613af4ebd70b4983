import type {Hop} from '../tls/session.ts';

type Costs = {readonly sessions: number; readonly messages: number; readonly last_seen: number | null};
type Group = Costs & {readonly hops: readonly Hop[]; readonly peers: number; readonly also_seen_allowed: boolean};

/** What a stricter rule would do, as plain rows; times in ms since 1970 UTC. */
export type WhatIfResult = {
	/** Why there is no session to try it on; null where there is one. */
	readonly nothing: string | null;
	readonly rule: {readonly min_version: string | null; readonly ban: readonly string[]; readonly policy: string | null};
	/** One row per hop and address, probes last. */
	readonly breaks: ReadonlyArray<
		Costs & {
			readonly hop: Hop;
			readonly peer_ip: string | null;
			readonly peer_host: string | null;
			readonly username: string | null;
			readonly usernames: readonly string[];
			readonly also_seen_allowed: boolean;
			/** Nothing was carried and nobody logged in. */
			readonly probe: boolean;
			readonly reasons: readonly string[];
		}
	>;
	readonly users: ReadonlyArray<Group & {readonly username: string}>;
	readonly domains: ReadonlyArray<Group & {readonly domain: string}>;
	readonly remains: ReadonlyArray<{
		readonly hop: Hop;
		readonly port: number | null;
		readonly sessions: number;
		readonly breaks: number;
		readonly unknown: number;
		readonly remains: number;
		readonly remaining_messages: number;
	}>;
};

export type Totals = {readonly peers: number; readonly sessions: number; readonly messages: number};

/** Sessions about which the rule says nothing, since the log does not show what it asks, of all that were looked at. */
export function unlogged({remains}: Pick<WhatIfResult, 'remains'>): {readonly sessions: number; readonly of: number} {
	return {
		sessions: remains.reduce((sum, row) => sum + row.unknown, 0),
		of: remains.reduce((sum, row) => sum + row.sessions, 0),
	};
}

/** Sums over rows; a peer is one address, on however many hops. */
export function totals(rows: WhatIfResult['breaks']): Totals {
	return {
		peers: new Set(rows.map(({peer_ip, peer_host}) => peer_ip ?? peer_host)).size,
		sessions: rows.reduce((sum, row) => sum + row.sessions, 0),
		messages: rows.reduce((sum, row) => sum + row.messages, 0),
	};
}
