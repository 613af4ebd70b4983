import {addReason, isClose} from '../library-problem.ts';
import type {Daemon, LineContext} from '../line-context.ts';
import type {Peer} from '../peer.ts';
import {fillSummary} from './begin-session.ts';
import {evictIdle} from './deadlines.ts';
import type {Counters, ServerEvent, Summary} from './events/events.ts';
import {addQueueId} from './messages.ts';
import {createServerEnd, type ServerEnd, type ServerEndOptions} from './server-end.ts';
import {beginServerSession, type ServerSession} from './server-session.ts';

type Key = number | string;
type States = Map<Key, ServerSession>;

export type ServerJoiner = {
	event(context: LineContext, event: ServerEvent): void;
	/** Gives up sessions of some tags not heard of since `before`, ms of their host's log time. */
	evict(daemons: Iterable<Daemon>, before: number): number;
	/** Judges a session that waited; false when its verdict still hangs on its tag. */
	decide: ServerEnd['decide'];
	readonly open: number;
};

export type ServerOptions = ServerEndOptions & {
	/** Our port, when postscreen handed this client over a moment ago. */
	handedOver(daemon: Daemon, ip: string | null, time: number | null): number | null;
};

/**
 * The line that reported the end of a session, once more: equal in time, peer and all that it says, as it comes in from
 * two inputs.
 */
function isDoubled(one: ServerSession, {time}: LineContext, event: ServerEvent): boolean {
	const {parted} = one;
	if (one.session.endedAt !== time || parted?.ip !== event.peer?.ip || parted?.host !== event.peer?.host) return false;
	if (event.kind === 'broken') return one.brokenAfter === event.detail;
	return event.kind === 'disconnect' && areSame(one.counters, event.counters);
}

function areSame(one: Counters | null, other: Counters | null): boolean {
	if (one === null || other === null) return one === other;
	return (Object.keys(one) as Array<keyof Counters>).every(name => one[name] === other[name]);
}

/** Open smtpd sessions, and for a while those that ended, as plain data; `held` counts both. */
export type ServerState = {processes: Map<Daemon, States>; held: number};

export function emptyServerState(): ServerState {
	return {processes: new Map(), held: 0};
}

/**
 * Joins the lines of smtpd processes: one process serves one session at a time, from connect to disconnect. One closure,
 * as every line may change the state of its process.
 */
