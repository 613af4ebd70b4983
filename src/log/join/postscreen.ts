import type {Session} from '../../model/session.ts';
import type {Daemon, Host, LineContext} from '../line-context.ts';
import {screenedSession} from './begin-session.ts';
import type {ScreenEvent} from './events/events.ts';
import type {JoinObserver} from './observer.ts';

/**
 * A connection that postscreen holds, until it passes it on or closes it. Few become sessions, so a session is made at the
 * end only (a third of the cost of postscreen's lines).
 */
export type Screened = {
	/** Its first line. */
	readonly first: Readonly<LineContext>;
	readonly endpoint: string;
	/** Ours, where it was logged. */
	readonly port: number | null;
	dialogue: boolean;
	/** STARTTLS is the last that was heard of it. */
	starttls: boolean;
	rejected: number;
	/** tlsproxy has it: what is said from then on is said in TLS, and the session is tlsproxy's. */
	proxied: boolean;
	/** Something was said in TLS, so the handshake was done. */
	saidInTls: boolean;
	passed: boolean;
	endedAt: number | null;
	lastLine: number;
	touched: number;
};

export type PostscreenJoiner = {
	event(context: LineContext, event: ScreenEvent): void;
	/** The local port of the connection that smtpd takes over from postscreen, known by the client's address. */
	handedOver(daemon: Daemon, ip: string | null, time: number | null): number | null;
	/** tlsproxy takes over a connection; null when postscreen's lines of it are not known. */
	takeOver(daemon: Daemon, endpoint: string): Screened | null;
	evict(host: Host, before: number): number;
	readonly open: number;
};

export type PostscreenOptions = {
	emit(session: Session): void;
	silent(one: object): void;
	observer?: JoinObserver | undefined;
};

/** smtpd connects within moments of PASS, ms. */
const handover = 10_000;
/** As long as so few passes are known, none is looked at for its age. */
const fewPasses = 256;

/** A line as it is kept: without a spread, as there is one for each connection. */
function placeOf({daemon, pid, time, source, lineNumber}: LineContext): LineContext {
	return {daemon, pid, time, source, lineNumber};
}

/** postscreen answers for port 25: a service called by another port has its clients from elsewhere (postscreen(8)). */
function listensItself({tag, port}: Daemon, passed: number | null): boolean {
	return tag.service !== null && port !== null && port !== 25 && port !== passed;
}

/** Connections that postscreen holds, and the ports of those it passed on, as plain data. */
export type PostscreenState = {
	hosts: Map<Host, Map<string, Screened>>;
	passes: Map<Host, Map<string, {port: number | null; time: number}>>;
	open: number;
};

export function emptyPostscreenState(): PostscreenState {
	return {hosts: new Map(), passes: new Map(), open: 0};
}

/**
 * Joins postscreen's lines. A client that passes is handed to smtpd before any command, and is smtpd's session;
 * one that spoke with postscreen itself is a session without mail: in plaintext, unless tlsproxy logged its handshake.
 * One closure, as all share the hosts and the passes.
 */
export function createPostscreenJoiner(options: PostscreenOptions, state: PostscreenState): PostscreenJoiner {
	const {hosts, passes} = state;
	const {observer} = options;

	function screenedOf(host: Host): Map<string, Screened> {
		let screened = hosts.get(host);
		if (!screened) {
			screened = new Map();
			hosts.set(host, screened);
		}
		return screened;
	}

	function begin(context: LineContext, endpoint: string, localPort: number | null): Screened {
		state.open++;
		return {
			first: placeOf(context),
			endpoint,
			port: localPort,
			dialogue: false,
			starttls: false,
			rejected: 0,
			proxied: false,
			saidInTls: false,
			passed: false,
			endedAt: null,
			lastLine: context.lineNumber,
			touched: context.time ?? 0,
		};
	}

	function finish(one: Screened): void {
		state.open--;
		if (one.proxied) return;
		if (!one.dialogue) {
			if (one.passed) observer?.dropped(one, 'passed-on');
			else options.silent(one);
			return;
		}
		const session = screenedSession(one.first, one.endpoint, one.port);
		session.outcome = one.starttls ? null : 'plaintext';
		session.rejected = one.rejected;
		session.endedAt = one.endedAt;
		session.lastLine = one.lastLine;
		observer?.became(one, session);
		options.emit(session);
	}

	function passed(context: LineContext, ip: string | null, one: Screened | undefined): void {
		const {host} = context.daemon;
		let known = passes.get(host);
		if (!known) {
			known = new Map();
			passes.set(host, known);
		}
		const port = one?.port ?? null;
		const now = context.time ?? 0;
		if (ip !== null) {
			// The latest stands last, so those that are too old stand first.
			known.delete(ip);
			known.set(ip, {port, time: now});
		}
		if (known.size < fewPasses) return;
		for (const [address, {time}] of known) {
			if (time >= now - handover) break;
			known.delete(address);
		}
	}

	return {
		get open() {
			return state.open;
		},
		event(context, event) {
			const screened = screenedOf(context.daemon.host);
			let one = screened.get(event.endpoint);
			if (event.kind === 'connect') {
				if (one) finish(one);
				const begun = begin(context, event.endpoint, event.localPort);
				screened.set(begun.endpoint, begun);
				observer?.joined('screen-connect', begun);
				return;
			}
			if (event.kind === 'pass') passed(context, event.ip, one);
			if (!one) {
				if (event.kind !== 'dialogue') {
					observer?.joined('screen-unknown', null);
					return;
				}
				one = begin(context, event.endpoint, null);
				screened.set(one.endpoint, one);
			}
			observer?.joined(one.proxied ? 'in-tls' : 'screen-line', one);
			one.lastLine = context.lineNumber;
			if (context.time !== null) one.touched = context.time;
			if (event.kind === 'dialogue') {
				one.dialogue = true;
				one.starttls = event.starttls;
				if (one.proxied && !event.starttls) one.saidInTls = true;
				if (event.rejected) one.rejected++;
			} else if (event.kind === 'pass') {
				one.passed = true;
				if (!one.dialogue && !one.proxied) {
					// smtpd's from here on: no DISCONNECT follows.
					screened.delete(event.endpoint);
					state.open--;
					observer?.dropped(one, 'passed-on');
				}
			} else {
				one.endedAt = context.time;
				screened.delete(event.endpoint);
				finish(one);
			}
		},
		handedOver(daemon, ip, time) {
			const known = passes.get(daemon.host);
			const pass = ip === null ? undefined : known?.get(ip);
			if (!known || !pass || ip === null || listensItself(daemon, pass.port)) return null;
			known.delete(ip);
			return (time ?? 0) - pass.time <= handover ? pass.port : null;
		},
		takeOver(daemon, endpoint) {
			const one = hosts.get(daemon.host)?.get(endpoint) ?? null;
			if (one) one.proxied = true;
			return one;
		},
		evict(host, before) {
			let evicted = 0;
			const screened = hosts.get(host) ?? new Map<string, Screened>();
			for (const [endpoint, one] of screened) {
				if (one.touched >= before) continue;
				// A connection that was passed on has no DISCONNECT here.
				if (!one.passed) evicted++;
				screened.delete(endpoint);
				finish(one);
			}
			if (screened.size === 0) hosts.delete(host);
			const known = passes.get(host) ?? new Map<string, {time: number}>();
			for (const [ip, {time}] of known) if (time < before) known.delete(ip);
			if (known.size === 0) passes.delete(host);
			return evicted;
		},
	};
}
