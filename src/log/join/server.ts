import type {Daemon, Entry} from '../entry.ts';
import type {Keeper} from '../keep.ts';
import {clearer, failureOf, failureOfDetail} from '../library-problem.ts';
import type {Peer} from '../peer.ts';
import type {SmtpdEvent} from '../smtpd.ts';
import type {Summary} from '../summary.ts';
import {fillSummary} from './fill.ts';
import {addQueueId} from './queue-ids.ts';
import {createServerEnd, type ServerEndOptions} from './server-end.ts';
import {beginServerSession, type ServerSession} from './server-session.ts';

type Key = number | string;
type States = Map<Key, ServerSession>;
type Inside = Exclude<SmtpdEvent, {kind: 'note' | 'connect' | 'summary' | 'no-certificate'}>;

export type ServerJoiner = {
	event(entry: Entry, event: SmtpdEvent): void;
	/** Gives up sessions not heard of since `before`, ms of log time; all of one machine's instance with `only`. */
	evict(before: number, only?: (daemon: Daemon) => boolean): number;
	readonly open: number;
};

export type ServerOptions = ServerEndOptions & {
	keep: Keeper;
	/** Our port, when postscreen handed this client over a moment ago. */
	handedOver(daemon: Daemon, ip: string | null, time: number | null): number | null;
};

/** Joins the lines of smtpd processes: one process serves one session at a time, from connect to disconnect. */
export function createServerJoiner(options: ServerOptions): ServerJoiner {
	const {keep} = options;
	const processes = new Map<Daemon, States>();
	let lastKey: number | string = '';
	const end = createServerEnd(options);
	let open = 0;

	function keyOf(entry: Entry, event: SmtpdEvent): number | string {
		if (entry.pid >= 0) return entry.pid;
		// No pid in this framing: the client's address is the only link.
		const peer = 'peer' in event ? event.peer : event.kind === 'summary' ? event.summary.peer : undefined;
		if (peer) lastKey = keep(`${peer.ip}`);
		return lastKey;
	}

	function begin(states: States, key: Key, entry: Entry, peer: Peer | null, startSeen: boolean): ServerSession {
		const handedOver = startSeen && peer ? options.handedOver(entry.daemon, peer.ip, entry.time) : null;
		const one = beginServerSession(entry, peer, startSeen, handedOver, keep);
		states.set(key, one);
		open++;
		return one;
	}

	function finish(one: ServerSession, ended: boolean): void {
		open--;
		end(one, ended);
	}

	/** The open session of the process, or a new one whose start was not seen. */
	function current(states: States, key: Key, entry: Entry, peer: Peer | null): ServerSession {
		const state = states.get(key);
		if (state && !state.closed) return state;
		return begin(states, key, entry, peer, false);
	}

	function connected(states: States, key: Key, entry: Entry, peer: Peer): void {
		const state = states.get(key);
		if (state && !state.closed) {
			const near = Math.abs((entry.time ?? 0) - (state.session.startedAt ?? 0)) <= 1000;
			const same = state.session.peerIp === peer.ip && near && state.queueIds.count === 0;
			// The same line from two inputs, or a summary that overtook its connect line.
			if (same && (state.startSeen ? entry.time === state.session.startedAt && !state.summary : state.summary)) {
				state.startSeen = true;
				return;
			}
			finish(state, false);
		}
		begin(states, key, entry, peer, true);
	}

	function summarised(states: States, key: Key, entry: Entry, summary: Summary): void {
		let state = current(states, key, entry, summary.peer);
		const {learned} = entry.daemon;
		if (state.session.peerIp !== summary.peer.ip && state.session.peerIp !== null) {
			finish(state, false);
			state = current(states, key, entry, summary.peer);
		} else if (!state.summary && state.queueIds.count > 0) {
			// Mail went before STARTTLS: that part of the connection was plaintext, and is a row of its own.
			const before = state;
			before.session.endedAt = entry.time;
			before.plaintext = true;
			finish(before, true);
			state = begin(states, key, entry, summary.peer, before.startSeen);
		}
		state.summary = true;
		fillSummary(state.session, summary, keep);
		if (!learned.summaries) {
			learned.summaries = true;
			options.waiting.retry(learned);
		}
		touch(state, entry);
	}

	function touch(state: ServerSession, entry: Entry): void {
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
	function continued(states: States, key: Key, entry: Entry, event: Inside): void {
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
				state.counters = event.counters;
				finish(state, true);
				break;
			case 'message':
				// A before-queue filter takes the message without a queue id (smtpd_proxy_filter): each is one.
				addQueueId(state.queueIds, event.queueId === 'NOQUEUE' ? `NOQUEUE ${entry.lineNumber}` : event.queueId, keep);
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
					finish(state, false);
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
