import type {Session} from '../../tls/session.ts';
import type {Daemon, Entry} from '../entry.ts';
import type {Keeper} from '../keep.ts';
import {clearer, failureOf, failureOfDetail} from '../library-problem.ts';
import type {Peer} from '../peer.ts';
import type {Delivery, SmtpEvent} from '../smtp.ts';
import type {Waiting} from '../waiting.ts';
import {type ClientProcess, newClientProcess} from './client-process.ts';
import type {Connection, Connections} from './connections.ts';
import {creditDelivery} from './credit.ts';
import {outboundSession} from './outbound.ts';
import {createPlainDeliveries} from './plain-deliveries.ts';
import type {ProxyFailures} from './proxy.ts';

export type ClientJoiner = {
	event(entry: Entry, event: SmtpEvent): void;
	/** Lets finished sessions go, by log time in ms. */
	sweep(now: number): void;
	evict(before: number, only?: (daemon: Daemon) => boolean): number;
	readonly open: number;
};

export type ClientOptions = {
	keep: Keeper;
	waiting: Waiting;
	connections: Connections;
	proxyFailures: ProxyFailures;
	emit(session: Session): void;
};

/** After a message was taken, lines of the same transaction follow at once; ms. */
const afterwards = 5000;
/** A process that says nothing for so long after a delivery is done with it (max_idle is 100 s); ms. */
const idleAfterUse = 600_000;

