import type {SuiteRow} from './summary.ts';

/*
 * Rows of the lists of peers and sessions, and the columns of a query result. Times are ms since 1970 UTC.
 */

export const peerGroups = ['all', 'clients', 'destinations', 'users'] as const;
/** `all`: by address; `clients`: those that connect to us; `destinations`: relays we connect to; `users`: by login. */
export type PeerGroup = (typeof peerGroups)[number];

/** One peer, destination or user. */
export type PeerRow = {
	readonly peer_ip: string | null;
	readonly peer_host: string | null;
	readonly username: string | null;
	/** The number of users who logged in from there, or of addresses from which the user came. */
	readonly others: number;
	readonly sessions: number;
	readonly messages: number;
	readonly plaintext: number;
	readonly failed: number;
	readonly violations: number;
	readonly weaknesses: number;
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	readonly judged: number;
	readonly undecided: number;
	/** The oldest version agreed, null when none was. */
	readonly worst: string | null;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** One version with one cipher over all hops. */
export type CipherRow = Omit<SuiteRow, 'hop' | 'port'> & {
	/** Sessions by hop and port, such as `submission 465`. */
	readonly places: Readonly<Record<string, number>>;
};

/**
 * A row of the table `sessions` under the names of its columns, with `judgement` (its number), `rules` (ids of broken rules, the
 * worst first, joined by a comma), `severity` (the worst of them), and `judged` and `undecided` as 1 or 0; see `PeerRow`.
 */
export type ListedSession = Readonly<Record<string, string | number | null>>;

/** The result of a query of the user's own. */
export type QueryResult<Value = unknown> = {
	readonly columns: readonly string[];
	readonly rows: ReadonlyArray<readonly Value[]>;
};
