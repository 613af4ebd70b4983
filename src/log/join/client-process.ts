import type {Session} from '../../model/session.ts';
import type {Peer, Relay} from '../peer.ts';
import type {Connection, Use} from './connections.ts';
import type {Recipients} from './messages.ts';
import type {PlainDelivery, SeenHandshake} from './plain-deliveries.ts';
import type {Reported} from './reported.ts';

/** A handshake that failed in this process: the lines that follow name the message, the level, and up to 2.4 the address. */
export type FailedHandshake = {
	readonly session: Session;
	readonly peer: Relay;
	/** The message that it failed for; null until a line names it. */
	queueId: string | null;
	recipients: Recipients | null;
	emitted: boolean;
};

/** A connection without STARTTLS: to the host with this name, or the current one. */
type WithoutStarttls = {readonly host: string | null; queueId: string | null};

/** A peer whose certificate did not verify, and why. */
type UnverifiedPeer = {readonly peer: Peer; readonly alert: string | null};

/** What is known of one smtp or lmtp process, which handles one delivery at a time. */
export type ClientProcess = {
	/** The current TLS connection, and the queue id that used it; a new queue id needs a new summary. */
	current: Connection | null;
	takenBy: string | null;
	/** Which use of the current connection this is: `conn_use` of its deliveries. */
	nth: number;
	/** A connection was taken up by «reused»; which one, its delivery shows by `conn_use`. */
	use: Use | null;
	/** A plaintext delivery in progress: all recipients of one queue id on one relay are one row. */
	plain: PlainDelivery | null;
	failed: FailedHandshake | null;
	seen: SeenHandshake | null;
	without: WithoutStarttls | null;
	/** Whose certificate did not verify, and why. */
	unverified: UnverifiedPeer | null;
	/** The domain of which it said that the mail host is none of its MTA-STS policy. */
	stsMismatch: string | null;
	/** A result of TLSRPT whose session is still to come. */
	reported: Reported | null;
	/** It said that it goes on without TLS. */
	tlsOff: boolean;
	/** Where TLS broke for the message `brokenFor`, as `[addr]:port` or a bare name: a delivery there without a new summary is the plaintext fallback. */
	broken: Set<string>;
	brokenFor: string | null;
	/** `QID relay` of the last handshake failure that a delivery line alone reported. */
	reportedFailure: string;
	touched: number;
	askedAt: number;
};

/** A process that has said nothing yet. */
export function newClientProcess(): ClientProcess {
	return {
		current: null,
		takenBy: null,
		nth: 1,
		use: null,
		plain: null,
		failed: null,
		seen: null,
		without: null,
		unverified: null,
		stsMismatch: null,
		reported: null,
		tlsOff: false,
		broken: new Set(),
		brokenFor: null,
		reportedFailure: '',
		touched: 0,
		askedAt: Number.POSITIVE_INFINITY,
	};
}

/** Where a peer is remembered by: its `[addr]:port`, or its name where the line has no address (2.3 and 2.4). */
export function placeOf(peer: Relay): string {
	return peer.ip === null ? (peer.host ?? '') : peer.endpoint;
}

/** Whether a peer of a line without a relay, which may lack address or port, is this relay. */
export function isAt(peer: Peer, relay: Peer): boolean {
	if (peer.ip === null) return peer.host !== null && peer.host === relay.host;
	return peer.ip === relay.ip && (peer.port === null || peer.port === relay.port);
}

/** Adds to a session that was given up for the certificate of its peer why that did not verify, if its process has said so. */
export function addVerification({unverified}: ClientProcess, session: Session): void {
	if (!unverified || session.alert !== null) return;
	if (session.failure !== 'certificate-not-verified' && session.failure !== 'dane') return;
	const {ip, host} = unverified.peer;
	if (ip === null ? host === session.peerHost : ip === session.peerIp) session.alert = unverified.alert;
}
