import type {Session} from '../../model/session.ts';
import type {Delivery} from '../delivery.ts';
import {addReason, type FailureReason, isClose} from '../library-problem.ts';
import type {Daemon, Host, LineContext} from '../line-context.ts';
import {peerOfEndpoint} from '../peer.ts';
import {fillSummary, outboundSession, screenedSession} from './begin-session.ts';
import type {Connections} from './connections.ts';
import {evictIdle} from './deadlines.ts';
import type {ProxyEvent} from './events/events.ts';
import {addRecipient, type Recipients, recipientsText} from './messages.ts';
import type {JoinObserver} from './observer.ts';
import type {Screened} from './postscreen.ts';
import {noteReport, type Reported, reportedSession} from './reported.ts';
import {noteLevel} from './tls-level.ts';

/** One TCP connection in a tlsproxy process, from CONNECT to DISCONNECT. */
type ProxyConnection = {
	client: boolean;
	/** Client role: the handshake was done, the rest is in `connections`. */
	established: boolean;
	/** Server role: postscreen's own dialogue over TLS. */
	session: Session | null;
	/** Server role: what postscreen knows of it. */
	readonly screened: Screened | null;
	failed: boolean;
	timedOut: boolean;
	touched: number;
};

type ProxyProcess = {
	connections: Map<string, ProxyConnection[]>;
	/** Library lines come before the «handshake failed» they explain, and name no peer. */
	problem: FailureReason | null;
	/** A result of TLSRPT comes before the «handshake failed» that it is of, and names the server without its port. */
	reported: Reported | null;
	touched: number;
};

/** Handshakes that tlsproxy lost for smtp: the lines of smtp that follow refer to them. */
export type ProxyFailures = {
	/**
	 * Whether a handshake with this endpoint was lost a moment ago, for this message or for one that no line reported yet; the first
	 * of them. Its session gets what tlsproxy does not log: the name of the peer, and, where the failure is why the message was put
	 * off, the level and the recipients.
	 */
	explains(host: Host, delivery: Delivery): boolean;
};

/** A handshake that was lost, until it explains nothing any more; `session` until that is handed out. */
type LostHandshake = {
	time: number;
	session: Session | null;
	queueId: string | null;
	/** The policy domain that TLSRPT named; null where it named none. */
	readonly domain: string | null;
	recipients: Recipients | null;
};

/** Handshakes that no line reported yet: those of this domain before those of none, and these before those of others. */
function likeliest(list: readonly LostHandshake[] | undefined, domain: string | null): readonly LostHandshake[] {
	const unnamed = list?.filter(it => it.queueId === null) ?? [];
	const own = unnamed.filter(it => it.domain !== null && it.domain === domain);
	if (own.length > 0) return own;
	const silent = unnamed.filter(it => it.domain === null);
	return silent.length > 0 ? silent : unnamed;
}

export type ProxyJoiner = {
	event(context: LineContext, event: ProxyEvent): void;
	failures: ProxyFailures;
	/** Hands out failed sessions of a host that wait no more, by its log time in ms. */
	sweep(host: Host, now: number): void;
	evict(daemons: Iterable<Daemon>, before: number): number;
	readonly open: number;
};

export type ProxyOptions = {
	connections: Connections;
	emit(session: Session): void;
	/** postscreen's client does TLS: its plaintext part is no session of its own. Gives what postscreen knows of it. */
	takeOver(daemon: Daemon, endpoint: string): Screened | null;
	observer?: JoinObserver | undefined;
};

/** A failed session waits so long for the smtp line that names its peer, ms. */
const naming = 5000;
/** A handshake failure explains a fallback for so long: Postfix tries again in the same delivery. */
const remembered = 120_000;
/** Lost handshakes with one endpoint that are remembered at most. */
const mostLost = 256;

/** Connections in tlsproxy processes and lost handshakes, as plain data. */
export type ProxyState = {
	processes: Map<Daemon, Map<number, ProxyProcess>>;
	failures: Map<Host, Map<string, LostHandshake[]>>;
	open: number;
};

export function emptyProxyState(): ProxyState {
	return {processes: new Map(), failures: new Map(), open: 0};
}

/**
 * Joins tlsproxy's lines: server role for postscreen, client role for smtp with connection reuse. One closure, as both
 * roles share processes and failures.
 */
