import type {Failure} from '../../model/session.ts';
import type {Delivery, DeliveryText} from '../delivery.ts';
import type {LineContext} from '../line-context.ts';
import type {Connection} from './connections.ts';
import {addQueueId, addRecipient} from './messages.ts';
import {noteLevel, refusalOf} from './tls-level.ts';

/**
 * Whether a connection is one to the relay of a delivery: the same address and port. The name may differ: a cached connection is
 * looked up by its address, and the delivery bears the name that it looked up (smtp_reuse.c smtp_reuse_addr).
 */
export function covers(connection: Connection, delivery: Delivery): boolean {
	const {relay} = delivery;
	if (relay === null) return false;
	// Postfix 2.3 and 2.4 log the bare host name.
	if (connection.session.peerIp === null) return connection.session.peerHost === relay.host;
	return connection.endpoint === relay.endpoint;
}

/** Reasons that end a session whose handshake was done: smtp does not cache it then (smtp_trouble.c smtp_bulk_fail). */
export const brokenBy: Readonly<Partial<Record<DeliveryText, Failure>>> = {
	'not-verified': 'certificate-not-verified',
	dane: 'dane',
	requiretls: 'requiretls-not-offered',
	lost: 'lost-connection',
	timeout: 'timeout',
};

/** Writes why a session was given up; what ended the connection says less than a reason known before. */
export function breakOff(connection: Connection, text: DeliveryText): void {
	const {session} = connection;
	const failure = brokenBy[text];
	if (failure === undefined) return;
	connection.refused = true;
	if (text === 'lost' || text === 'timeout') session.failure ??= failure;
	else session.failure = failure;
}

/** Credits a delivery line to the TLS connection that it went over: the message, or why none was sent. */
export function creditDelivery(connection: Connection, context: LineContext, delivery: Delivery): void {
	const {session} = connection;
	if (connection.emitted) return;
	session.lastLine = context.lineNumber;
	if (context.time !== null) connection.touched = context.time;
	if (!connection.held) session.endedAt = context.time;
	if (session.peerIp === null && delivery.relay) {
		session.peerIp = delivery.relay.ip ?? '';
		session.port = delivery.relay.port;
		session.peerPort = delivery.relay.port;
		session.portSource = 'log';
	}
	noteLevel(session, delivery.tls);
	connection.recipients = addRecipient(connection.recipients, delivery);
	if (delivery.status === 'sent') addQueueId(connection.queueIds, delivery.queueId);
	else {
		if (delivery.text === 'said') session.rejected++;
		breakOff(connection, delivery.text);
		const refusal = refusalOf(delivery.tls);
		if (refusal === null) return;
		session.failure ??= refusal;
		connection.refused = true;
	}
}
