import type {Session} from '../../tls/session.ts';
import type {Connection} from './connections.ts';
import type {PlainDelivery} from './plain-deliveries.ts';

/** What is known of one smtp or lmtp process, which handles one delivery at a time. */
export type ClientProcess = {
	/** The TLS connection in hand, and the queue id that used it; a new queue id needs a new summary. */
	current: Connection | null;
	takenBy: string | null;
	/** It was taken up by «reused»; if that proves dead, «established» follows at once. */
	reuse: boolean;
	sent: boolean;
	/** A plaintext delivery in progress: all recipients of one queue id on one relay are one row. */
	plain: PlainDelivery | null;
	/** A failed handshake, until its library lines are through. */
	failed: Session | null;
	/** Relays whose TLS broke for `brokenFor`: a delivery there without a new summary is the plaintext fallback. */
	broken: Set<string>;
	brokenFor: string | null;
	/** `QID relay` of the last handshake failure told by a delivery line. */
	toldFailure: string;
	touched: number;
};

/** A process that has said nothing yet. */
export function newClientProcess(): ClientProcess {
	return {
		current: null,
		takenBy: null,
		reuse: false,
		sent: false,
		plain: null,
		failed: null,
		broken: new Set(),
		brokenFor: null,
		toldFailure: '',
		touched: 0,
	};
}
