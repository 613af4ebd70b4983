import type {EvidenceRow} from '../../tls/evidence.ts';
import {countEvidence} from '../evidence.ts';
import type {Store} from '../store.ts';
import type {Where} from './where.ts';

/** What the sessions of a live screen say, counted by hop, port and program; see `countEvidence`. */
export function liveEvidence(store: Store, found: Where): Promise<EvidenceRow[]> {
	// Handshakes have a number for each outcome of their peers' exceptions already.
	return countEvidence(store, found, {sessions: 'live_sessions', origins: 'live_origins'}, false);
}
