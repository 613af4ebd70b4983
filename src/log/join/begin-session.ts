import {emptySession, type Session} from '../../tls/session.ts';
import type {Entry} from '../entry.ts';
import {isLoopback, type Peer, peerOfEnd} from '../peer.ts';
import {outboundHop} from '../service.ts';
import type {Summary} from './events.ts';

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

/** Writes into a session who the other end is. */
export function fillPeer(session: Session, peer: Peer): void {
	session.peerHost = peer.host;
	session.peerIp = peer.ip;
	session.peerPort = peer.port;
}

/** A session of our client with a relay, about which the outcome is still to be said. */
export function outboundSession(entry: Entry, relay: Peer): Session {
	const {tag, host} = entry.daemon;
	const lmtp = tag.program === 'lmtp';
	const session = emptySession(outboundHop(lmtp, relay.ip), 'out');
	session.startedAt = entry.time;
	session.logHost = host.name;
	session.tag = tag.name;
	session.pid = entry.pid < 0 ? null : entry.pid;
	session.service = tag.service ?? (lmtp ? 'lmtp' : 'smtp');
	session.port = relay.port;
	session.portSource = relay.port === null ? null : 'log';
	session.tlsMode = relay.port === 465 ? 'implicit' : 'starttls';
	fillPeer(session, relay);
	session.source = entry.source;
	session.firstLine = entry.lineNumber;
	session.lastLine = entry.lineNumber;
	return session;
}

/**
 * A session of a client with postscreen itself, known by `[addr]:port`, as the process of `entry` has it; `port` is ours where
 * postscreen logged it. It began at the `first` line of the connection, whoever wrote that.
 */
export function screenedSession(
	entry: Readonly<Entry>,
	end: string,
	port: number | null,
	first: Readonly<Entry> = entry,
): Session {
	const peer = peerOfEnd(end);
	const session = emptySession(isLoopback(peer.ip) ? 'internal' : 'relay-in', 'in');
	session.startedAt = first.time;
	session.logHost = entry.daemon.host.name;
	session.tag = entry.daemon.tag.name;
	session.pid = entry.pid < 0 ? null : entry.pid;
	session.service = 'smtp';
	session.port = port ?? 25;
	session.portSource = port === null ? 'service' : 'log';
	fillPeer(session, peer);
	session.source = first.source;
	session.firstLine = first.lineNumber;
	session.lastLine = entry.lineNumber;
	return session;
}
