import type {Delivery} from '../delivery.ts';
import type {Entry} from '../entry.ts';
import type {ClientProcess} from './client-process.ts';
import type {Connection} from './connections.ts';
import {addQueueId} from './queue-ids.ts';

/** Whether the summary of this connection covers a delivery: the peer's full text is the same (one message may try several hosts). */
export function covers(connection: Connection, delivery: Delivery): boolean {
	if (connection.peerText === delivery.relay?.text) return true;
	// Postfix 2.3 and 2.4 log the bare host name.
	return (
		connection.session.peerIp === null && delivery.relay !== null && connection.session.peerHost === delivery.relay.host
	);
}

/** Credits a delivery line to the TLS connection whose summary covers it: the message, or why none was sent. */
export function creditDelivery(state: ClientProcess, connection: Connection, entry: Entry, delivery: Delivery): void {
	const {session} = connection;
	state.takenBy = delivery.queueId;
	if (connection.emitted) return;
	session.lastLine = entry.lineNumber;
	if (entry.time !== null) connection.touched = entry.time;
	if (!connection.held) session.endedAt = entry.time;
	if (session.peerIp === null && delivery.relay) {
		session.peerIp = delivery.relay.ip ?? '';
		session.port = delivery.relay.port;
		session.peerPort = delivery.relay.port;
		session.portSource = 'log';
	}
	if (delivery.tls !== null && !delivery.tls.endsWith('?')) session.tlsLevel = delivery.tls;
	if (delivery.sent) {
		state.sent = true;
		addQueueId(connection.queueIds, delivery.queueId);
	} else if (delivery.text === 'said') session.rejected++;
	else if (delivery.text === 'not-verified') session.failure = 'certificate-not-verified';
	else if (delivery.text === 'dane') session.failure = 'dane';
	else if (delivery.text === 'lost') session.failure ??= 'lost-connection';
	else if (delivery.text === 'timeout') session.failure ??= 'timeout';
}