export function createServerJoiner(options: ServerOptions, state: ServerState): ServerJoiner {
	const {processes} = state;
	const {observer} = options;
	const {finish: conclude, decide} = createServerEnd(options);

	function keyOf(context: LineContext, event: ServerEvent): number | string {
		if (context.pid >= 0) return context.pid;
		// No pid in this framing: the client's address is the only link.
		const peer = event.peer ?? event.summary?.peer;
		if (peer) context.daemon.lastClient = `${peer.ip}`;
		return context.daemon.lastClient;
	}

	function begin(
		states: States,
		key: Key,
		context: LineContext,
		peer: Peer | null,
		startSeen: boolean,
		earlier?: ServerSession['earlier'],
	): ServerSession {
		const handedOver = startSeen && peer ? options.handedOver(context.daemon, peer.ip, context.time) : null;
		const one = beginServerSession(context, peer, startSeen, handedOver, earlier);
		const before = states.size;
		states.set(key, one);
		state.held += states.size - before;
		observer?.joined(earlier ? 'after-plaintext' : startSeen ? 'connect' : 'start-not-seen', one.session);
		return one;
	}

	function finish(one: ServerSession, ended: boolean): void {
		conclude(one, ended);
	}

	/** The open session of the process, or a new one whose start was not seen. */
	function current(states: States, key: Key, context: LineContext, peer: Peer | null): ServerSession {
		const one = states.get(key);
		if (one && !one.closed) {
			ofProcess(one, context);
			return one;
		}
		return begin(states, key, context, peer, false);
	}

	function ofProcess(one: ServerSession, {pid}: LineContext): void {
		observer?.joined(pid < 0 ? 'client-address' : 'process', one.session);
	}

	function connected(states: States, key: Key, context: LineContext, peer: Peer): void {
		const one = states.get(key);
		if (one && !one.closed) {
			const near = Math.abs((context.time ?? 0) - (one.session.startedAt ?? 0)) <= 1000;
			const same = one.session.peerIp === peer.ip && near && one.queueIds.count === 0;
			// The same line from two inputs, or a summary that overtook its connect line.
			if (same && (one.startSeen ? context.time === one.session.startedAt && !one.summary : one.summary)) {
				one.startSeen = true;
				observer?.joined('connect-again', one.session);
				return;
			}
			finish(one, false);
		}
		begin(states, key, context, peer, true);
	}

	function summarised(states: States, key: Key, context: LineContext, summary: Summary): void {
		let one = current(states, key, context, summary.peer);
		const {learned} = context.daemon;
		if (one.session.peerIp !== summary.peer.ip && one.session.peerIp !== null) {
			finish(one, false);
			one = current(states, key, context, summary.peer);
			observer?.joined('other-peer', one.session);
		} else if (!one.summary && one.queueIds.count > 0) {
			// Mail went before STARTTLS: that part of the connection was plaintext, and is a row of its own.
			const before = one;
			before.session.endedAt = context.time;
			before.plaintext = true;
			finish(before, true);
			one = begin(states, key, context, summary.peer, before.startSeen, before.session);
		}
		one.summary = true;
		fillSummary(one.session, summary);
		if (!learned.summaries) {
			learned.summaries = true;
			options.deferred.retry(context.daemon.host, learned);
		}
		touch(one, context);
	}

	function touch(one: ServerSession, context: LineContext): void {
		one.session.lastLine = context.lineNumber;
		if (context.time !== null) one.touched = context.time;
	}

	function event(context: LineContext, event: ServerEvent): void {
		let states = processes.get(context.daemon);
		if (!states) {
			states = new Map();
			processes.set(context.daemon, states);
		}
		const key = keyOf(context, event);
		if (event.kind === 'connect' && event.peer !== null) connected(states, key, context, event.peer);
		else if (event.summary !== null) summarised(states, key, context, event.summary);
		else continued(states, key, context, event);
	}

	function rejected(one: ServerSession, event: ServerEvent): void {
		one.session.rejected++;
		// NOQUEUE: the transaction of the latest queue id is over, and its message was accepted or given up.
		if (event.transaction === '') one.inTransaction = false;
	}

	/** A line inside a session. */
	function continued(states: States, key: Key, context: LineContext, event: ServerEvent): void {
		let one = states.get(key);
		if (one === undefined || one.closed) {
			if (one && isDoubled(one, context, event)) {
				observer?.joined('end-again', one.session);
				return;
			}
			// At the start of a process, before any connection.
			if (event.kind === 'library-problem' || event.kind === 'handshake') {
				observer?.joined('before-connect', null);
				return;
			}
			one = begin(states, key, context, event.peer, false);
		} else ofProcess(one, context);
		touch(one, context);
		switch (event.kind) {
			case 'disconnect':
				if (one.startSeen) observer?.joined('disconnect', one.session);
				one.session.endedAt = context.time;
				one.parted = event.peer;
				one.counters = event.counters;
				finish(one, true);
				break;
			case 'message':
				// A before-queue filter takes the message without a queue id (smtpd_proxy_filter): each is one.
				addQueueId(one.queueIds, event.detail === 'NOQUEUE' ? `NOQUEUE ${context.lineNumber}` : event.detail);
				if (event.username !== null) {
					one.session.username = event.username;
					one.session.loggedIn = true;
				}
				one.inTransaction = true;
				break;
			case 'handshake-failed':
				one.handshakeFailed = true;
				if (event.problem !== null) addReason(one, event.problem);
				break;
			case 'library-problem':
				if (event.problem === null || (one.summary && isClose(event.problem))) break;
				addReason(one, event.problem);
				if (event.problem.provesTls) one.handshake = true;
				break;
			case 'handshake':
				one.handshake = true;
				break;
			case 'broken':
				one.brokenAfter = event.detail;
				one.brokenIn = event.transaction;
				break;
			case 'rejected-plaintext':
				rejected(one, event);
				if (!one.summary) one.plaintext = true;
				break;
			case 'rejected':
				rejected(one, event);
				break;
			case 'refused':
				one.refused = true;
				break;
			case 'certificate-required':
				one.failure = 'client-certificate-required';
				break;
		}
	}

	function evict(daemons: Iterable<Daemon>, before: number): number {
		let evicted = 0;
		evictIdle(processes, daemons, before, one => {
			state.held--;
			if (one.closed) return;
			finish(one, false);
			evicted++;
		});
		return evicted;
	}

	return {
		event,
		evict,
		decide,
		get open() {
			return state.held;
		},
	};
}
