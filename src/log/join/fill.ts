import type {Session} from '../../tls/session.ts';
import type {Peer} from '../peer.ts';
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
