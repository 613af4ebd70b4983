import type {Coverage} from '../../model/coverage.ts';
import type {HeldLine} from '../../model/outbound.ts';
import type {Session} from '../../model/session.ts';
import {createDeferredVerdicts} from '../deferred-verdicts.ts';
import {createHosts} from '../hosts.ts';
import type {Daemon, Host, LineContext} from '../line-context.ts';
import {
	argumentAt,
	daemonAt,
	lineAt,
	nextReport,
	none,
	pidAt,
	type Records,
	record,
	recordKindOf,
	recordSize,
	timeOf,
} from '../records.ts';
import {createClientJoiner} from './client.ts';
import {createConnections} from './connections.ts';
import type {ClientEvent} from './events/events.ts';
import {createLookupTable} from './events/lookup-table.ts';
import {clientEvent, proxyEvent, screenEvent} from './events/outbound-events.ts';
import {serverEvent} from './events/server-events.ts';
import {createHeldMail} from './held-mail.ts';
import type {Deferred, JoinerState} from './joiner-state.ts';
import {createLoginJoiner, takeLogin} from './logins.ts';
import type {JoinObserver, RecordedEvent} from './observer.ts';
import {createPostscreenJoiner} from './postscreen.ts';
import {createProxyJoiner} from './proxy.ts';
import {createRoles} from './roles.ts';
import {createServerJoiner} from './server.ts';

/*
 * In: records of lines, in the order of the lines. Out: sessions, each once, when nothing more can be said of them. It must not know
 * texts of lines, framings or bytes. Each program has a joiner of its own (`server.ts`, `client.ts`, `proxy.ts`, `postscreen.ts`,
 * `logins.ts`), which decides by the kind of a record which session it is of; the rules are named in `observer.ts`.
 */

/**
 * Records in, sessions out: all of Postfix's session-bearing programs joined, with a clock for each host (the times of its lines) and
 * bounds on memory. What waits on a host is due by its own clock, wherever the clocks of others stand.
 */
export type Joiner = {
	/** Works on a batch of records; several readers each have names of their own. */
	take(records: Records, reader?: number): void;
	/** So much time passed since the last call, ms: the clocks of hosts that wrote no lines go on, unless an archive is read. */
	pass(duration: number): void;
	/** The input is over: open sessions are handed out, without an end. */
	end(): void;
	/** What the joiner adds to the coverage. */
	readonly coverage: Coverage;
};

/** Sessions that say nothing for so long are given up: the longest Postfix timeouts are well below it, ms. */
const idle = 7_200_000;
/** So often they are looked for, ms: each look costs as much as there is open, so a log with few lines an hour has few looks. */
const evictEvery = 600_000;
/** Sessions held at most in each direction: about 1.5 KiB each, so well under 64 MiB in all. */
const mostOpen = 10_000;
/** Verdicts wait for what a tag may teach for so long, ms of log time, and so many at most. */
const patience = 120_000;
const mostWaiting = 2048;
const forever = Number.POSITIVE_INFINITY;
/** Times of lines are in whole seconds, or late by so much, ms. */
const stampError = 1000;

/**
 * Makes the joiner on a state, an empty one or that of an earlier run; `held` gets what is said of mail that TLS holds back. One
 * closure: it connects the joiners of all programs.
 */