/** Joins the lines of smtp and lmtp processes, which write no connect line: a summary or a delivery is all there is. */
export function createClientJoiner(options: ClientOptions): ClientJoiner {
	const {keep, connections} = options;
	const processes = new Map<Daemon, Map<number, ClientProcess>>();
	const plain = createPlainDeliveries(options);
	let open = 0;

	function stateOf(entry: Entry): ClientProcess {
		let states = processes.get(entry.daemon);
		if (!states) {
			states = new Map();
			processes.set(entry.daemon, states);
		}
		let state = states.get(entry.pid);
		if (!state) {
			state = newClientProcess();
			states.set(entry.pid, state);
			open++;
		}
		return state;
	}

	function putDown(state: ClientProcess): void {
		if (state.current) connections.release(state.current);
		state.current = null;
		state.takenBy = null;
		state.sent = false;
	}

	function settleFailed(state: ClientProcess): void {
		if (!state.failed) return;
		state.failed.failure ??= 'other';
		options.emit(state.failed);
		state.failed = null;
	}

	function settlePlain(state: ClientProcess): void {
		if (state.plain) plain.settle(state.plain);
		state.plain = null;
	}

	function settle(state: ClientProcess): void {
		settleFailed(state);
		settlePlain(state);
		putDown(state);
	}

	function summarised(state: ClientProcess, entry: Entry, event: Extract<SmtpEvent, {kind: 'summary'}>): void {
		const {summary} = event;
		const {learned} = entry.daemon;
		settlePlain(state);
		// The same line from two inputs.
		if (
			!state.reuse &&
			!summary.reused &&
			state.current?.twin === summary.twin &&
			state.takenBy === null &&
			state.current.touched === entry.time
		)
			return;
		putDown(state);
		state.reuse = summary.reused;
		state.current = summary.reused ? connections.reuse(entry, summary) : connections.establish(entry, summary);
		if (!learned.summaries) {
			learned.summaries = true;
			options.waiting.retry(learned);
		}
	}

	function fits(connection: Connection, delivery: Delivery): boolean {
		if (connection.peerText === delivery.relayText) return true;
		// Postfix 2.3 and 2.4 log the bare host name.
		return (
			connection.session.peerIp === null &&
			delivery.relay !== null &&
			connection.session.peerHost === delivery.relay.host
		);
	}

	function delivered(state: ClientProcess, entry: Entry, delivery: Delivery): void {
		const {relay, queueId} = delivery;
		if (state.takenBy !== null && state.takenBy !== queueId) putDown(state);
		if (state.plain && (state.plain.queueId !== queueId || state.plain.relayText !== delivery.relayText))
			settlePlain(state);
		if (state.brokenFor !== null && state.brokenFor !== queueId) forgetBroken(state);
		// No connection, or one that is no network: no claim about its transport.
		if (!relay || relay.socket || relay.ip === null) return;
		if (state.current && fits(state.current, delivery)) creditDelivery(state, state.current, entry, delivery, keep);
		else if (delivery.text === 'handshake-failed') toldFailure(state, entry, delivery);
		else if (delivery.text !== 'lost' && delivery.text !== 'timeout') uncovered(state, entry, delivery, relay);
	}

	/** No summary fits this delivery. */
	function uncovered(state: ClientProcess, entry: Entry, delivery: Delivery, relay: Peer): void {
		const end = `[${relay.ip}]:${relay.port}`;
		const fallback =
			state.broken.has(delivery.relayText) ||
			(state.brokenFor === delivery.queueId && options.proxyFailures.has(entry.daemon.host, end));
		state.plain = plain.add(state.plain, entry, delivery, fallback);
	}

	/** A delivery put off because the handshake failed. The failure itself is a line of its own; if that is missing, this is it. */
	function toldFailure(state: ClientProcess, entry: Entry, delivery: Delivery): void {
		const {relay} = delivery;
		if (!relay) return;
		const key = `${delivery.queueId} ${delivery.relayText}`;
		const end = `[${relay.ip}]:${relay.port}`;
		const known =
			state.broken.has(delivery.relayText) || options.proxyFailures.named(entry.daemon.host, end, relay.host);
		if (known || state.toldFailure === key) return;
		state.toldFailure = keep(key);
		const session = outboundSession(entry, relay, keep);
		session.outcome = 'failed';
		session.failure = 'other';
		session.endedAt = entry.time;
		options.emit(session);
	}

	function forgetBroken(state: ClientProcess): void {
		state.brokenFor = null;
		state.broken.clear();
	}

	/** This host is given up, for this message: what was agreed with it is void. */
	function skipped(state: ClientProcess, queueId: string, text: Delivery['text']): void {
		if (text === 'said' || text === 'not-offered' || text === 'refused') return;
		if (state.brokenFor !== null && state.brokenFor !== queueId) forgetBroken(state);
		state.brokenFor = keep(queueId);
		if (!state.current) return;
		if (state.current.session.failure === null && text === 'not-verified')
			state.current.session.failure = 'certificate-not-verified';
		state.broken.add(state.current.peerText);
		putDown(state);
	}

	function event(entry: Entry, event: SmtpEvent): void {
		if (event.kind === 'note') return;
		const state = stateOf(entry);
		if (entry.time !== null) state.touched = entry.time;
		if (event.kind !== 'library-problem') settleFailed(state);
		switch (event.kind) {
			case 'summary':
				summarised(state, entry, event);
				break;
			case 'delivery':
				delivered(state, entry, event);
				break;
			case 'skipped':
				skipped(state, event.queueId, event.text);
				break;
			case 'handshake-failed': {
				settlePlain(state);
				putDown(state);
				const session = outboundSession(entry, event.peer, keep);
				session.outcome = 'failed';
				session.endedAt = entry.time;
				session.failure = failureOfDetail(event.detail);
				state.failed = session;
				if (state.broken.size < 16) state.broken.add(keep(event.peerText));
				break;
			}
			case 'library-problem':
				if (state.failed) {
					state.failed.failure = clearer(state.failed.failure, failureOf(event.text));
					state.failed.lastLine = entry.lineNumber;
				} else if (state.current && !state.current.emitted) {
					// A summary first, then the peer says what it thinks of our certificate (TLS 1.3).
					state.current.session.failure = clearer(state.current.session.failure, failureOf(event.text));
				}
				break;
		}
	}

	function sweep(now: number): void {
		for (const states of processes.values()) {
			for (const state of states.values()) {
				if (state.touched >= now - afterwards) continue;
				settleFailed(state);
				if (state.plain && (state.plain.sent || state.touched < now - idleAfterUse)) settlePlain(state);
				if (state.current && state.takenBy !== null && (state.sent || state.touched < now - idleAfterUse)) {
					// The state stays: a late recipient of the same message must not look like plaintext.
					connections.release(state.current);
				}
			}
		}
	}

	function evict(before: number, only?: (daemon: Daemon) => boolean): number {
		let evicted = 0;
		for (const [daemon, states] of processes) {
			if (only && !only(daemon)) continue;
			for (const [pid, state] of states) {
				if (state.touched >= before) continue;
				if (state.current && !state.current.emitted && state.takenBy === null) evicted++;
				settle(state);
				states.delete(pid);
				open--;
			}
			if (states.size === 0) processes.delete(daemon);
		}
		return evicted;
	}

	return {
		event,
		sweep,
		evict,
		get open() {
			return open;
		},
	};
}
