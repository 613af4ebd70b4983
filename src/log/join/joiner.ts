import type {Session} from '../../tls/session.ts';
import type {Daemon, Entry, Host} from '../entry.ts';
import type {Keeper} from '../keep.ts';
import {readPostscreen} from '../postscreen.ts';
import {readSmtp, type SmtpEvent} from '../smtp.ts';
import {readSmtpd} from '../smtpd.ts';
import {readTlsproxy} from '../tlsproxy.ts';
import {createWaiting} from '../waiting.ts';
import {createClientJoiner} from './client.ts';
import {createConnections} from './connections.ts';
import {createPostscreenJoiner} from './postscreen.ts';
import {createProxyJoiner} from './proxy.ts';
import {createRoles} from './roles.ts';
import {createServerJoiner} from './server.ts';

/** All of Postfix's session-bearing programs joined, with one clock (the log's) and one bound on memory. */
export type Joiner = {
	/** True when the line was understood. `times` > 1: a repeated line, of which only failures count again. */
	line(
		program: 'smtpd' | 'smtp' | 'lmtp' | 'tlsproxy' | 'postscreen',
		entry: Entry,
		text: string,
		times: number,
	): boolean;
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

export type JoinerOptions = {keep: Keeper; emit(session: Session): void; silent(): void; evicted(count: number): void};

/** Sessions that say nothing for so long are given up: the longest Postfix timeouts are well below it, ms. */
const idle = 7_200_000;
/** Sessions held at most: about 1.5 KiB each, so well under 64 MiB. */
const mostOpen = 20_000;
/** Verdicts wait for what a tag may teach for so long, ms of log time, and so many at most. */
const patience = 120_000;
const mostWaiting = 4096;

export function createJoiner(options: JoinerOptions): Joiner {
	const {keep, emit, silent} = options;
	const waiting = createWaiting(mostWaiting, patience);
	const roles = createRoles(waiting);
	const connections = createConnections(keep, emit);
	const postscreen = createPostscreenJoiner({keep, emit, silent});
	const proxy = createProxyJoiner({
		keep,
		connections,
		emit,
		portOf: postscreen.portOf,
		encrypted: postscreen.encrypted,
	});
	const server = createServerJoiner({keep, waiting, roles, emit, silent, handedOver: postscreen.handedOver});
	const client = createClientJoiner({keep, waiting, connections, proxyFailures: proxy.failures, emit});
	let now = Number.NEGATIVE_INFINITY;
	let lines = 0;
	let nextSweep = Number.NEGATIVE_INFINITY;
	let nextEviction = Number.NEGATIVE_INFINITY;
	// For «last message repeated»: the last event that may count again.
	const lastFailure: {host: Host | null; entry: Entry | null; event: SmtpEvent | null} = {
		host: null,
		entry: null,
		event: null,
	};

	function totalOpen(): number {
		return server.open + client.open + proxy.open + postscreen.open + connections.open;
	}

	function sweep(): void {
		client.sweep(now);
		proxy.sweep(now);
		connections.sweep(now, idle);
		waiting.sweep(now);
		nextSweep = now + Math.max(5000, totalOpen());
		if (now >= nextEviction) {
			evict(now - idle);
			roles.sweep(now - idle);
			nextEviction = now + 60_000;
		}
	}

	function evict(before: number): void {
		options.evicted(
			server.evict(before) +
				client.evict(before) +
				proxy.evict(before) +
				connections.evict(before) +
				postscreen.evict(before),
		);
	}

	/** Too many at once (a scan, a hostile log): the limit of age halves until enough are gone. */
	function shrink(): void {
		for (let age = idle / 2; age >= 0; age = age > 1000 ? age / 2 : age - 1000) {
			if (totalOpen() <= mostOpen / 2) return;
			evict(age <= 0 ? Number.POSITIVE_INFINITY : now - age);
		}
		evict(Number.POSITIVE_INFINITY);
	}

	function read(program: Parameters<Joiner['line']>[0], entry: Entry, text: string, times: number): boolean {
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
				if (!event) return isQueueTalk(text);
				const failure = event.kind === 'handshake-failed';
				if (times === 1 || failure) for (let count = times; count > 0; count--) client.event(entry, event);
				lastFailure.host = failure ? entry.daemon.host : null;
				lastFailure.entry = failure ? {...entry} : null;
				lastFailure.event = failure ? event : null;
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
			if ((++lines & 255) === 0 && totalOpen() > mostOpen) shrink();
			return understood;
		},
		again(host, times) {
			const {entry, event} = lastFailure;
			if (lastFailure.host !== host || !entry || !event) return false;
			for (let count = Math.min(times, 1000); count > 0; count--) client.event(entry, event);
			return true;
		},
		advance(time) {
			if (time > now) now = time;
			if (now >= nextSweep) sweep();
		},
		pass(duration) {
			if (now === Number.NEGATIVE_INFINITY) return;
			now += duration;
			if (now >= nextSweep) sweep();
		},
		restart(daemons, start) {
			const those = new Set(daemons);
			const host = daemons[0]?.host;
			if (start) {
				const of = (daemon: Daemon) => those.has(daemon);
				const forever = Number.POSITIVE_INFINITY;
				options.evicted(server.evict(forever, of) + client.evict(forever, of) + proxy.evict(forever, of));
				if (host) options.evicted(postscreen.evict(forever, it => it === host));
			}
			for (const daemon of daemons) {
				waiting.settle(daemon.learned);
				daemon.learned.summaries = false;
				daemon.learned.wrapper = false;
				daemon.learned.starttls = false;
			}
		},
		end() {
			const forever = Number.POSITIVE_INFINITY;
			client.sweep(forever);
			proxy.sweep(forever);
			server.evict(forever);
			client.evict(forever);
			proxy.evict(forever);
			postscreen.evict(forever);
			connections.evict(forever);
			waiting.end();
		},
	};
}

/** Lines of smtp that have a queue id and say nothing of TLS: known, and nothing for a session. */
function isQueueTalk(text: string): boolean {
	return /^[0-9A-Za-z]{6,}: (?:enabling PIX|breaking line|host |conversation |lost connection )/.test(text);
}
