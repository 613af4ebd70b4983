import type {Hop} from './session.ts';

/**
 * Encrypted sessions of one hop and port by the kind of their key exchange, see `keyExchangeKind`: `hybrid`, classic that
 * `could` have been, TLS 1.2 or older that `cannot` be, `not_logged`. Each session is in exactly one of the four.
 */
export type KeyExchangeRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly hybrid: number;
	readonly could: number;
	readonly cannot: number;
	readonly not_logged: number;
	/** Sessions by group, in the spelling of `groupOf`, the most frequent first. */
	readonly groups: Readonly<Record<string, number>>;
};

/** The sessions of all four kinds. */
export function sessionsOf({
	hybrid,
	could,
	cannot,
	not_logged,
}: Pick<KeyExchangeRow, 'hybrid' | 'could' | 'cannot' | 'not_logged'>): number {
	return hybrid + could + cannot + not_logged;
}
