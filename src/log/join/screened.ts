import {emptySession, type Session} from '../../tls/session.ts';
import type {Entry} from '../entry.ts';
import {isLoopback, peerOfEnd} from '../peer.ts';
import {fillPeer} from './fill.ts';

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
