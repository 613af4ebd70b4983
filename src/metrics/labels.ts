import {remedyOf} from '../model/failure/remedy.ts';
import type {Failure} from '../model/session.ts';
import type {Handshake} from '../model/session-parts.ts';
import {keyExchangeKind} from '../tls/group.ts';
import {protocols} from '../tls/version.ts';

/*
 * A handshake in, the labels of its counters out. A log may say anything; a label has a value of a short list, or the monitoring
 * would keep a series for every word that a peer makes up.
 */

/** Ports of mail: RFC 8314 section 7.3, RFC 5804 (4190), and 24, the usual one of LMTP over TCP. */
const mailPorts: readonly number[] = [24, 25, 110, 143, 465, 587, 993, 995, 4190];

/** Makes the label of a port: itself where it is one of mail or of those named, else `other`; `not-logged` where the log has none. */
export function portLabels(named: Iterable<number>): (port: number | null) => string {
	const known = new Set([...mailPorts, ...named]);
	return port => (port === null ? 'not-logged' : known.has(port) ? String(port) : 'other');
}

/** The version of an encrypted session; names that are none are `unknown`, as in reports. Of others `none`. */
export function versionLabel({outcome, protocol}: Pick<Handshake, 'outcome' | 'protocol'>): string {
	if (outcome !== 'encrypted') return 'none';
	if (protocol === null) return 'not-logged';
	return (protocols as readonly string[]).includes(protocol) ? protocol : 'unknown';
}

/** The kind of the key exchange of an encrypted session, see `keyExchangeKind`. Of others `none`. */
export function keyExchangeLabel({
	outcome,
	protocol,
	keyExchange,
}: Pick<Handshake, 'outcome' | 'protocol' | 'keyExchange'>): string {
	return outcome === 'encrypted' ? keyExchangeKind(protocol, keyExchange) : 'none';
}

/** Reason and owner of a failure. */
export type FailureLabels = {readonly reason: Failure; readonly whose: string};

/**
 * Reason and owner of a failed session at its end; null where it did not fail. A counter takes nothing back, so it says what the
 * session says by itself: what only sessions of its peer or of others can show is `unknown`. `ours` is only what stays ours if
 * the peer proves to be a scanner.
 */
export function failureLabels(handshake: Handshake): FailureLabels | null {
	const {failure, outcome, direction, alert} = handshake;
	if (failure === null && outcome !== 'failed') return null;
	const facts = {direction, failure, alert, encrypted: outcome === 'encrypted', othersAgree: false};
	const {whose} = remedyOf({...facts, scanner: false});
	const ofScanner = remedyOf({...facts, scanner: direction === 'in'}).whose;
	return {reason: failure ?? 'other', whose: whose === 'ours' && ofScanner !== 'ours' ? 'unknown' : whose};
}
