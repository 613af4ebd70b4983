import {emptySession, type Session} from '../../tls/session.ts';
import type {Entry, Host} from '../entry.ts';
import type {Relay} from '../peer.ts';
import {outboundHop} from '../service.ts';
import {type ConnectionIndex, fileUnder, takeOut} from './connection-index.ts';
import type {Summary as AnySummary} from './events.ts';
import {fillPeer, fillSummary} from './fill.ts';
import {noQueueIds, type QueueIds} from './queue-ids.ts';

type Summary = AnySummary<Relay>;

/** One outbound TLS connection. smtp keeps it in its own process, or tlsproxy holds it and smtp processes take turns. */
export type Connection = {
	readonly session: Session;
	readonly host: Host;
	/** The text that tlsproxy's and smtp's summary of one handshake have in common. */
	readonly twin: string;
	readonly peerText: string;
	/** `[addr]:port`: all that tlsproxy says when it lets go. */
	readonly end: string;
	readonly queueIds: QueueIds;
	/** tlsproxy wrote its summary of it. */
	held: boolean;
	/** smtp wrote its summary of it. */
	claimed: boolean;
	/** tlsproxy wrote DISCONNECT. */
	closed: boolean;
	emitted: boolean;
	/** Log time of its last line, ms. */
	touched: number;
};

/**
 * Outbound TLS connections that more than one process may write about. With smtp_tls_connection_reuse tlsproxy does the
 * handshake and smtp writes the same summary again within a moment (smtp/smtp_proto.c), and «reused» at each later use:
 * all of them are one session.
 */
export type Connections = {
	/** A summary «established» by tlsproxy: joined with smtp's, if that came first. */
	announce(entry: Entry, summary: Summary): Connection;
	/** A summary «established» by smtp or lmtp: joined with tlsproxy's, if that came first. */
	establish(entry: Entry, summary: Summary): Connection;
	/** A summary «reused»: one more use of the newest open connection with these words. */
	reuse(entry: Entry, summary: Summary): Connection;
	/** tlsproxy let go of a connection to this `[addr]:port`: the first of those it holds. */
	close(host: Host, end: string, time: number | null): void;
	/** Hands over what a smtp process has done with and tlsproxy does not hold. */
	release(connection: Connection): void;
	sweep(now: number, idle: number): void;
	evict(before: number, only?: (host: Host) => boolean): number;
	readonly open: number;
};

/** tlsproxy and smtp write about one handshake within a millisecond; clocks and syslog may stretch that, ms. */
const twinSpan = 5000;

/** Open connections by what their summaries have in common and by their end, as plain data. */
export type ConnectionsState = {byHost: ConnectionIndex; byEnd: ConnectionIndex; open: number};

export function emptyConnections(): ConnectionsState {
	return {byHost: new Map(), byEnd: new Map(), open: 0};
}

