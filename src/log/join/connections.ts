import {emptySession, type Session} from '../../model/session.ts';
import type {Daemon, Host, LineContext} from '../line-context.ts';
import type {Relay} from '../peer.ts';
import {isLmtp, outboundHop} from '../service.ts';
import {fillPeer, fillSummary} from './begin-session.ts';
import {createDeadlines} from './deadlines.ts';
import type {Summary as AnySummary} from './events/events.ts';
import {noQueueIds, type QueueIds, type Recipients, recipientsText} from './messages.ts';
import type {JoinObserver} from './observer.ts';

type Summary = AnySummary<Relay>;

/** One outbound TLS connection. smtp keeps it in its own process, or tlsproxy holds it and smtp processes take turns. */
export type Connection = {
	readonly session: Session;
	readonly host: Host;
	/** The text that tlsproxy's and smtp's summary of one handshake have in common. */
	readonly handshakeKey: string;
	/** `[addr]:port`: all that tlsproxy says when it closes the connection. */
	readonly endpoint: string;
	readonly queueIds: QueueIds;
	recipients: Recipients | null;
	/**
	 * The tag that smtp wrote its summary under; null while tlsproxy alone wrote one. A cached connection is one service's
	 * (smtp_key.c).
	 */
	client: Daemon | null;
	/** tlsproxy holds it, and which process: null where the handshake lies before the log. */
	held: boolean;
	holder: Daemon | null;
	holderPid: number;
	/** Uses so far, the first one included: `conn_use` of the last delivery. */
	uses: number;
	/** An smtp process uses it and has not delivered yet. */
	busy: boolean;
	/** When it was put down last, by the count of such events. */
	freedAt: number;
	/** smtp gave it up: it is never cached (smtp.h DONT_CACHE_THROTTLED_SESSION). */
	refused: boolean;
	/** tlsproxy wrote DISCONNECT. */
	closed: boolean;
	/** It may as well have been another one that was closed: who is taken up again shows it. */
	doubted: boolean;
	emitted: boolean;
	/** Log time of its last line, ms. */
	touched: number;
	askedAt: number;
};

/** A «reused» line: some connection was taken up again. Which one, the delivery that follows shows. */
export type Use = {
	readonly summary: Summary;
	readonly daemon: Daemon;
	readonly pid: number;
	readonly time: number | null;
	readonly source: string;
	readonly lineNumber: number;
	/** Connections that were put down later cannot be it. */
	readonly takenAt: number;
};

/**
 * Outbound TLS connections that more than one process may write about. With smtp_tls_connection_reuse tlsproxy does the
 * handshake and smtp writes the same summary again within a moment (smtp/smtp_proto.c), and «reused» at each later use
 * (smtp/smtp_session.c): all of them are one session.
 */
export type Connections = {
	/** A summary «established» by tlsproxy: joined with smtp's, if that came first. */
	announce(context: LineContext, summary: Summary): Connection;
	/** A summary «established» by smtp or lmtp: joined with tlsproxy's, if that came first. */
	establish(context: LineContext, summary: Summary): Connection;
	/** A summary «reused»: one more use of a connection with these words. */
	take(context: LineContext, summary: Summary): Use;
	/**
	 * The connection of a use. `nth` is the `conn_use` of its delivery: the connection had one use less before. Without it the
	 * connection that was put down last. One that is busy or was refused is none that was cached.
	 */
	resolve(use: Use, nth: number | null): Connection;
	/** A use of which no delivery is known: a session only where no connection is known that it may have been. */
	abandon(use: Use): void;
	/** tlsproxy closed a connection to this `[addr]:port`. */
	close(context: LineContext, endpoint: string): void;
	/** A process has done with it. */
	release(connection: Connection): void;
	/** It may be over earlier than was thought. */
	changed(connection: Connection): void;
	/** Hands out those of a host of which nothing more is to come, by its log time in ms. */
	sweep(host: Host, now: number): void;
	evict(host: Host, before: number): number;
	readonly open: number;
};

/** tlsproxy and smtp write about one handshake within a millisecond; clocks and syslog may stretch that, ms. */
const sameHandshakeSpan = 5000;
/**
 * A connection that tlsproxy is not known to hold may be taken up again for so long, ms: smtp_connection_cache_time_limit is 2 s,
 * and where reuse is seen no connection lives longer than smtp_connection_reuse_time_limit.
 */
