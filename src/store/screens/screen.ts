import type {Store} from '../store.ts';

/** What the questions of the screens are put to. */
export type Screen = {
	/** Filled by `createLiveLoader`. */
	readonly store: Store;
};

/**
 * What the sessions of a handshake `h` say of the rules that fail a check; see `Evidence`. Failed ones, and mere probes,
 * which carry no mail and log nobody in, have kept nobody's secret open and say nothing: see `judge`. A session that lacks
 * anything at all decides nothing here: it earns no tick.
 */
export const tells = (telling: 'decided' | 'undecided'): string =>
	telling === 'decided'
		? `(h.handshake in (select handshake from handshake_evidence where telling = 'decided' and lacks is null))`
		: `(h.handshake in (select handshake from handshake_evidence
			where telling = 'undecided' or (telling = 'decided' and lacks is not null)))`;
