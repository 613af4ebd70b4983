import {emptySession, type Failure, type Session} from '../../tls/session.ts';
import type {Daemon, Entry} from '../entry.ts';
import type {Keeper} from '../keep.ts';
import {clearer, failureOf, failureOfDetail} from '../library-problem.ts';
import {isLoopback, type Peer} from '../peer.ts';
import {inboundHop} from '../service.ts';
import type {Counters, SmtpdEvent} from '../smtpd.ts';
import type {Summary} from '../summary.ts';
import type {Waiting} from '../waiting.ts';
import {fillSummary} from './fill.ts';
import type {Roles} from './roles.ts';
import {type Proof, verdictOf} from './verdict.ts';

type ServerState = {
	session: Session;
	daemon: Daemon;
	startSeen: boolean;
	summary: boolean;
	handshakeFailed: boolean;
	failure: Failure | null;
	refused: boolean;
	plaintext: boolean;
	loggedIn: boolean;
	brokenAfter: string | null;
	queueIds: Set<string>;
	/** The disconnect line was seen: kept to know its repetition by. */
	closed: boolean;
	touched: number;
};

type Inside = Exclude<SmtpdEvent, {kind: 'note' | 'connect' | 'summary' | 'no-certificate'}>;

export type ServerJoiner = {
	event(entry: Entry, event: SmtpdEvent): void;
	/** Gives up sessions not heard of since `before`, ms of log time; all of one machine's instance with `only`. */
	evict(before: number, only?: (daemon: Daemon) => boolean): number;
	readonly open: number;
};

export type ServerOptions = {
	keep: Keeper;
	waiting: Waiting;
	roles: Roles;
	emit(session: Session): void;
	/** A connection in which nothing was said. */
	silent(): void;
	/** Our port, when postscreen handed this client over a moment ago. */
	handedOver(daemon: Daemon, ip: string | null, time: number | null): number | null;
};

