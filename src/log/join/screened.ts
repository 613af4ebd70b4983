import {emptySession, type Session} from '../../tls/session.ts';
import type {Entry} from '../entry.ts';
import {isLoopback, peerOfEnd} from '../peer.ts';
import {fillPeer} from './fill.ts';

/** A session of a client with postscreen itself, known by `[addr]:port`; `port` is ours where postscreen logged it. */
export function screenedSession(entry: Readonly<Entry>, end: string, port: number | null): Session {
	const peer = peerOfEnd(end);
	const session = emptySession(isLoopback(peer.ip) ? 'internal' : 'relay-in', 'in');
	session.startedAt = entry.time;
	session.logHost = entry.daemon.host.name;
	session.tag = entry.daemon.tag.name;
	session.pid = entry.pid < 0 ? null : entry.pid;
	session.service = 'smtp';
	session.port = port ?? 25;
	session.portSource = port === null ? 'service' : 'log';
	fillPeer(session, peer);
	session.source = entry.source;
	session.firstLine = entry.lineNumber;
	session.lastLine = entry.lineNumber;
	return session;
}