export function createProxyJoiner(options: ProxyOptions, state: ProxyState): ProxyJoiner {
	const {processes, failures} = state;
	const {observer} = options;

	function stateOf(context: LineContext): ProxyProcess {
		let states = processes.get(context.daemon);
		if (!states) {
			states = new Map();
			processes.set(context.daemon, states);
		}
		let process = states.get(context.pid);
		if (!process) {
			process = {connections: new Map(), problem: null, reported: null, touched: 0};
			states.set(context.pid, process);
		}
		return process;
	}

	function add(process: ProxyProcess, endpoint: string, client: boolean, context: LineContext): ProxyConnection {
		const one: ProxyConnection = {
			client,
			established: false,
			session: null,
			screened: client ? null : options.takeOver(context.daemon, endpoint),
			failed: false,
			timedOut: false,
			touched: context.time ?? 0,
		};
		const list = process.connections.get(endpoint);
		if (list) list.push(one);
		else process.connections.set(endpoint, [one]);
		state.open++;
		if (one.screened) observer?.became(one.screened, one);
		return one;
	}

	function fresh({connections}: Pick<ProxyProcess, 'connections'>, endpoint: string): ProxyConnection | undefined {
		return connections.get(endpoint)?.find(it => !it.established && !it.session && !it.failed);
	}

	/** Whether a connection of the process is still in its handshake. */
	function shakesHands({connections}: ProxyProcess): boolean {
		for (const endpoint of connections.keys()) if (fresh({connections}, endpoint)) return true;
		return false;
	}

	/** The first connection to this endpoint that has done no handshake yet: several share an endpoint, first in, first out. */
	function waiting(process: ProxyProcess, endpoint: string, client: boolean, context: LineContext): ProxyConnection {
		return fresh(process, endpoint) ?? add(process, endpoint, client, context);
	}

	/** The connection that a DISCONNECT ends: one whose handshake failed is closed at once, else the first. */
	function remove(process: ProxyProcess, endpoint: string): ProxyConnection | undefined {
		const list = process.connections.get(endpoint);
		if (!list) return undefined;
		const failed = list.findIndex(it => it.failed);
		const [one] = list.splice(Math.max(failed, 0), 1);
		if (one) state.open--;
		if (list.length === 0) process.connections.delete(endpoint);
		return one;
	}

	function serverSession({screened}: ProxyConnection, context: LineContext, endpoint: string): Session {
		return screenedSession(context, endpoint, screened?.port ?? null, screened?.first);
	}

	/** Hands out a session of a client with postscreen, whose refusals count. */
	function handOut(session: Session, one: ProxyConnection): void {
		session.rejected = one.screened?.rejected ?? 0;
		observer?.became(one, session);
		options.emit(session);
	}

	/**
	 * A client of postscreen is disconnected and no line reports its handshake: tlsproxy logs none (loglevel 0), or, before 3.4, the
	 * client hung up in it. What it said in TLS proves that it was done.
	 */
	function endUnseen(one: ProxyConnection, context: LineContext, endpoint: string): void {
		const session = serverSession(one, context, endpoint);
		session.tlsMode = 'starttls';
		session.outcome = one.screened?.saidInTls === true ? 'encrypted' : null;
		session.endedAt = context.time;
		handOut(session, one);
	}

	function fail(process: ProxyProcess, one: ProxyConnection, context: LineContext, endpoint: string): void {
		one.failed = true;
		const peer = peerOfEndpoint(endpoint);
		const session = one.client ? outboundSession(context, peer) : serverSession(one, context, endpoint);
		session.tlsMode ??= 'starttls';
		if (one.client && context.daemon.tag.service === null) session.service = 'smtp';
		session.outcome = 'failed';
		session.endedAt = context.time;
		// Without an error of the library the peer went away (tlsproxy.c: SSL_ERROR_SYSCALL).
		session.failure = process.problem?.failure ?? (one.timedOut ? 'timeout' : 'lost-connection');
		session.alert = process.problem?.alert ?? null;
		observer?.became(one, session);
		observer?.used(process, session);
		process.problem = null;
		const domain = one.client ? claimReported(process, session) : null;
		if (!one.client) {
			handOut(session, one);
			return;
		}
		const {host} = context.daemon;
		let endpoints = failures.get(host);
		if (!endpoints) {
			endpoints = new Map();
			failures.set(host, endpoints);
		}
		const lost: LostHandshake = {time: context.time ?? 0, session, queueId: null, domain, recipients: null};
		const list = endpoints.get(endpoint);
		if (!list) endpoints.set(endpoint, [lost]);
		else {
			list.push(lost);
			if (list.length > mostLost) hand(list.shift());
		}
	}

	/** What was reported is of this session, if it is of the same server; only it knows the name of that. Gives the policy domain. */
	function claimReported(process: ProxyProcess, session: Session): string | null {
		const {reported} = process;
		if (!reported || reported.report.peer.ip !== session.peerIp) return null;
		noteReport(session, reported.report, session.lastLine ?? 0);
		session.peerHost ??= reported.report.peer.host;
		observer?.became(reported.session, session);
		process.reported = null;
		return reported.report.domain;
	}

	/** No handshake that failed followed: it is a session of its own. */
	function settleReported(process: ProxyProcess): void {
		if (process.reported) options.emit(process.reported.session);
		process.reported = null;
	}

	function hand(lost: LostHandshake | undefined): void {
		if (!lost?.session) return;
		lost.session.deliveries = recipientsText(lost.recipients);
		options.emit(lost.session);
		lost.session = null;
	}

	function event(context: LineContext, event: ProxyEvent): void {
		const process = stateOf(context);
		if (context.time !== null) process.touched = context.time;
		switch (event.kind) {
			case 'connect': {
				const one = add(process, event.endpoint, event.client, context);
				observer?.joined('proxy-connect', one);
				break;
			}
			case 'summary': {
				const one = waiting(process, event.endpoint, !event.summary.from, context);
				observer?.joined('proxy-summary', one);
				if (event.summary.from) {
					one.session = serverSession(one, context, event.endpoint);
					one.session.tlsMode = 'starttls';
					fillSummary(one.session, event.summary);
				} else {
					one.established = true;
					const {session} = options.connections.announce(context, event.summary);
					observer?.became(one, session);
				}
				break;
			}
			case 'library-problem':
				// No handshake goes on: the end of a session.
				if (event.problem !== null && isClose(event.problem) && !shakesHands(process)) {
					observer?.joined('proxy-problem', process);
					break;
				}
				process.problem ??= {failure: null, alert: null};
				if (event.problem !== null) addReason(process.problem, event.problem);
				observer?.joined('proxy-problem', process);
				break;
			case 'report':
				settleReported(process);
				if (event.report === null) {
					observer?.joined('reported-unread', null);
					break;
				}
				process.reported = {report: event.report, session: reportedSession(context, event.report), queueId: null};
				observer?.joined('reported', process.reported.session);
				break;
			case 'timeout': {
				const one = fresh(process, event.endpoint);
				if (one) one.timedOut = true;
				observer?.joined(one ? 'proxy-timeout' : 'proxy-unknown', one ?? null);
				break;
			}
			case 'handshake-failed': {
				const one = waiting(process, event.endpoint, event.client, context);
				observer?.joined('proxy-failed', one);
				fail(process, one, context, event.endpoint);
				break;
			}
			case 'disconnect': {
				const one = remove(process, event.endpoint);
				if (!one?.established) observer?.joined(one ? 'proxy-disconnect' : 'proxy-unknown', one ?? null);
				if (!one) return;
				if (one.established) options.connections.close(context, event.endpoint);
				else if (one.session) {
					one.session.endedAt = context.time;
					one.session.lastLine = context.lineNumber;
					handOut(one.session, one);
				} else if (!one.failed && (process.problem !== null || one.timedOut))
					fail(process, one, context, event.endpoint);
				else if (!one.failed && !one.client) endUnseen(one, context, event.endpoint);
				else if (!one.failed) observer?.dropped(one, 'proxy-idle');
				break;
			}
		}
	}

	function sweep(host: Host, now: number): void {
		const endpoints = failures.get(host);
		if (!endpoints) return;
		for (const [endpoint, list] of endpoints) {
			for (const lost of list) if (lost.time < now - naming) hand(lost);
			const young = list.findIndex(lost => lost.time >= now - remembered);
			if (young < 0) endpoints.delete(endpoint);
			else list.splice(0, young);
		}
		if (endpoints.size === 0) failures.delete(host);
	}

	function evict(daemons: Iterable<Daemon>, before: number): number {
		let evicted = 0;
		evictIdle(processes, daemons, before, process => {
			settleReported(process);
			for (const list of process.connections.values())
				for (const one of list) {
					state.open--;
					if (!one.session) continue;
					handOut(one.session, one);
					evicted++;
				}
		});
		return evicted;
	}

	return {
		event,
		sweep,
		evict,
		failures: {
			explains(host, delivery) {
				const {queueId, relay, domain} = delivery;
				const list = failures.get(host)?.get(relay?.endpoint ?? '');
				const unnamed = likeliest(list, domain);
				// Of those that no line reported the first that can still be told, if there is one.
				const fresh = unnamed.find(it => it.session !== null) ?? unnamed[0];
				const own = list?.findLast(it => it.queueId === queueId);
				// A second attempt fails in a handshake of its own.
				const again = delivery.text === 'handshake-failed' && own?.session === null;
				const lost = again ? (fresh ?? own) : (own ?? fresh);
				if (!lost) return false;
				lost.queueId = queueId;
				observer?.joined('failed-at-tlsproxy', lost.session);
				if (lost.session) {
					lost.session.peerHost ??= relay?.host ?? null;
					if (delivery.text === 'handshake-failed') {
						noteLevel(lost.session, delivery.tls);
						lost.recipients = addRecipient(lost.recipients, delivery);
					}
				}
				return true;
			},
		},
		get open() {
			return state.open;
		},
	};
}