/** Makes the pool; `emit` gets each session once, when nothing more can be said of it. */
export function createConnections(emit: (session: Session) => void, state: ConnectionsState): Connections {
	const {byHost, byEnd} = state;

	function create(entry: Entry, summary: Summary): Connection {
		const {tag} = entry.daemon;
		const lmtp = tag.program === 'lmtp';
		const session = emptySession(outboundHop(lmtp, summary.peer.ip), 'out');
		session.startedAt = entry.time;
		session.source = entry.source;
		session.firstLine = entry.lineNumber;
		session.port = summary.peer.port;
		session.portSource = summary.peer.port === null ? null : 'log';
		session.tlsMode = summary.peer.port === 465 ? 'implicit' : 'starttls';
		session.service = lmtp ? 'lmtp' : 'smtp';
		fillPeer(session, summary.peer);
		session.peerPort = summary.peer.port;
		fillSummary(session, summary);
		const connection: Connection = {
			session,
			host: entry.daemon.host,
			twin: summary.twin,
			peerText: summary.peer.text,
			end: summary.peer.end,
			queueIds: noQueueIds(),
			held: false,
			claimed: false,
			closed: false,
			emitted: false,
			touched: 0,
		};
		write(connection, entry);
		fileUnder(byHost, connection.twin, connection);
		fileUnder(byEnd, connection.end, connection);
		state.open++;
		return connection;
	}

	/** The row bears the tag and pid of the process that delivers, if one was seen. */
	function write(connection: Connection, entry: Entry): void {
		const {session} = connection;
		const {tag} = entry.daemon;
		if (tag.program !== 'tlsproxy' || session.tag === null) {
			session.logHost = entry.daemon.host.name;
			session.tag = tag.name;
			session.pid = entry.pid < 0 ? null : entry.pid;
			if (tag.service !== null) session.service = tag.service;
		}
		session.lastLine = entry.lineNumber;
		if (entry.time !== null) connection.touched = entry.time;
	}

	function listOf(entry: Entry, summary: Summary): Connection[] {
		return byHost.get(entry.daemon.host)?.get(summary.twin) ?? [];
	}

	function isTwin(entry: Entry, connection: Connection): boolean {
		return Math.abs((entry.time ?? 0) - (connection.session.startedAt ?? 0)) <= twinSpan;
	}

	function forget(connection: Connection): void {
		takeOut(byEnd, connection.end, connection);
		if (takeOut(byHost, connection.twin, connection)) state.open--;
	}

	function finish(connection: Connection, time: number | null): void {
		connection.closed = true;
		connection.session.endedAt = time;
		if (time !== null && time > connection.touched) connection.touched = time;
	}

	/** A connection in use cannot have been the one that was closed: that was another one to the same end. */
	function reopened(connection: Connection | undefined): Connection | undefined {
		if (!connection) return undefined;
		const other = byEnd
			.get(connection.host)
			?.get(connection.end)
			?.find(it => it.held && !it.closed && it.queueIds.count > 0);
		if (other) finish(other, connection.session.endedAt);
		connection.closed = false;
		connection.session.endedAt = null;
		return connection;
	}

	function publish(connection: Connection): void {
		if (connection.emitted) return;
		connection.emitted = true;
		connection.session.messages = connection.queueIds.count;
		emit(connection.session);
	}

	return {
		get open() {
			return state.open;
		},
		announce(entry, summary) {
			const first = listOf(entry, summary).find(it => !it.held && !it.emitted && isTwin(entry, it));
			const connection = first ?? create(entry, summary);
			connection.held = true;
			write(connection, entry);
			return connection;
		},
		establish(entry, summary) {
			const first = listOf(entry, summary).find(it => it.held && !it.claimed && isTwin(entry, it));
			const connection = first ?? create(entry, summary);
			connection.claimed = true;
			write(connection, entry);
			return connection;
		},
		reuse(entry, summary) {
			const candidates = listOf(entry, summary).filter(it => it.claimed && !it.emitted);
			const connection = candidates.findLast(it => !it.closed) ?? reopened(candidates.at(-1));
			const used = connection ?? create(entry, summary);
			if (!connection) {
				// Its handshake lies before the log: held by tlsproxy since then.
				used.session.startedAt = null;
				used.held = true;
				used.claimed = true;
			}
			used.session.reused++;
			used.session.lastLine = entry.lineNumber;
			if (entry.time !== null) used.touched = entry.time;
			return used;
		},
		close(host, end, time) {
			const connection = byEnd
				.get(host)
				?.get(end)
				?.find(it => it.held && !it.closed);
			if (connection) finish(connection, time);
		},
		release(connection) {
			if (connection.held) return;
			publish(connection);
		},
		sweep(now, idle) {
			// From behind, as those that are forgotten leave the list.
			for (const twins of byHost.values())
				for (const list of twins.values())
					for (let at = list.length - 1; at >= 0; at--) {
						const connection = list[at];
						if (!connection || connection.touched >= now - twinSpan) continue;
						const over = connection.closed || connection.touched < now - idle;
						if (over) publish(connection);
						if (over || (!connection.held && connection.emitted)) forget(connection);
					}
		},
		evict(before, only) {
			let evicted = 0;
			for (const [host, twins] of [...byHost]) {
				if (only && !only(host)) continue;
				for (const list of [...twins.values()]) {
					for (const connection of [...list]) {
						if (connection.touched >= before) continue;
						if (!connection.emitted && connection.session.endedAt === null) evicted++;
						publish(connection);
						forget(connection);
					}
				}
			}
			return evicted;
		},
	};
}
