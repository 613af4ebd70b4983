import type {Hop} from './session.ts';

/**
 * What the log does not say of a session: whether TLS was used, which version, which suite, which group of TLS 1.3, how far
 * the peer is trusted, our port.
 */
export type Lack = 'outcome' | 'version' | 'cipher' | 'trust' | 'port' | 'group';

/**
 * What a session can say about the rules that fail a check. `decided`: each of them that applies is met or broken;
 * `undecided`: the log lacks what at least one asks for; `not-asked`: none applies to it.
 */
export type Telling = 'decided' | 'undecided' | 'not-asked';

/** Sessions that are alike in all that evidence is counted by. */
export type EvidenceRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly direction: 'in' | 'out';
	readonly tag: string | null;
	readonly service: string | null;
	readonly telling: Telling;
	readonly lacks: Lack | null;
	/** Mail was carried, or somebody logged in. */
	readonly used: boolean;
	/** The same program logged versions of other sessions. */
	readonly tells: boolean;
	/** The log begins or ends within these sessions. */
	readonly cut: boolean;
	readonly sessions: number;
};