export function createJoiner(
	emit: (session: Session) => void,
	ports: ReadonlyMap<string, number>,
	state: JoinerState,
	observer?: JoinObserver,
	held: (line: HeldLine) => void = () => undefined,
): Joiner {
	const {coverage} = state;
	const hosts = createHosts(ports, state.hosts);
	let known = createLookupTable(hosts);
	/** What the numbers of each reader stand for. */
	const tables = [known];
	const silent = (one: object): void => {
		coverage.noDialogue++;
		observer?.dropped(one, 'no-dialogue');
	};
	const notice = (sentence: string): void => {
		if (!coverage.notices.includes(sentence) && coverage.notices.length < 20) coverage.notices.push(sentence);
	};
	const decide = (item: Deferred, final: boolean): boolean => {
		if (item.kind === 'server') return server.decide(item.one, final);
		if (item.kind === 'delivery') return client.decide(item.row, final);
		if (!roles.decide(item.session, item.role, final)) return false;
		emit(item.session);
		return true;
	};
	// A room for each direction, so that one cannot crowd out the other.
	const deferred = (item: Deferred): void => {
		if (observer)
			observer.deferred(
				item.kind === 'server' ? item.one.session : item.kind === 'delivery' ? item.row.session : item.session,
			);
	};
	const deferredIn = createDeferredVerdicts({limit: mostWaiting, patience, decide, deferred}, state.deferredIn);
	const deferredOut = createDeferredVerdicts({limit: mostWaiting, patience, decide, deferred}, state.deferredOut);
	const roles = createRoles(deferredIn, state.roles);
	const connections = createConnections(emit, state.connections, idle, observer);
	const postscreen = createPostscreenJoiner({emit, silent, observer}, state.postscreen);
	const proxy = createProxyJoiner(
		{
			connections,
			emit,
			takeOver: postscreen.takeOver,
			observer,
		},
		state.proxy,
	);
	const server = createServerJoiner(
		{
			deferred: deferredIn,
			roles,
			emit,
			silent,
			handedOver: postscreen.handedOver,
			observer,
		},
		state.server,
	);
	const heldMail = createHeldMail(held, state.heldMail);
	const client = createClientJoiner(
		{
			deferred: deferredOut,
			connections,
			proxyFailures: proxy.failures,
			held: heldMail,
			emit,
			observer,
		},
		state.client,
	);
	const logins = createLoginJoiner(emit, state.logins, observer);
	let count = 0;
	/** Where the clocks of hosts stood when time passed last. */
	const seenAt = new WeakMap<Host, number>();
	const context: LineContext = {daemon: hosts.find(null, 'x'), pid: none, time: null, source: '', lineNumber: 0};

	function sweep(host: Host): void {
		const {now} = host;
		client.sweep(host, now);
		proxy.sweep(host, now);
		connections.sweep(host, now);
		logins.sweep(host, now);
		deferredIn.sweep(host, now);
		deferredOut.sweep(host, now);
		host.nextSweep = nextReport(now);
		if (now < host.nextEviction) return;
		evictInbound(host, now - idle);
		evictOutbound(host, now - idle);
		roles.evict(host, now - idle);
		host.nextEviction = now + evictEvery;
	}

	function evictInbound(host: Host, before: number): void {
		coverage.evicted += server.evict(host.daemons.values(), before) + postscreen.evict(host, before);
	}

	function evictOutbound(host: Host, before: number): void {
		coverage.evicted += proxy.evict(host.daemons.values(), before) + client.evict(host.daemons.values(), before);
		coverage.evicted += connections.evict(host, before);
	}

	/** No line of this host follows: all that is open is handed out, without an end. */
	function close(host: Host): void {
		client.sweep(host, forever);
		proxy.sweep(host, forever);
		server.evict(host.daemons.values(), forever);
		client.evict(host.daemons.values(), forever);
		proxy.evict(host.daemons.values(), forever);
		postscreen.evict(host, forever);
		connections.evict(host, forever);
		logins.end(host);
		deferredIn.end(host);
		deferredOut.end(host);
	}

	/** Names of hosts and tags were too many for a reader (a hostile sender): nothing more is known of any of them. */
	function forget(): void {
		for (const host of state.hosts.values()) {
			close(host);
			roles.evict(host, forever);
			heldMail.end(host);
		}
		state.hosts.clear();
		state.lastFailure = null;
		for (const table of Object.values(tables)) table.renew();
	}

	/** Too many at once (a scan, a hostile log): the limit of age halves until enough are gone. */
	function shrink(open: () => number, evict: (host: Host, before: number) => void): void {
		for (let age = idle / 2; age >= 1000 && open() > mostOpen / 2; age /= 2)
			for (const host of state.hosts.values()) evict(host, host.now - age);
		if (open() > mostOpen / 2) for (const host of state.hosts.values()) evict(host, forever);
	}

	function bound(): void {
		const openIn = () => server.open + postscreen.open;
		const openOut = () => client.open + connections.open + proxy.open;
		if (openIn() > mostOpen) shrink(openIn, evictInbound);
		if (openOut() > mostOpen) shrink(openOut, evictOutbound);
	}

	function advance(host: Host, time: number): void {
		if (time > host.now) host.now = time;
		if (host.now >= host.nextSweep) sweep(host);
	}

	/** Postfix was started (all open sessions are over) or reloaded: what was learned of its tags is void. */
	function restart({host, tag}: Daemon, start: boolean): void {
		const daemons = hosts.instance(host, tag.instance);
		if (start) {
			coverage.evicted +=
				server.evict(daemons, forever) + proxy.evict(daemons, forever) + client.evict(daemons, forever);
			coverage.evicted += postscreen.evict(host, forever);
		}
		for (const {learned} of daemons) {
			deferredIn.settle(host, learned);
			deferredOut.settle(host, learned);
			learned.summaries = false;
			learned.wrapper = false;
			learned.starttls = false;
			learned.tlsOff = false;
		}
	}

	/** A process that goes on without TLS answers STARTTLS with 454, or sends in plaintext unless TLS is demanded. */
	function switchedOff({daemon, source, lineNumber}: LineContext): void {
		const sends = daemon.tag.program === 'smtp' || daemon.tag.program === 'lmtp';
		if (sends) client.event(context, {kind: 'tls-off'});
		else observer?.joined('tls-off', null);
		if (daemon.learned.tlsOff) return;
		daemon.learned.tlsOff = true;
		const where = [daemon.host.name, daemon.tag.name].filter(name => name !== null).join(' ');
		notice(`${where} has switched TLS off and ${sends ? 'uses' : 'offers'} none; see ${source}, line ${lineNumber}.`);
	}

	function failed(event: ClientEvent, times: number): void {
		for (let left = times; left > 0; left--) client.event(context, event);
		state.lastFailure = {context: {...context}, event};
	}

	/** Shows a record and what it says to the observer, if there is one. */
	function observe(kind: number, event: RecordedEvent): void {
		const name = observer && recordKindOf(kind);
		if (!observer || !name) return;
		observer.recorded(context.lineNumber, name, event);
		if (name === 'time' || name === 'lossy' || name === 'restart') observer.joined(name, null);
	}

	/** A record of a kind that few lines make. */
	function rare(ints: Int32Array, at: number, kind: number): void {
		const argument = ints[at + argumentAt] ?? 0;
		const {host} = context.daemon;
		if (kind !== record.login) observe(kind, null);
		if (kind === record.lossy) host.lossyUntil = Math.max(host.lossyUntil, (context.time ?? 0) + argument);
		else if (kind === record.restart) restart(context.daemon, argument === 1);
		else if (kind === record.tlsOff) switchedOff(context);
		else if (kind === record.login)
			takeLogin(logins, context, ints, at, known, observer && (session => observe(kind, session)));
	}

	function again(times: number): void {
		const {lastFailure} = state;
		if (lastFailure) for (let left = times; left > 0; left--) client.event(lastFailure.context, lastFailure.event);
	}

	/** Whether log time goes by as time does: an archive is read faster, and a host of it is not silent, its lines are still to come. */
	function isLive(duration: number): boolean {
		for (const host of state.hosts.values())
			if (host.now - (seenAt.get(host) ?? forever) > duration * 2 + stampError) return false;
		return true;
	}

	/** A record that is about a line. */
	function dispatch(ints: Int32Array, at: number, kind: number): void {
		const number = ints[at + daemonAt] ?? 0;
		const daemon = known.daemons[number] ?? known.makeDaemon(number);
		if (daemon === undefined) return;
		context.daemon = daemon;
		context.pid = ints[at + pidAt] ?? none;
		context.lineNumber = ints[at + lineAt] ?? 0;
		context.time = timeOf(ints, at);
		if (context.time !== null && daemon.host.firstTime === Number.NEGATIVE_INFINITY)
			daemon.host.firstTime = context.time;
		if (kind >= record.login) rare(ints, at, kind);
		else if (kind >= record.screenConnect) {
			const event = screenEvent(ints, at, known);
			if (observer) observe(kind, event);
			postscreen.event(context, event);
		} else if (kind >= record.proxyConnect) {
			const event = proxyEvent(ints, at, known);
			if (observer) observe(kind, event);
			proxy.event(context, event);
		} else if (kind >= record.clientSummary) {
			const event = clientEvent(ints, at, known);
			if (observer) observe(kind, event);
			if (kind === record.clientHandshakeFailed) failed(event, ints[at + argumentAt + 2] ?? 1);
			else client.event(context, event);
		} else if (kind >= record.serverConnect) {
			const event = serverEvent(ints, at, known);
			if (observer) observe(kind, event);
			server.event(context, event);
		} else rare(ints, at, kind);
		// Counting what is open is not for every line.
		if ((++count & 255) === 0) bound();
		if (context.time !== null) advance(daemon.host, context.time);
	}

	/** The numbers that follow are those of a reader. */
	function look(reader: number): void {
		tables[reader] ??= createLookupTable(hosts);
		known = tables[reader];
		context.source = known.source;
	}

	return {
		coverage,
		take(records, reader = 0) {
			if (known !== tables[reader]) look(reader);
			const {ints, used} = records;
			for (let at = 0; at < used; at += recordSize) {
				const kind = ints[at] ?? 0;
				if (kind >= record.time && kind !== record.again) dispatch(ints, at, kind);
				else if (kind === record.again) {
					observer?.recorded(-1, 'again', null);
					again(ints[at + argumentAt] ?? 0);
				} else {
					known.define(records, at);
					if (kind === record.source) context.source = known.source;
					else if (kind === record.forget) forget();
				}
			}
		},
		pass(duration) {
			const live = isLive(duration);
			for (const host of state.hosts.values()) {
				if (live && host.now === seenAt.get(host)) advance(host, host.now + duration);
				if (host.now > Number.NEGATIVE_INFINITY) seenAt.set(host, host.now);
			}
		},
		end() {
			for (const host of state.hosts.values()) close(host);
		},
	};
}