/** Joins the lines of smtpd processes: one process serves one session at a time, from connect to disconnect. */
export function createServerJoiner(options: ServerOptions): ServerJoiner {
	const {keep} = options;
	const processes = new Map<Daemon, Map<number | string, ServerState>>();
	let lastKey: number | string = '';
	let open = 0;

	function keyOf(entry: Entry, event: SmtpdEvent): number | string {
		if (entry.pid >= 0) return entry.pid;
		// No pid in this framing: the client's address is the only link.
		const peer = 'peer' in event ? event.peer : event.kind === 'summary' ? event.summary.peer : undefined;
		if (peer) lastKey = keep(`${peer.ip}`);
		return lastKey;
	}

	function begin(entry: Entry, peer: Peer | null, startSeen: boolean): ServerState {
		const {daemon} = entry;
		const session = emptySession('relay-in', 'in');
		session.startedAt = entry.time;
		session.logHost = daemon.host.name;
		session.tag = daemon.tag.name;
		session.pid = entry.pid < 0 ? null : entry.pid;
		session.source = entry.source;
		session.firstLine = entry.lineNumber;
		session.lastLine = entry.lineNumber;
		session.service = daemon.service;
		session.port = daemon.port;
		session.portSource = daemon.portSource;
		if (peer) {
			session.peerHost = peer.host === null ? null : keep(peer.host);
			session.peerIp = peer.ip === null ? null : keep.again(peer.ip);
			session.peerPort = peer.port;
			const handed = startSeen ? options.handedOver(daemon, peer.ip, entry.time) : null;
			if (handed !== null) {
				session.port = handed;
				session.portSource = 'log';
			}
		}
		return {
			session,
			daemon,
			startSeen,
			summary: false,
			handshakeFailed: false,
			failure: null,
			refused: false,
			plaintext: false,
			loggedIn: false,
			brokenAfter: null,
			queueIds: new Set(),
			closed: false,
			touched: entry.time ?? 0,
		};
	}

	function finish(state: ServerState, counters: Counters | null, ended = false): void {
		const {session, daemon} = state;
		state.closed = true;
		open--;
		session.messages = state.queueIds.size;
		if (counters && counters.auth > 0) state.loggedIn = true;
		const proof: Proof = {
			...state,
			messages: session.messages,
			counters,
			wrapper: daemon.wrapper,
			named: daemon.tag.service !== null,
			standard: daemon.port !== null,
			loopback: isLoopback(session.peerIp),
		};
		learn(daemon, proof, ended);
		// Without a disconnect line and without a summary nothing is proven (the end may lie in the next file).
		if (!ended && !proof.summary && !proof.handshakeFailed && !proof.plaintext) {
			if (proof.messages > 0 || state.startSeen) publish(state);
			return;
		}
		options.waiting.add(daemon.learned, session.endedAt, final => {
			const verdict = verdictOf(proof, daemon.learned, final);
			if (verdict === undefined) return false;
			if (verdict === 'no-dialogue') options.silent();
			else {
				session.outcome = verdict.outcome;
				session.failure = verdict.failure;
				session.tlsMode = verdict.mode;
				publish(state);
			}
			return true;
		});
	}

	/** What an ended session says of its tag. */
	function learn(daemon: Daemon, proof: Proof, ended: boolean): void {
		const {learned} = daemon;
		const before = learned.wrapper || learned.starttls;
		if (proof.brokenAfter === 'STARTTLS' || (proof.counters && proof.counters.starttlsTried > 0))
			learned.starttls = true;
		else if (proof.summary && proof.counters && proof.startSeen && ended) learned.wrapper = true;
		else if (proof.handshakeFailed && proof.brokenAfter === 'CONNECT') learned.wrapper = true;
		if (!before && (learned.wrapper || learned.starttls)) options.waiting.retry(learned);
	}

	function publish(state: ServerState): void {
		const {session, daemon} = state;
		const implicit = session.tlsMode === 'implicit';
		if (implicit && session.portSource === 'service' && daemon.tag.service === null) {
			// The handshake came before any command: not the port that the bare tag stands for (RFC 8314 section 3.3).
			session.service = 'smtps';
			session.port = 465;
		}
		session.hop = inboundHop(session.port, session.peerIp, state.loggedIn || (implicit && session.port === null));
		if (daemon.tag.program === 'cut')
			options.roles.settle(session, `${daemon.host.name}/${daemon.tag.name}/${session.pid}`, options.emit);
		else options.emit(session);
	}

	/** The open session of the process, or a new one whose start was not seen. */
	function current(
		states: Map<number | string, ServerState>,
		key: number | string,
		entry: Entry,
		peer: Peer | null,
	): ServerState {
		const state = states.get(key);
		if (state && !state.closed) return state;
		const fresh = begin(entry, peer, false);
		states.set(key, fresh);
		open++;
		return fresh;
	}

	function connected(states: Map<number | string, ServerState>, key: number | string, entry: Entry, peer: Peer): void {
		const state = states.get(key);
		if (state && !state.closed) {
			const near = Math.abs((entry.time ?? 0) - (state.session.startedAt ?? 0)) <= 1000;
			const same = state.session.peerIp === peer.ip && near && state.queueIds.size === 0;
			// The same line from two inputs, or a summary that overtook its connect line.
			if (same && (state.startSeen ? entry.time === state.session.startedAt && !state.summary : state.summary)) {
				state.startSeen = true;
				return;
			}
			finish(state, null);
		}
		states.set(key, begin(entry, peer, true));
		open++;
	}

	function summarised(
		states: Map<number | string, ServerState>,
		key: number | string,
		entry: Entry,
		summary: Summary,
	): void {
		let state = current(states, key, entry, summary.peer);
		const {learned} = entry.daemon;
		if (state.session.peerIp !== summary.peer.ip && state.session.peerIp !== null) {
			finish(state, null);
			state = current(states, key, entry, summary.peer);
		} else if (!state.summary && state.queueIds.size > 0) {
			// Mail went before STARTTLS: that part of the connection was plaintext, and is a row of its own.
			const before = state;
			before.session.endedAt = entry.time;
			before.plaintext = true;
			finish(before, null, true);
			state = begin(entry, summary.peer, before.startSeen);
			states.set(key, state);
			open++;
		}
		state.summary = true;
		fillSummary(state.session, summary, keep);
		if (!learned.summaries) {
			learned.summaries = true;
			options.waiting.retry(learned);
		}
		touch(state, entry);
	}

	function touch(state: ServerState, entry: Entry): void {
		state.session.lastLine = entry.lineNumber;
		if (entry.time !== null) state.touched = entry.time;
	}

	function event(entry: Entry, event: SmtpdEvent): void {
		if (event.kind === 'note') return;
		let states = processes.get(entry.daemon);
		if (!states) {
			states = new Map();
			processes.set(entry.daemon, states);
		}
		const key = keyOf(entry, event);
		if (event.kind === 'connect') connected(states, key, entry, event.peer);
		else if (event.kind === 'summary') summarised(states, key, entry, event.summary);
		else if (event.kind !== 'no-certificate') continued(states, key, entry, event);
	}

	/** A line inside a session. */
	function continued(
		states: Map<number | string, ServerState>,
		key: number | string,
		entry: Entry,
		event: Inside,
	): void {
		const known = states.get(key);
		if (
			known?.closed &&
			(event.kind === 'disconnect' || event.kind === 'broken') &&
			known.session.endedAt === entry.time
		)
			return;
		const state = current(states, key, entry, 'peer' in event ? event.peer : null);
		touch(state, entry);
		switch (event.kind) {
			case 'disconnect':
				state.session.endedAt = entry.time;
				finish(state, event.counters, true);
				break;
			case 'message':
				if (event.queueId === 'NOQUEUE') state.queueIds.add(`NOQUEUE ${state.queueIds.size}`);
				else if (state.queueIds.size < 100_000) state.queueIds.add(keep(event.queueId));
				if (event.username !== null) {
					state.session.username = keep.again(event.username);
					state.loggedIn = true;
				}
				break;
			case 'handshake-failed':
				state.handshakeFailed = true;
				state.failure = clearer(state.failure, failureOfDetail(event.detail));
				break;
			case 'library-problem':
				state.failure = clearer(state.failure, failureOf(event.text));
				break;
			case 'broken':
				state.brokenAfter = event.after;
				break;
			case 'rejected':
				state.session.rejected++;
				if (event.encryptionRequired && !state.summary) state.plaintext = true;
				break;
			case 'refused':
				state.refused = true;
				break;
			case 'certificate-required':
				state.failure = 'client-certificate-required';
				break;
		}
	}

	function evict(before: number, only?: (daemon: Daemon) => boolean): number {
		let evicted = 0;
		for (const [daemon, states] of processes) {
			if (only && !only(daemon)) continue;
			for (const [key, state] of states) {
				if (state.touched >= before) continue;
				if (!state.closed) {
					finish(state, null);
					evicted++;
				}
				states.delete(key);
			}
			if (states.size === 0) processes.delete(daemon);
		}
		return evicted;
	}

	return {
		event,
		evict,
		get open() {
			return open;
		},
	};
}