const cachedFor = 5000;
const reusedFor = 300_000;
/** A connection that may as well be open is looked for so long, ms: longer than one stays in the cache, and few are kept. */
const doubtedFor = 30_000;
/** So often an open connection is looked at, ms. */
const lookedAtEvery = 60_000;
const never = Number.POSITIVE_INFINITY;

/** Open connections by what their summaries have in common and by their endpoint, as plain data; `turn` counts takings and puttings down. */
export type ConnectionsState = {byHost: ConnectionIndex; byEndpoint: ConnectionIndex; open: number; turn: number};

export function emptyConnections(): ConnectionsState {
	return {byHost: new Map(), byEndpoint: new Map(), open: 0, turn: 0};
}

/**
 * Makes the pool; `emit` gets each session once, when nothing more can be said of it. One closure, as all share the two
 * indexes and the turn.
 */
export function createConnections(
	emit: (session: Session) => void,
	state: ConnectionsState,
	idle: number,
	observer?: JoinObserver,
): Connections {
	const {byHost, byEndpoint} = state;
	const deadlines = createDeadlines<Connection>();
	for (const handshakeKeys of byHost.values())
		for (const connection of [...handshakeKeys.values()].flat()) {
			connection.askedAt = never;
			changed(connection);
		}

	/** When nothing more is to come of it if no line follows, ms. */
	function dueOf(connection: Connection): number {
		return connection.touched + Math.max(sameHandshakeSpan, lifeOf(connection, idle));
	}

	/** Looked at soon, for most are over by then: what is to be looked at late is kept until then. */
	function changed(connection: Connection): void {
		deadlines.set(connection.host, connection, connection.touched + sameHandshakeSpan);
	}

	function create(context: Place, summary: Summary): Connection {
		const {tag} = context.daemon;
		const lmtp = isLmtp(tag, summary.peer.port);
		const session = emptySession(outboundHop(lmtp, summary.peer.ip), 'out');
		session.startedAt = context.time;
		session.source = context.source;
		session.firstLine = context.lineNumber;
		session.port = summary.peer.port;
		session.portSource = summary.peer.port === null ? null : 'log';
		session.tlsMode = summary.peer.port === 465 ? 'implicit' : 'starttls';
		session.service = lmtp ? 'lmtp' : 'smtp';
		fillPeer(session, summary.peer);
		session.peerPort = summary.peer.port;
		fillSummary(session, summary);
		const connection: Connection = {
			session,
			host: context.daemon.host,
			handshakeKey: summary.handshakeKey,
			endpoint: summary.peer.endpoint,
			queueIds: noQueueIds(),
			recipients: null,
			client: null,
			held: false,
			holder: null,
			holderPid: 0,
			uses: 1,
			busy: false,
			freedAt: 0,
			refused: false,
			closed: false,
			doubted: false,
			emitted: false,
			touched: 0,
			askedAt: never,
		};
		write(connection, context);
		fileUnder(byHost, connection.handshakeKey, connection);
		fileUnder(byEndpoint, connection.endpoint, connection);
		state.open++;
		changed(connection);
		return connection;
	}

	/** The row bears the tag and pid of the process that delivers, if one was seen. */
	function write(connection: Connection, context: Place): void {
		const {session} = connection;
		const {tag} = context.daemon;
		if (tag.program !== 'tlsproxy' || session.tag === null) {
			session.logHost = context.daemon.host.name;
			session.tag = tag.name;
			session.pid = context.pid < 0 ? null : context.pid;
			if (tag.service !== null) session.service = tag.service;
		}
		session.lastLine = context.lineNumber;
		if (context.time !== null) connection.touched = context.time;
	}

	function listOf({host}: Daemon, summary: Summary): Connection[] {
		return byHost.get(host)?.get(summary.handshakeKey) ?? [];
	}

	/** Whether a summary is of the handshake of this connection: the lines of both are equal to the letter, their trust included. */
	function isSameHandshake(context: LineContext, summary: Summary, connection: Connection): boolean {
		return (
			connection.session.trust === summary.trust &&
			Math.abs((context.time ?? 0) - (connection.session.startedAt ?? 0)) <= sameHandshakeSpan
		);
	}

	function forget(connection: Connection): void {
		takeOut(byEndpoint, connection.endpoint, connection);
		if (takeOut(byHost, connection.handshakeKey, connection)) state.open--;
	}

	/** One of those that may have been closed was. */
	function finish(connection: Connection, time: number | null, of: readonly Connection[]): void {
		connection.closed = true;
		connection.doubted = of.some(it => it !== connection && rankOf(it) === rankOf(connection));
		connection.session.endedAt = time;
		if (time !== null && time > connection.touched) connection.touched = time;
		changed(connection);
	}

	/** A connection in use cannot have been the one that was closed: that was another one to the same endpoint. */
	function reopen(connection: Connection): void {
		if (!connection.closed) return;
		const {host, endpoint, holder, holderPid} = connection;
		const others = heldAt(host, endpoint, holder, holderPid);
		const other = likeliest(others);
		if (other && !other.busy) finish(other, connection.session.endedAt, others);
		connection.closed = false;
		connection.session.endedAt = null;
	}

	/** The open connections that a tlsproxy process holds to an endpoint. */
	function heldAt(host: Host, endpoint: string, holder: Daemon | null, pid: number): Connection[] {
		const own = (it: Connection) => it.holder === null || (it.holder === holder && it.holderPid === pid);
		return (
			byEndpoint
				.get(host)
				?.get(endpoint)
				?.filter(it => it.held && !it.closed && own(it)) ?? []
		);
	}

	function publish(connection: Connection): void {
		if (connection.emitted) return;
		connection.emitted = true;
		connection.session.messages = connection.queueIds.count;
		connection.session.deliveries = recipientsText(connection.recipients);
		emit(connection.session);
	}

	/** Whether a use may have taken it up: of the same service, and put down before it. */
	function mayBe(it: Connection, use: Use): boolean {
		return (
			it.session.trust === use.summary.trust &&
			!it.emitted &&
			!it.busy &&
			!it.refused &&
			it.freedAt < use.takenAt &&
			(it.client === null || it.client === use.daemon)
		);
	}

	/**
	 * Of those that a use may have taken up the one that was open and was put down last. With `nth` it had fewer uses, and of
	 * such the most: lines of uses in between may be lost, but none can have been too many.
	 */
	function chosen(use: Use, nth: number | null): Connection | undefined {
		let best: Connection | undefined;
		for (const it of listOf(use.daemon, use.summary)) {
			if (!mayBe(it, use) || (nth !== null && it.uses >= nth)) continue;
			if (!best || (nth !== null && it.uses > best.uses)) best = it;
			else if (nth !== null && it.uses < best.uses) continue;
			else if (best.closed && !it.closed) best = it;
			else if (best.closed === it.closed && it.freedAt >= best.freedAt) best = it;
		}
		return best;
	}

	/** Its handshake lies before the log: held by tlsproxy since then. */
	function unseen(use: Use): Connection {
		const connection = create(use, use.summary);
		connection.session.startedAt = null;
		connection.held = true;
		connection.client = use.daemon;
		return connection;
	}

	return {
		get open() {
			return state.open;
		},
		announce(context, summary) {
			const first = listOf(context.daemon, summary).find(
				it =>
					!it.held && !it.emitted && isSameHandshake(context, summary, it) && sharesProxy(it.client, context.daemon),
			);
			const connection = first ?? create(context, summary);
			connection.held = true;
			connection.holder = context.daemon;
			connection.holderPid = context.pid;
			write(connection, context);
			if (first) observer?.joined('same-handshake', connection.session);
			return connection;
		},
		establish(context, summary) {
			const first = listOf(context.daemon, summary).find(
				it =>
					it.held &&
					it.client === null &&
					isSameHandshake(context, summary, it) &&
					sharesProxy(context.daemon, it.holder),
			);
			const connection = first ?? create(context, summary);
			connection.client = context.daemon;
			connection.busy = true;
			write(connection, context);
			observer?.joined(first ? 'same-handshake' : 'client-summary', connection.session);
			return connection;
		},
		take(context, summary) {
			const {daemon, pid, time, source, lineNumber} = context;
			daemon.learned.reuses = true;
			const use = {summary, daemon, pid, time, source, lineNumber, takenAt: ++state.turn};
			observer?.joined('reused', use);
			return use;
		},
		resolve(use, nth) {
			const known = chosen(use, nth);
			const connection = known ?? unseen(use);
			observer?.became(use, connection.session);
			reopen(connection);
			connection.client = use.daemon;
			connection.busy = true;
			connection.uses = nth ?? connection.uses + 1;
			connection.session.reused = connection.uses - 1;
			connection.session.lastLine = use.lineNumber;
			if (use.time !== null && use.time > connection.touched) connection.touched = use.time;
			return connection;
		},
		abandon(use) {
			if (chosen(use, null)) {
				observer?.dropped(use, 'use-of-any');
				return;
			}
			const connection = unseen(use);
			observer?.became(use, connection.session);
			connection.uses = 2;
			connection.session.reused = 1;
			connection.refused = true;
			changed(connection);
		},
		close(context, endpoint) {
			const held = heldAt(context.daemon.host, endpoint, context.daemon, context.pid);
			const connection = likeliest(held);
			observer?.joined(connection ? 'proxy-disconnect' : 'proxy-unknown', connection?.session ?? null);
			if (connection) finish(connection, context.time, held);
		},
		release(connection) {
			connection.busy = false;
			connection.freedAt = ++state.turn;
			changed(connection);
		},
		changed,
		sweep(host, now) {
			deadlines.pass(host, now, connection => {
				if (connection.emitted) return never;
				const due = dueOf(connection);
				if (due >= now) return Math.min(due, now + lookedAtEvery);
				publish(connection);
				forget(connection);
				return never;
			});
		},
		evict(host, before) {
			let evicted = 0;
			for (const list of [...(byHost.get(host)?.values() ?? [])])
				for (const connection of [...list]) {
					if (connection.touched >= before) continue;
					if (!connection.emitted && connection.session.endedAt === null) evicted++;
					publish(connection);
					forget(connection);
				}
			return evicted;
		},
	};
}

