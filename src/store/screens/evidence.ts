import type {EvidenceRow} from '../../tls/evidence.ts';
import {evidenceSteps} from '../evidence.ts';
import {atOnce} from '../steps.ts';
import type {Store} from '../store.ts';
import type {Where} from './where.ts';

/** What the sessions of a live screen say, counted by hop, port and program; see `evidenceSteps`. */
export function liveEvidence(store: Store, found: Where): Promise<EvidenceRow[]> {
	// Handshakes have a number for each outcome of their peers' exceptions already.
	const tables = {sessions: 'live_sessions', origins: 'live_origins'};
	const {steps, question} = evidenceSteps(found.where, tables, false);
	return atOnce<EvidenceRow>(store, steps, question, found.parameters);
}
