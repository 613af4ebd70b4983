import {emptySession, type Failure, type Session} from '../../model/session.ts';
import type {Daemon, LineContext} from '../line-context.ts';
import {isLoopback, type Peer} from '../peer.ts';
import type {Counters} from './events/events.ts';
import {noQueueIds, type QueueIds} from './messages.ts';

/** One smtpd session in the making: the row, and what its lines have proved so far (see `verdict.ts`). */
export type ServerSession = {
	readonly session: Session;
	readonly daemon: Daemon;
	readonly queueIds: QueueIds;
	/** Its connect line was seen, so a summary of it would have been seen too. */
	startSeen: boolean;
	/** A TLS summary was logged. */
	summary: boolean;
	handshakeFailed: boolean;
	/** A line that comes from a handshake, or from records of TLS, alone. */
	handshake: boolean;
	failure: Failure | null;
	/** The alert or the reason of the library that goes with it. */
	alert: string | null;
	/** STARTTLS, or the wrapper-mode connection, was turned away by a warning. */
	refused: boolean;
	/** «Session encryption is required» was answered, or mail was taken before STARTTLS: plaintext at that moment. */
	plaintext: boolean;
	/** Last command before the connection broke, null when it did not. */
	brokenAfter: string | null;
	/** The transaction that it broke in, as the line says from Postfix 3.10 on: '' for none. */
	brokenIn: string | null;
	/** The latest queue id's transaction goes on, as far as lines show. */
	inTransaction: boolean;
	/** What the part before STARTTLS has of what the disconnect line counts. */
	readonly earlier: {readonly messages: number; readonly rejected: number};
	/** The peer of the line that reported the end: a doubled one has the same. */
	parted: Peer | null;
	/** null until the disconnect line, and up to Postfix 2.11, which counts nothing. */
	counters: Counters | null;
	/** The disconnect line was seen: kept to know its repetition by. */
	closed: boolean;
	loopback: boolean;
	/** Log time of its last line, ms. */
	touched: number;
};

const nothingEarlier: ServerSession['earlier'] = {messages: 0, rejected: 0};

/** Begins a session at its connect line, or at whatever line of it comes first. `handedOver` is postscreen's port. */
export function beginServerSession(
	context: LineContext,
	peer: Peer | null,
	startSeen: boolean,
	handedOver: number | null,
	earlier = nothingEarlier,
): ServerSession {
	const {daemon} = context;
	const session = emptySession('relay-in', 'in');
	session.startedAt = context.time;
	session.logHost = daemon.host.name;
	session.tag = daemon.tag.name;
	session.pid = context.pid < 0 ? null : context.pid;
	session.source = context.source;
	session.firstLine = context.lineNumber;
	session.lastLine = context.lineNumber;
	session.service = daemon.service;
	session.port = handedOver ?? daemon.port;
	session.portSource = handedOver === null ? daemon.portSource : 'log';
	if (peer) {
		session.peerHost = peer.host;
		session.peerIp = peer.ip;
		session.peerPort = peer.port;
	}
	return {
		session,
		daemon,
		queueIds: noQueueIds(),
		startSeen,
		summary: false,
		handshakeFailed: false,
		handshake: false,
		failure: null,
		alert: null,
		refused: false,
		plaintext: false,
		brokenAfter: null,
		brokenIn: null,
		inTransaction: false,
		earlier,
		parted: null,
		counters: null,
		closed: false,
		loopback: isLoopback(session.peerIp),
		touched: context.time ?? 0,
	};
}
