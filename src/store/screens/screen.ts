import type {Hop} from '../../tls/session.ts';
import type {Store} from '../store.ts';

/** What the questions of the screens are put to. */
export type Screen = {
	/** Filled by `createLiveLoader`. */
	readonly store: Store;
	/** Hops that the policy has a rule about. */
	readonly judgedHops: readonly Hop[];
};

/**
 * Whether a handshake `h` is one the policy could find something in. Failed ones, and mere probes, which carry no mail and
 * log nobody in, have kept nobody's secret open: see `judge`.
 */
export const isJudged = ({judgedHops}: Screen): string =>
	judgedHops.length === 0
		? 'false'
		: `(h.hop in (${judgedHops.map(hop => `'${hop}'`)}) and coalesce(h.outcome in ('encrypted', 'plaintext'), false)
			and (h.carried_mail or h.logged_in))`;
