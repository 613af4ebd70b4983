import {emptySession, type Session} from '../../tls/session.ts';
import type {Entry} from '../entry.ts';
import type {Peer} from '../peer.ts';
import {outboundHop} from '../service.ts';
import {fillPeer} from './fill.ts';

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
