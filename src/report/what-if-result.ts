import type {WhatIfResult} from '../model/what-if.ts';

/** What a stricter rule would do, and which rule it is. */
export type TriedRule = WhatIfResult & {
	/** Why there is no session to try it on; null where there is one. */
	readonly nothing: string | null;
	/** Not all logs could be read to the end. */
	readonly partial: boolean;
	readonly rule: {
		readonly min_version: string | null;
		readonly ban: readonly string[];
		readonly policy: string | null;
		/** The day by whose calendar the policy is judged, when it is not today. */
		readonly at: string | null;
	};
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
