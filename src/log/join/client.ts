import type {Session} from '../../tls/session.ts';
import type {Delivery} from '../delivery.ts';
import type {Daemon, Entry} from '../entry.ts';
import {clearer} from '../library-problem.ts';
import type {Relay} from '../peer.ts';
import {type ClientProcess, newClientProcess} from './client-process.ts';
import type {Connections} from './connections.ts';
import {covers, creditDelivery} from './credit.ts';
import type {ClientEvent} from './events.ts';
import {evictIdle} from './evict-idle.ts';
import {outboundSession} from './outbound.ts';
import type {JoinWaiting} from './pending.ts';
import {createPlainDeliveries, type PlainDeliveries} from './plain-deliveries.ts';
import type {ProxyFailures} from './proxy.ts';

export type ClientJoiner = {
	event(entry: Entry, event: ClientEvent): void;
	/** Lets finished sessions go, by log time in ms. */
	sweep(now: number): void;
	evict(before: number, only?: (daemon: Daemon) => boolean): number;
	/** Judges a delivery that waited; false when its verdict still hangs on its tag. */
	decide: PlainDeliveries['decide'];
	readonly open: number;
};

export type ClientOptions = {
	waiting: JoinWaiting;
	connections: Connections;
	proxyFailures: ProxyFailures;
	emit(session: Session): void;
};

/** After a message was taken, lines of the same transaction follow at once; ms. */
const afterwards = 5000;
/** A process that says nothing for so long after a delivery is done with it (max_idle is 100 s); ms. */
const idleAfterUse = 600_000;

/** smtp and lmtp processes, as plain data. */
export type ClientState = {processes: Map<Daemon, Map<number, ClientProcess>>; open: number};

export function emptyClientState(): ClientState {
	return {processes: new Map(), open: 0};
}

