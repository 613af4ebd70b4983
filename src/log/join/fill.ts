import type {Session} from '../../tls/session.ts';
import type {Keeper} from '../keep.ts';
import type {Peer} from '../peer.ts';
import type {Summary} from './events.ts';

/** Writes into a session what a summary says of its handshake. */
export function fillSummary(session: Session, summary: Summary, keep: Keeper): void {
	session.outcome = 'encrypted';
	session.trust = summary.trust;
	session.serverName = summary.serverName === null ? null : keep(summary.serverName);
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
export function fillPeer(session: Session, peer: Peer, keep: Keeper): void {
	session.peerHost = peer.host === null ? null : keep(peer.host);
	session.peerIp = peer.ip === null ? null : keep(peer.ip);
	session.peerPort = peer.port;
}
