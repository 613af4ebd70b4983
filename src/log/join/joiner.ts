import type {Session} from '../../tls/session.ts';
import type {Daemon, Entry, Host} from '../entry.ts';
import type {Keeper} from '../keep.ts';
import {readPostscreen} from '../postscreen.ts';
import {readSmtp} from '../smtp.ts';
import {readSmtpd} from '../smtpd.ts';
import {readTlsproxy} from '../tlsproxy.ts';
import {createWaiting} from '../waiting.ts';
import {createClientJoiner} from './client.ts';
import {createConnections} from './connections.ts';
import type {JoinerState} from './joiner-state.ts';
import type {Pending} from './pending.ts';
import {createPostscreenJoiner} from './postscreen.ts';
import {createProxyJoiner} from './proxy.ts';
import {createRoles} from './roles.ts';
import {createServerJoiner} from './server.ts';

/** Programs whose lines make sessions. */
type SessionProgram = 'smtpd' | 'smtp' | 'lmtp' | 'tlsproxy' | 'postscreen';

/** All of Postfix's session-bearing programs joined, with one clock (the log's) and bounds on memory. */
export type Joiner = {
	/** True when the line was understood. `times` > 1: a repeated line, of which only failures count again. */
	line(program: SessionProgram, entry: Entry, text: string, times: number): boolean;
	/** «last message repeated N times» without a tag. */
	again(host: Host, times: number): boolean;
	/** Log time moved on to `time`, ms. */
	advance(time: number): void;
	/** Time passed without lines, ms. */
	pass(duration: number): void;
	/** Postfix was started (all open sessions are over) or reloaded: what was learned of its tags is void. */
	restart(daemons: readonly Daemon[], start: boolean): void;
	end(): void;
};

export type JoinerOptions = {
	keep: Keeper;
	/** Takes the sessions that came to us, and those that we made. */
	inbound(session: Session): void;
	outbound(session: Session): void;
	silent(): void;
	notice(sentence: string): void;
	evicted(inbound: number, outbound: number): void;
};

/** Sessions that say nothing for so long are given up: the longest Postfix timeouts are well below it, ms. */
const idle = 7_200_000;
/** Sessions held at most in each direction: about 1.5 KiB each, so well under 64 MiB in all. */
const mostOpen = 10_000;
/** Verdicts wait for what a tag may teach for so long, ms of log time, and so many at most. */
const patience = 120_000;
const mostWaiting = 2048;
const forever = Number.POSITIVE_INFINITY;

