import {resultOfCertificate} from '../../model/failure/tls-result.ts';
import type {Session} from '../../model/session.ts';
import type {DeferredVerdicts} from '../deferred-verdicts.ts';
import type {Delivery} from '../delivery.ts';
import {addReason, isClose, type LibraryProblem} from '../library-problem.ts';
import type {Daemon, Host, LineContext} from '../line-context.ts';
import type {Peer, Relay} from '../peer.ts';
import {isLmtp, outboundHop} from '../service.ts';
import {fillPeer, outboundSession} from './begin-session.ts';
import {
	addVerification,
	type ClientProcess,
	type FailedHandshake,
	isAt,
	newClientProcess,
	placeOf,
} from './client-process.ts';
import type {Connection, Connections, Use} from './connections.ts';
import {breakOff, brokenBy, covers, creditDelivery} from './credit.ts';
import {createDeadlines, evictIdle} from './deadlines.ts';
import type {ClientEvent} from './events/events.ts';
import type {TlsReport} from './events/tls-report.ts';
import type {HeldMail} from './held-mail.ts';
import {addRecipient, recipientsText} from './messages.ts';
import type {JoinObserver} from './observer.ts';
import {createPlainDeliveries, type DeferredDelivery, type PlainDeliveries} from './plain-deliveries.ts';
import type {ProxyFailures} from './proxy.ts';
import {certificateAlert, noteReport, provesHandshake, reportedSession, withoutTls} from './reported.ts';
import {noteLevel} from './tls-level.ts';

export type ClientJoiner = {
	event(context: LineContext, event: ClientEvent): void;
	/** Lets finished sessions of a host go, by its log time in ms. */
	sweep(host: Host, now: number): void;
	evict(daemons: Iterable<Daemon>, before: number): number;
	/** Judges a delivery that waited; false when its verdict still hangs on its tag. */
	decide: PlainDeliveries['decide'];
	readonly open: number;
};

export type ClientOptions = {
	deferred: DeferredVerdicts<DeferredDelivery>;
	connections: Connections;
	proxyFailures: ProxyFailures;
	held: HeldMail;
	emit(session: Session): void;
	observer?: JoinObserver | undefined;
};

/** After a message was taken, lines of the same transaction follow at once; ms. */
const afterwards = 5000;
/** The library's lines, and that which names the message, follow the error of a handshake at once, too; a loaded syslog may delay them; ms. */
const untilNamed = 60_000;
/** A process that says nothing for so long after a delivery is done with it (max_idle is 100 s); ms. */
const idleAfterUse = 600_000;
/** RFC 8314: TLS from the first byte. */
const wrapperPort = 465;

const never = Number.POSITIVE_INFINITY;

/** The server of a session. */
const peerOf = ({peerHost, peerIp, port}: Session): Peer => ({host: peerHost, ip: peerIp, port, socket: false});

/** When a failed handshake or a plaintext delivery of a process is over if no line follows, ms. */
function dueOf({failed, plain, reported, touched}: ClientProcess): number {
	if (failed !== null && !failed.emitted) return touched + (failed.queueId === null ? untilNamed : afterwards);
	if (plain?.sent) return touched + afterwards;
	return plain === null && reported === null ? never : touched + idleAfterUse;
}

/** smtp and lmtp processes, as plain data. */
export type ClientState = {processes: Map<Daemon, Map<number, ClientProcess>>; open: number};

export function emptyClientState(): ClientState {
	return {processes: new Map(), open: 0};
}

/**
 * Joins the lines of smtp and lmtp processes, which write no connect line: a summary or a delivery is all there is. One
 * closure, as every line may change the state of its process.
 */
