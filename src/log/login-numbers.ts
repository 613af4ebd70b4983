import * as numbers from '../scan/numbers.ts';
import type {Hop, Outcome, PortSource, TlsMode} from '../tls/session.ts';
import {namesByNumber} from './names-by-number.ts';

/** Hops, outcomes, sources of a port and ways to TLS by their number in a login's record; null is 0, where there is one. */
export const loginHops = namesByNumber<Hop & ('access' | 'submission' | 'internal')>({
	access: numbers.hopAccess,
	submission: numbers.hopSubmission,
	internal: numbers.hopInternal,
});
export const loginOutcomes = namesByNumber<Outcome>({
	encrypted: numbers.outcomeEncrypted,
	plaintext: numbers.outcomePlaintext,
	failed: numbers.outcomeFailed,
});
export const loginSources = namesByNumber<PortSource & ('log' | 'service')>({
	log: numbers.portFromLog,
	service: numbers.portFromService,
});
export const loginModes = namesByNumber<TlsMode>({
	implicit: numbers.modeImplicit,
	starttls: numbers.modeStarttls,
});
