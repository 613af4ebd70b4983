import type {Session} from '../../tls/session.ts';
import type {Keeper} from '../keep.ts';
import type {Peer} from '../peer.ts';
import type {Summary} from '../summary.ts';

/** Writes into a session what a summary says of its handshake. */
export function fillSummary(session: Session, summary: Summary, keep: Keeper): void {
	session.outcome = 'encrypted';
	session.protocol = keep.again(summary.protocol);
	session.cipher = keep.again(summary.cipher);
	session.cipherBits = summary.bits;
	session.trust = summary.trust;
	session.serverName = summary.serverName === null ? null : keep.again(summary.serverName);
	session.keyExchange = again(summary.keyExchange, keep);
	session.serverSignature = again(summary.serverSignature, keep);
	session.serverDigest = again(summary.serverDigest, keep);
	session.clientSignature = again(summary.clientSignature, keep);
	session.clientDigest = again(summary.clientDigest, keep);
}

/** Writes into a session who the other end is. */
export function fillPeer(session: Session, peer: Peer, keep: Keeper): void {
	session.peerHost = peer.host === null ? null : keep.again(peer.host);
	session.peerIp = peer.ip === null ? null : keep.again(peer.ip);
	session.peerPort = peer.port;
}

function again(word: string | null, keep: Keeper): string | null {
	return word === null ? null : keep.again(word);
}