export function createClientJoiner(options: ClientOptions, state: ClientState): ClientJoiner {
	const {connections, observer} = options;
	const {processes} = state;
	const plain = createPlainDeliveries(options);
	const deadlines = createDeadlines<ClientProcess>();
	for (const [{host}, states] of processes)
		for (const process of states.values()) {
			process.askedAt = never;
			deadlines.set(host, process, dueOf(process));
		}

	function stateOf(context: LineContext): ClientProcess {
		let states = processes.get(context.daemon);
		if (!states) {
			states = new Map();
			processes.set(context.daemon, states);
		}
		let process = states.get(context.pid);
		if (!process) {
			process = newClientProcess();
			states.set(context.pid, process);
			state.open++;
		}
		return process;
	}

	/** No delivery shows which connection was taken up again. What was reported of it was of some connection. */
	function abandon(process: ClientProcess, use: Use): void {
		if (!process.reported || !isAt(process.reported.report.peer, use.summary.peer)) {
			connections.abandon(use);
			return;
		}
		const connection = connections.resolve(use, null);
		claimReported(process, connection.session, use.summary.peer);
		connections.release(connection);
	}

	function putDown(process: ClientProcess): void {
		// After a delivery it was released, and another process may have it by now.
		if (process.current && process.takenBy === null) connections.release(process.current);
		if (process.use) abandon(process, process.use);
		process.current = null;
		process.use = null;
		process.takenBy = null;
		process.nth = 1;
	}

	function settleFailed(process: ClientProcess): void {
		const {failed} = process;
		if (!failed || failed.emitted) return;
		failed.emitted = true;
		failed.session.failure ??= 'other';
		failed.session.deliveries = recipientsText(failed.recipients);
		options.emit(failed.session);
	}

	function settlePlain(process: ClientProcess): void {
		if (process.plain) plain.settle(process.plain);
		process.plain = null;
	}

	/** Nobody else spoke of the connection that was reported: it is a session of its own. */
	function settleReported(process: ClientProcess): void {
		if (process.reported) options.emit(process.reported.session);
		process.reported = null;
	}

	/** The session that a result of TLSRPT was waiting for, if its server is this one. */
	function claimReported(process: ClientProcess, session: Session, peer: Peer): void {
		const {reported} = process;
		if (!reported || !isAt(reported.report.peer, peer)) return;
		noteReport(session, reported.report, session.lastLine ?? 0);
		observer?.became(reported.session, session);
		process.reported = null;
	}

	function settle(process: ClientProcess): void {
		settleFailed(process);
		settlePlain(process);
		putDown(process);
		settleReported(process);
	}

	function summarised(
		process: ClientProcess,
		context: LineContext,
		event: Extract<ClientEvent, {kind: 'summary'}>,
	): void {
		const {summary} = event;
		const {learned} = context.daemon;
		settlePlain(process);
		// The same line from two inputs.
		if (
			process.nth === 1 &&
			!summary.reused &&
			process.current?.handshakeKey === summary.handshakeKey &&
			process.takenBy === null &&
			process.current.touched === context.time
		) {
			observer?.joined('summary-again', process.current.session);
			return;
		}
		putDown(process);
		settleReported(process);
		process.seen = null;
		process.without = null;
		process.tlsOff = false;
		if (summary.reused) process.use = connections.take(context, summary);
		else process.current = connections.establish(context, summary);
		if (!learned.summaries) {
			learned.summaries = true;
			options.deferred.retry(context.daemon.host, learned);
		}
	}

	/** A line names a message: what was known of another one is over, and what nothing was known of yet is this one's. */
	function take(process: ClientProcess, queueId: string): void {
		if (process.takenBy !== null && process.takenBy !== queueId) putDown(process);
		if (process.plain && process.plain.queueId !== queueId) settlePlain(process);
		if (process.brokenFor !== null && process.brokenFor !== queueId) {
			process.brokenFor = null;
			process.broken.clear();
		}
		const {failed, seen, without, reported} = process;
		if (reported && reported.queueId !== queueId) {
			if (reported.queueId === null) reported.queueId = queueId;
			else settleReported(process);
		}
		if (failed && failed.queueId === null) failed.queueId = queueId;
		if (seen && seen.queueId !== queueId) {
			if (seen.queueId === null) seen.queueId = queueId;
			else process.seen = null;
		}
		if (without && without.queueId !== queueId) {
			if (without.queueId === null) without.queueId = queueId;
			else process.without = null;
		}
	}

	/** The TLS connection that a delivery went over, if a summary covers it. */
	function inHand(process: ClientProcess, delivery: Delivery): Connection | null {
		const {relay, connectionUse} = delivery;
		// Set with MAIL FROM (smtp_proto.c), so a delivery that failed before it bears no `conn_use`.
		const counted = delivery.status === 'sent' || delivery.text === 'said' || connectionUse > 1;
		const {use} = process;
		if (use) {
			if (use.summary.peer.endpoint !== relay?.endpoint || (counted && connectionUse === 1)) return null;
			process.current = connections.resolve(use, counted ? connectionUse : null);
			process.nth = process.current.uses;
			process.use = null;
		}
		const {current} = process;
		if (!current || !covers(current, delivery) || (counted && connectionUse !== process.nth)) return null;
		return current;
	}

	function delivered(process: ClientProcess, context: LineContext, delivery: Delivery): void {
		const {relay, queueId} = delivery;
		take(process, queueId);
		if (process.plain && process.plain.relayText !== relay?.text) settlePlain(process);
		// No connection, or one that is no network: no claim about its transport.
		if (!relay || relay.socket || relay.ip === null) {
			observer?.joined(relay === null && delivery.held !== null ? 'held-back' : 'no-network', null);
			return;
		}
		const {failed} = process;
		if (failed && !failed.emitted && failed.queueId === queueId && isAt(failed.peer, relay))
			addFailure(failed, context, delivery, relay);
		else settleFailed(process);
		const connection = inHand(process, delivery);
		if (connection) {
			process.takenBy = queueId;
			observer?.joined('delivery-in-hand', connection.session);
			creditDelivery(connection, context, delivery);
			if (!connection.emitted) claimReported(process, connection.session, relay);
			addVerification(process, connection.session);
			connections.changed(connection);
			if (connection.uses === process.nth) connections.release(connection);
		} else if (delivery.text === 'handshake-failed') reportedFailure(process, context, delivery, relay);
		else if (delivery.text !== 'lost' && delivery.text !== 'timeout') uncovered(process, context, delivery, relay);
		else if (!(failed && failed.queueId === queueId && isAt(failed.peer, relay)))
			observer?.joined('lost-without-summary', null);
	}

	/** What a delivery says of the handshake that failed for it, or just before it: up to 2.4 its line alone has the address. */
	function addFailure(failed: FailedHandshake, context: LineContext, delivery: Delivery, relay: Relay): void {
		const {session} = failed;
		if (session.peerIp === null) {
			fillPeer(session, relay);
			session.port = relay.port;
			session.portSource = relay.port === null ? null : 'log';
			session.hop = outboundHop(isLmtp(context.daemon.tag, relay.port), relay.ip);
		}
		if (delivery.text !== 'handshake-failed') return;
		observer?.joined('delivery-after-failure', session);
		noteLevel(session, delivery.tls);
		failed.recipients = addRecipient(failed.recipients, delivery);
		session.lastLine = context.lineNumber;
	}

	/** No summary fits this delivery. */
	function uncovered(process: ClientProcess, context: LineContext, delivery: Delivery, relay: Relay): void {
		const {failed, seen, without, reported} = process;
		const {host} = context.daemon;
		const notSupported = reported?.report.result === 'starttls-not-supported' && isAt(reported.report.peer, relay);
		const brokeAtProxy = process.brokenFor === delivery.queueId && options.proxyFailures.explains(host, delivery);
		const noStarttls = process.tlsOff || (without !== null && (without.host === null || without.host === relay.host));
		process.plain = plain.add(process.plain, context, delivery, {
			plaintext:
				brokeAtProxy ||
				notSupported ||
				(failed !== null && failed.queueId === delivery.queueId && isAt(failed.peer, relay)) ||
				process.broken.has(relay.endpoint) ||
				(relay.host !== null && process.broken.has(relay.host)) ||
				// In wrapper mode TLS is not begun by STARTTLS.
				(noStarttls && (process.tlsOff || relay.port !== wrapperPort)),
			seen: seen && isAt(seen.peer, relay) && delivery.connectionUse === 1 ? seen : null,
		});
		const {session} = process.plain;
		claimReported(process, session, relay);
		addVerification(process, session);
		if (!observer) return;
		observer.joined('delivery-without-summary', session);
		if (seen && isAt(seen.peer, relay)) observer.became(seen, session);
		if (without && noStarttls) observer.became(without, session);
	}

	/** A delivery put off because the handshake failed. The failure itself is a line of its own; if that is missing, this is it. */
	function reportedFailure(process: ClientProcess, context: LineContext, delivery: Delivery, relay: Relay): void {
		const {queueId, tls} = delivery;
		const {failed} = process;
		if (failed && failed.queueId === queueId && isAt(failed.peer, relay)) {
			if (failed.emitted) observer?.joined('delivery-after-failure', failed.session);
			return;
		}
		if (options.proxyFailures.explains(context.daemon.host, delivery)) return;
		const key = `${queueId} ${relay.text}`;
		if (process.reportedFailure === key) {
			observer?.joined('failure-reported-before', null);
			return;
		}
		process.reportedFailure = key;
		const session = outboundSession(context, relay);
		session.outcome = 'failed';
		session.failure = 'other';
		session.endedAt = context.time;
		session.deliveries = recipientsText(addRecipient(null, delivery));
		noteLevel(session, tls);
		claimReported(process, session, relay);
		observer?.joined('failure-by-delivery', session);
		options.emit(session);
	}

	/** This host is given up, for this message: what was agreed with it is void. */
	function skipped(process: ClientProcess, context: LineContext, event: Extract<ClientEvent, {kind: 'skipped'}>): void {
		const {queueId, text, ip} = event;
		take(process, queueId);
		const {failed} = process;
		const afterFailure = failed !== null && text === 'handshake-failed' && failed.queueId === queueId;
		if (afterFailure) failed.session.lastLine = context.lineNumber;
		if (process.use && text in brokenBy) {
			process.current = connections.resolve(process.use, null);
			process.nth = process.current.uses;
			process.use = null;
			claimReported(process, process.current.session, peerOf(process.current.session));
		}
		const {current} = process;
		// A reason that names another host is about a connection without a summary.
		const its = current !== null && (ip === null || current.session.peerIp === null || current.session.peerIp === ip);
		if (afterFailure) observer?.joined('skipped-after-failure', failed.session);
		else if (current && its) observer?.joined('skipped-in-hand', current.session);
		else observer?.joined('skipped', null);
		if (text === 'said') {
			// The answer to MAIL, RCPT or DATA: the connection is sound, and may be cached.
			if (current && process.takenBy === null) {
				connections.release(current);
				process.takenBy = queueId;
			}
			return;
		}
		process.seen = null;
		process.without = null;
		const {reported} = process;
		if (reported && (ip === null || ip === reported.report.peer.ip)) {
			if (text === 'not-offered' || text === 'refused') reported.session.failure ??= withoutTls[text];
			reported.session.lastLine = context.lineNumber;
			settleReported(process);
		}
		if (text === 'not-offered' || text === 'refused') return;
		process.brokenFor = queueId;
		if (afterFailure) breakAt(process, placeOf(failed.peer));
		if (!current) return;
		if (its) {
			if (!current.emitted) {
				breakOff(current, text);
				addVerification(process, current.session);
				connections.changed(current);
			}
			breakAt(process, current.session.peerIp === null ? (current.session.peerHost ?? '') : current.endpoint);
		}
		putDown(process);
	}

	function breakAt(process: ClientProcess, place: string): void {
		if (process.broken.size < 16) process.broken.add(place);
	}

	function failedHandshake(
		process: ClientProcess,
		context: LineContext,
		peer: Relay,
		problem: LibraryProblem | null,
	): void {
		settle(process);
		process.seen = null;
		process.without = null;
		const session = outboundSession(context, peer);
		session.outcome = 'failed';
		session.endedAt = context.time;
		if (problem !== null) addReason(session, problem);
		process.failed = {session, peer, queueId: null, recipients: null, emitted: false};
		observer?.joined('client-handshake-failed', session);
	}

	function libraryProblem(process: ClientProcess, context: LineContext, problem: LibraryProblem | null): void {
		const {failed, current} = process;
		if (failed && !failed.emitted && failed.queueId === null) {
			if (problem !== null) addReason(failed.session, problem);
			failed.session.lastLine = context.lineNumber;
			observer?.joined('client-problem', failed.session);
		} else if (current && !current.emitted) {
			// A summary first, then the peer says what it thinks of our certificate (TLS 1.3), or hangs up.
			if (problem !== null && !isClose(problem)) addReason(current.session, problem);
			observer?.joined('client-problem', current.session);
		} else observer?.joined('client-problem-alone', null);
	}

	/**
	 * A result that was handed to TLSRPT. It follows the summary or the error of its handshake in the same process; without TLS, and
	 * where no handshake is logged, it comes before its delivery.
	 */
	function reported(process: ClientProcess, context: LineContext, report: TlsReport): void {
		const {peer} = report;
		const {current, failed, use} = process;
		const alert = certificateAlert(report);
		// A line about this certificate says more; one of another kind was about an earlier handshake.
		const {unverified} = process;
		const said = unverified && isAt(peer, unverified.peer) ? resultOfCertificate(unverified.alert) : null;
		if (alert !== null && said !== report.result) process.unverified = {peer, alert};
		const inHand = current !== null && process.takenBy === null;
		if (inHand && !current.emitted && isAt(peer, peerOf(current.session))) {
			noteReport(current.session, report, context.lineNumber);
			observer?.joined('reported', current.session);
			return;
		}
		if (failed && !failed.emitted && failed.queueId === null && isAt(peer, failed.peer)) {
			noteReport(failed.session, report, context.lineNumber);
			observer?.joined('reported', failed.session);
			return;
		}
		settleReported(process);
		process.reported = {report, session: reportedSession(context, report), queueId: null};
		if (provesHandshake(report) && !inHand && !use)
			process.seen = {peer, trust: process.seen?.trust ?? null, queueId: null};
		observer?.joined('reported', process.reported.session);
	}

	function event(context: LineContext, event: ClientEvent): void {
		// It has no connections: all it says is why mail is put off.
		if (context.daemon.tag.program === 'error') {
			if (event.kind === 'delivery') options.held.delivery(context, event, null);
			observer?.joined('held', null);
			return;
		}
		const process = stateOf(context);
		if (context.time !== null) {
			// It ended long ago (max_idle): this is another process with its number.
			if (context.time > process.touched + idleAfterUse) process.tlsOff = false;
			process.touched = context.time;
		}
		switch (event.kind) {
			case 'summary':
				settleFailed(process);
				summarised(process, context, event);
				break;
			case 'delivery':
				options.held.delivery(context, event, process.stsMismatch);
				process.stsMismatch = null;
				delivered(process, context, event);
				break;
			case 'skipped':
				skipped(process, context, event);
				break;
			case 'handshake-failed':
				failedHandshake(process, context, event.peer, event.problem);
				break;
			case 'library-problem':
				libraryProblem(process, context, event.problem);
				break;
			case 'handshake-seen':
				if (event.unverified !== null) process.unverified = {peer: event.peer, alert: event.unverified.alert};
				// Beside a summary, or after an error of the handshake, it says nothing new.
				if (!(process.current && process.takenBy === null) && !process.use)
					process.seen = {peer: event.peer, trust: event.trust ?? process.seen?.trust ?? null, queueId: null};
				observer?.joined('handshake-seen', process.current?.session ?? process.use ?? process.seen);
				break;
			case 'report':
				if (event.report === null) observer?.joined('reported-unread', null);
				else reported(process, context, event.report);
				break;
			case 'no-starttls':
				process.without = {host: event.host, queueId: null};
				observer?.joined('no-starttls', process.without);
				break;
			case 'sts-mismatch':
				process.stsMismatch = event.domain;
				observer?.joined('sts-mismatch', null);
				break;
			case 'tls-off':
				process.tlsOff = true;
				observer?.joined('tls-off', null);
				break;
		}
		if (process.failed !== null || process.plain !== null || process.reported !== null)
			deadlines.set(context.daemon.host, process, dueOf(process));
	}

	function sweep(host: Host, now: number): void {
		deadlines.pass(host, now, process => {
			if (dueOf(process) >= now) return dueOf(process);
			settleFailed(process);
			const silent = process.touched < now - idleAfterUse;
			if (silent) settleReported(process);
			if (process.plain && (process.plain.sent || silent)) settlePlain(process);
			return dueOf(process);
		});
	}

	function evict(daemons: Iterable<Daemon>, before: number): number {
		let evicted = 0;
		evictIdle(processes, daemons, before, process => {
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