/** Joins the lines of smtp and lmtp processes, which write no connect line: a summary or a delivery is all there is. */
export function createClientJoiner(options: ClientOptions, state: ClientState): ClientJoiner {
	const {connections} = options;
	const {processes} = state;
	const plain = createPlainDeliveries(options);

	function stateOf(entry: Entry): ClientProcess {
		let states = processes.get(entry.daemon);
		if (!states) {
			states = new Map();
			processes.set(entry.daemon, states);
		}
		let process = states.get(entry.pid);
		if (!process) {
			process = newClientProcess();
			states.set(entry.pid, process);
			state.open++;
		}
		return process;
	}

	function putDown(process: ClientProcess): void {
		if (process.current) connections.release(process.current);
		process.current = null;
		process.takenBy = null;
		process.sent = false;
	}

	function settleFailed(process: ClientProcess): void {
		if (!process.failed) return;
		process.failed.failure ??= 'other';
		options.emit(process.failed);
		process.failed = null;
	}

	function settlePlain(process: ClientProcess): void {
		if (process.plain) plain.settle(process.plain);
		process.plain = null;
	}

	function settle(process: ClientProcess): void {
		settleFailed(process);
		settlePlain(process);
		putDown(process);
	}

	function summarised(process: ClientProcess, entry: Entry, event: Extract<ClientEvent, {kind: 'summary'}>): void {
		const {summary} = event;
		const {learned} = entry.daemon;
		settlePlain(process);
		// The same line from two inputs.
		if (
			!process.reuse &&
			!summary.reused &&
			process.current?.twin === summary.twin &&
			process.takenBy === null &&
			process.current.touched === entry.time
		)
			return;
		putDown(process);
		process.reuse = summary.reused;
		process.current = summary.reused ? connections.reuse(entry, summary) : connections.establish(entry, summary);
		if (!learned.summaries) {
			learned.summaries = true;
			options.waiting.retry(learned);
		}
	}

	function delivered(process: ClientProcess, entry: Entry, delivery: Delivery): void {
		const {relay, queueId} = delivery;
		if (process.takenBy !== null && process.takenBy !== queueId) putDown(process);
		if (process.plain && (process.plain.queueId !== queueId || process.plain.relayText !== relay?.text))
			settlePlain(process);
		if (process.brokenFor !== null && process.brokenFor !== queueId) forgetBroken(process);
		// No connection, or one that is no network: no claim about its transport.
		if (!relay || relay.socket || relay.ip === null) return;
		if (process.current && covers(process.current, delivery)) creditDelivery(process, process.current, entry, delivery);
		else if (delivery.text === 'handshake-failed') toldFailure(process, entry, delivery);
		else if (delivery.text !== 'lost' && delivery.text !== 'timeout') uncovered(process, entry, delivery, relay);
	}

	/** No summary fits this delivery. */
	function uncovered(process: ClientProcess, entry: Entry, delivery: Delivery, relay: Relay): void {
		const fallback =
			process.broken.has(relay.text) ||
			(process.brokenFor === delivery.queueId && options.proxyFailures.has(entry.daemon.host, relay.end));
		process.plain = plain.add(process.plain, entry, delivery, fallback);
	}

	/** A delivery put off because the handshake failed. The failure itself is a line of its own; if that is missing, this is it. */
	function toldFailure(process: ClientProcess, entry: Entry, delivery: Delivery): void {
		const {relay} = delivery;
		if (!relay) return;
		const key = `${delivery.queueId} ${relay.text}`;
		const known =
			process.broken.has(relay.text) || options.proxyFailures.named(entry.daemon.host, relay.end, relay.host);
		if (known || process.toldFailure === key) return;
		process.toldFailure = key;
		const session = outboundSession(entry, relay);
		session.outcome = 'failed';
		session.failure = 'other';
		session.endedAt = entry.time;
		options.emit(session);
	}

	function forgetBroken(process: ClientProcess): void {
		process.brokenFor = null;
		process.broken.clear();
	}

	/** This host is given up, for this message: what was agreed with it is void. */
	function skipped(process: ClientProcess, queueId: string, text: Delivery['text']): void {
		if (text === 'said' || text === 'not-offered' || text === 'refused') return;
		if (process.brokenFor !== null && process.brokenFor !== queueId) forgetBroken(process);
		process.brokenFor = queueId;
		if (!process.current) return;
		if (process.current.session.failure === null && text === 'not-verified')
			process.current.session.failure = 'certificate-not-verified';
		process.broken.add(process.current.peerText);
		putDown(process);
	}

	function event(entry: Entry, event: ClientEvent): void {
		const process = stateOf(entry);
		if (entry.time !== null) process.touched = entry.time;
		if (event.kind !== 'library-problem') settleFailed(process);
		switch (event.kind) {
			case 'summary':
				summarised(process, entry, event);
				break;
			case 'delivery':
				delivered(process, entry, event);
				break;
			case 'skipped':
				skipped(process, event.queueId, event.text);
				break;
			case 'handshake-failed': {
				settlePlain(process);
				putDown(process);
				const session = outboundSession(entry, event.peer);
				session.outcome = 'failed';
				session.endedAt = entry.time;
				session.failure = event.failure;
				process.failed = session;
				if (process.broken.size < 16) process.broken.add(event.peer.text);
				break;
			}
			case 'library-problem':
				if (process.failed) {
					process.failed.failure = clearer(process.failed.failure, event.failure);
					process.failed.lastLine = entry.lineNumber;
				} else if (process.current && !process.current.emitted) {
					// A summary first, then the peer says what it thinks of our certificate (TLS 1.3).
					process.current.session.failure = clearer(process.current.session.failure, event.failure);
				}
				break;
		}
	}

	function sweep(now: number): void {
		for (const states of processes.values()) {
			for (const process of states.values()) {
				if (process.touched >= now - afterwards) continue;
				settleFailed(process);
				if (process.plain && (process.plain.sent || process.touched < now - idleAfterUse)) settlePlain(process);
				if (process.current && process.takenBy !== null && (process.sent || process.touched < now - idleAfterUse)) {
					// The process stays: a late recipient of the same message must not look like plaintext.
					connections.release(process.current);
				}
			}
		}
	}

	function evict(before: number, only?: (daemon: Daemon) => boolean): number {
		let evicted = 0;
		evictIdle(processes, before, only, process => {
			if (process.current && !process.current.emitted && process.takenBy === null) evicted++;
			settle(process);
			state.open--;
		});
		return evicted;
	}

	return {
		event,
		sweep,
		evict,
		decide: plain.decide,
		get open() {
			return state.open;
		},
	};
}