/** Makes the joiner on a state, an empty one or that of an earlier run. */
export function createJoiner(options: JoinerOptions, state: JoinerState): Joiner {
	const {keep, inbound, outbound, silent} = options;
	const decide = (item: Pending, final: boolean): boolean => {
		if (item.kind === 'server') return server.decide(item.one, final);
		if (item.kind === 'delivery') return client.decide(item.row, final);
		if (!roles.decide(item.session, item.role, final)) return false;
		inbound(item.session);
		return true;
	};
	// A room for each direction, so that one cannot crowd out the other.
	const waitingIn = createWaiting({limit: mostWaiting, patience, decide}, state.waitingIn);
	const waitingOut = createWaiting({limit: mostWaiting, patience, decide}, state.waitingOut);
	const roles = createRoles(waitingIn, state.roles);
	const connections = createConnections(keep, outbound, state.connections);
	const postscreen = createPostscreenJoiner({keep, emit: inbound, silent}, state.postscreen);
	const proxy = createProxyJoiner(
		{
			keep,
			connections,
			emit: session => (session.direction === 'in' ? inbound(session) : outbound(session)),
			portOf: postscreen.portOf,
			encrypted: postscreen.encrypted,
		},
		state.proxy,
	);
	const server = createServerJoiner(
		{
			keep,
			waiting: waitingIn,
			roles,
			emit: inbound,
			silent,
			notice: options.notice,
			handedOver: postscreen.handedOver,
		},
		state.server,
	);
	const client = createClientJoiner(
		{keep, waiting: waitingOut, connections, proxyFailures: proxy.failures, emit: outbound},
		state.client,
	);
	let lines = 0;

	function sweep(): void {
		const {now} = state;
		client.sweep(now);
		proxy.sweep(now);
		connections.sweep(now, idle);
		waitingIn.sweep(now);
		waitingOut.sweep(now);
		state.nextSweep = now + 5000;
		if (now < state.nextEviction) return;
		evictInbound(now - idle);
		evictOutbound(now - idle);
		roles.sweep(now - idle);
		state.nextEviction = now + 60_000;
	}

	function evictInbound(before: number): void {
		options.evicted(server.evict(before) + postscreen.evict(before), 0);
	}

	function evictOutbound(before: number): void {
		options.evicted(proxy.evict(before), client.evict(before) + connections.evict(before));
	}

	/** Too many at once (a scan, a hostile log): the limit of age halves until enough are gone. */
	function shrink(open: () => number, evict: (before: number) => void): void {
		for (let age = idle / 2; age >= 1000 && open() > mostOpen / 2; age /= 2) evict(state.now - age);
		if (open() > mostOpen / 2) evict(forever);
	}

	function bound(): void {
		const openIn = () => server.open + postscreen.open;
		const openOut = () => client.open + connections.open + proxy.open;
		if (openIn() > mostOpen) shrink(openIn, evictInbound);
		if (openOut() > mostOpen) shrink(openOut, evictOutbound);
	}

	function read(program: SessionProgram, entry: Entry, text: string, times: number): boolean {
		switch (program) {
			case 'smtpd': {
				const event = readSmtpd(text);
				// A folded line stands for copies of one already read: no session is made of it.
				if (event && times === 1) server.event(entry, event);
				return event !== undefined;
			}
			case 'smtp':
			case 'lmtp': {
				const event = readSmtp(text);
				if (!event) return false;
				const failure = event.kind === 'handshake-failed';
				if (times === 1 || failure) for (let count = times; count > 0; count--) client.event(entry, event);
				state.lastFailure = failure ? {host: entry.daemon.host, entry: {...entry}, event} : null;
				return true;
			}
			case 'tlsproxy': {
				const event = readTlsproxy(text);
				if (event && times === 1) proxy.event(entry, event);
				return event !== undefined;
			}
			case 'postscreen': {
				const event = readPostscreen(text);
				if (event && times === 1) postscreen.event(entry, event);
				return event !== undefined;
			}
		}
	}

	return {
		line(program, entry, text, times) {
			const understood = read(program, entry, text, times);
			// Counting what is open is not for every line.
			if ((++lines & 255) === 0) bound();
			return understood;
		},
		again(host, times) {
			const {lastFailure} = state;
			if (!lastFailure || lastFailure.host !== host) return false;
			for (let count = Math.min(times, 1000); count > 0; count--) client.event(lastFailure.entry, lastFailure.event);
			return true;
		},
		advance(time) {
			if (time > state.now) state.now = time;
			if (state.now >= state.nextSweep) sweep();
		},
		pass(duration) {
			if (state.now === Number.NEGATIVE_INFINITY) return;
			state.now += duration;
			if (state.now >= state.nextSweep) sweep();
		},
		restart(daemons, start) {
			const those = new Set(daemons);
			const of = (daemon: Daemon) => those.has(daemon);
			if (start) {
				options.evicted(server.evict(forever, of) + proxy.evict(forever, of), client.evict(forever, of));
				const host = daemons[0]?.host;
				if (host)
					options.evicted(
						postscreen.evict(forever, it => it === host),
						0,
					);
			}
			for (const {learned} of daemons) {
				waitingIn.settle(learned);
				waitingOut.settle(learned);
				learned.summaries = false;
				learned.wrapper = false;
				learned.starttls = false;
			}
		},
		end() {
			client.sweep(forever);
			proxy.sweep(forever);
			server.evict(forever);
			client.evict(forever);
			proxy.evict(forever);
			postscreen.evict(forever);
			connections.evict(forever);
			waitingIn.end();
			waitingOut.end();
		},
	};
}
