import {emptySession, type Session} from '../../model/session.ts';
import type {LineContext} from '../line-context.ts';
import {isLoopback, type Peer, peerOfEndpoint} from '../peer.ts';
import {isLmtp, outboundHop} from '../service.ts';
import type {Summary} from './events/events.ts';

/** Writes into a session what a summary says of its handshake. */
export function fillSummary(session: Session, summary: Summary): void {
	session.outcome = 'encrypted';
	session.trust = summary.trust;
	session.serverName = summary.serverName;
	const {handshake} = summary;
	session.protocol = handshake.protocol;
	session.cipher = handshake.cipher;
	session.cipherBits = handshake.bits;
	session.keyExchange = handshake.keyExchange;
	session.serverSignature = handshake.serverSignature;
	session.serverDigest = handshake.serverDigest;
	session.clientSignature = handshake.clientSignature;
	session.clientDigest = handshake.clientDigest;
}

/** Writes into a session who the peer is. */
export function fillPeer(session: Session, peer: Peer): void {
	session.peerHost = peer.host;
	session.peerIp = peer.ip;
	session.peerPort = peer.port;
}

/** A session of our client with a relay, about which the outcome is still to be said. */
export function outboundSession(context: LineContext, relay: Peer): Session {
	const {tag, host} = context.daemon;
	const lmtp = isLmtp(tag, relay.port);
	const session = emptySession(outboundHop(lmtp, relay.ip), 'out');
	session.startedAt = context.time;
	session.logHost = host.name;
	session.tag = tag.name;
	session.pid = context.pid < 0 ? null : context.pid;
	session.service = tag.service ?? (lmtp ? 'lmtp' : 'smtp');
	session.port = relay.port;
	session.portSource = relay.port === null ? null : 'log';
	session.tlsMode = relay.port === 465 ? 'implicit' : 'starttls';
	fillPeer(session, relay);
	session.source = context.source;
	session.firstLine = context.lineNumber;
	session.lastLine = context.lineNumber;
	return session;
}

/**
 * A session of a client with postscreen itself, known by `[addr]:port`, as the process of `context` has it; `port` is ours where
 * postscreen logged it. It began at the `first` line of the connection, whichever program wrote that.
 */
export function screenedSession(
	context: Readonly<LineContext>,
	endpoint: string,
	port: number | null,
	first: Readonly<LineContext> = context,
): Session {
	const peer = peerOfEndpoint(endpoint);
	const session = emptySession(isLoopback(peer.ip) ? 'internal' : 'relay-in', 'in');
	session.startedAt = first.time;
	session.logHost = context.daemon.host.name;
	session.tag = context.daemon.tag.name;
	session.pid = context.pid < 0 ? null : context.pid;
	session.service = 'smtp';
	session.port = port ?? 25;
	session.portSource = port === null ? 'service' : 'log';
	fillPeer(session, peer);
	session.source = first.source;
	session.firstLine = first.lineNumber;
	session.lastLine = context.lineNumber;
	return session;
}
