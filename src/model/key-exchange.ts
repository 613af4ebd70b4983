import type {Hop} from './session.ts';

/**
 * Encrypted sessions by the kind of their key exchange, see `keyExchangeKind`: `hybrid`, classic that `could` have been, TLS 1.2
 * or older that `cannot` be, `not_logged`. Each session is in exactly one of the four.
 */
export type KeyExchangeSums = {
	readonly hybrid: number;
	readonly could: number;
	readonly cannot: number;
	readonly not_logged: number;
};

/** The same of one hop and port. */
export type KeyExchangeRow = KeyExchangeSums & {
	readonly hop: Hop;
	readonly port: number | null;
	/** Sessions by group, in the spelling of `groupOf`, the most frequent first. */
	readonly groups: Readonly<Record<string, number>>;
};

/** The sessions of all four kinds. */
export function sessionsOf({hybrid, could, cannot, not_logged}: KeyExchangeSums): number {
	return hybrid + could + cannot + not_logged;
}

/** A peer none of whose sessions at a hop and port was hybrid, though some say what they were. */
export type NotHybridPeer = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly direction: 'in' | 'out';
	/** Null where the sessions have several, or none is logged. */
	readonly peer_ip: string | null;
	readonly peer_host: string | null;
	/** Sessions that `could` have been hybrid and that `cannot` be. */
	readonly sessions: number;
	readonly could: number;
	readonly cannot: number;
	/** Sessions beside these whose group is not logged. */
	readonly not_logged: number;
	/** Mail of the sessions that could or cannot be hybrid. */
	readonly messages: number;
	readonly last_seen: number | null;
};

/** The largest of these peers, and how many there are in all. */
export type NotHybrid = {readonly peers: readonly NotHybridPeer[]; readonly peer_count: number};

/** Key exchange as a screen shows it. */
export type KeyExchange = {readonly places: readonly KeyExchangeRow[]; readonly notHybrid: NotHybrid};

/** Sessions by group over all hops, the most frequent first. */
export function groupSums(
	rows: ReadonlyArray<Pick<KeyExchangeRow, 'groups'>>,
): Array<[group: string, sessions: number]> {
	const sums = new Map<string, number>();
	for (const {groups} of rows)
		for (const [name, sessions] of Object.entries(groups)) sums.set(name, (sums.get(name) ?? 0) + sessions);
	return [...sums].sort((a, b) => b[1] - a[1]);
}