/** Where a line was read, of a line or of a use. */
type Place = Pick<LineContext, 'daemon' | 'pid' | 'time' | 'source' | 'lineNumber'>;

/** Of what is closed next: given up, else idle, else in use. */
function rankOf({refused, busy, freedAt}: Connection): 0 | 1 | 2 {
	if (refused) return 0;
	return busy || freedAt === 0 ? 2 : 1;
}

/** Of connections that may have been closed the one that most likely was: of the lowest rank that which is idle for the longest. */
function likeliest(held: readonly Connection[]): Connection | undefined {
	let first = held[0];
	for (const it of held)
		if (first && (rankOf(it) < rankOf(first) || (rankOf(it) === rankOf(first) && it.freedAt < first.freedAt)))
			first = it;
	return first;
}

/** How long a connection may be silent before nothing more is to come of it, ms. */
function lifeOf({closed, doubted, held, busy, refused, client}: Connection, idle: number): number {
	if (closed) return doubted ? doubtedFor : 0;
	if (held || busy) return idle;
	return client?.learned.reuses && !refused ? reusedFor : cachedFor;
}

/**
 * Whether an smtp process may speak through this tlsproxy: both are of one instance, or the client's tag is the operator's word
 * and no tlsproxy writes under it.
 */
function sharesProxy(client: Daemon | null, proxy: Daemon | null): boolean {
	if (client === null || proxy === null || client.tag.instance === proxy.tag.instance) return true;
	const {instance} = client.tag;
	for (const {tag} of client.host.daemons.values())
		if (tag.program === 'tlsproxy' && tag.instance === instance) return false;
	return true;
}

/** Connections of each host under a text they share: the key of their handshake, or their endpoint. */
type ConnectionIndex = Map<Host, Map<string, Connection[]>>;

/** Files a connection under a key. */
function fileUnder(index: ConnectionIndex, key: string, connection: Connection): void {
	let filed = index.get(connection.host);
	if (!filed) {
		filed = new Map();
		index.set(connection.host, filed);
	}
	const list = filed.get(key);
	if (list) list.push(connection);
	else filed.set(key, [connection]);
}

/** Takes a connection out again; false when it is not there. */
function takeOut(index: ConnectionIndex, key: string, connection: Connection): boolean {
	const filed = index.get(connection.host);
	const list = filed?.get(key);
	const at = list?.indexOf(connection) ?? -1;
	if (!filed || !list || at < 0) return false;
	list.splice(at, 1);
	if (list.length === 0) filed.delete(key);
	if (filed.size === 0) index.delete(connection.host);
	return true;
}
