import {emptySession, failures, type Session} from '../../model/session.ts';
import {addReason} from '../library-problem.ts';
import type {Host, LineContext} from '../line-context.ts';
import type {Tag} from '../lines/tag.ts';
import {
	type LoginHead,
	type LoginProcess,
	loginHeads,
	loginHops,
	loginModes,
	loginOutcomes,
	loginProcess,
	loginSources,
} from '../login-head.ts';
import {argumentAt, none} from '../records.ts';
import type {LookupTable} from './events/lookup-table.ts';
import type {JoinObserver} from './observer.ts';

/** A connection whose login was neither taken nor given up yet, by what its lines say so far. */
type Waiting = {
	readonly low: number;
	readonly high: number;
	readonly session: Session;
	readonly head: LoginHead;
	readonly since: number;
};

/** The id of a connection and its host, as one number of 64 bits. */
type ConnectionId = {low: number; high: number};

/** Connections of Dovecot by their host and id, as plain data; `size` counts those that wait. */
export type LoginsState = {
	waiting: Map<Host, Map<string, Waiting>>;
	size: number;
	/** The latest of which a session was handed out: what is said of them later is no session. */
	recent: RecentIds;
	/** Those that are proxied, which may take days. */
	proxied: Set<string>;
};

export function emptyLoginsState(): LoginsState {
	return {waiting: new Map(), size: 0, recent: noRecentIds(), proxied: new Set()};
}

export type LoginJoiner = {
	/** A line that names no connection: one of its own. */
	alone(session: Session): void;
	/** A line of a connection with an id of its own, by the two halves of its hash, as the session that it would be alone. */
	line(context: LineContext, low: number, high: number, head: LoginHead, session: Session): void;
	/** Hands out what no line of a host has ended for too long, by its log time in ms. */
	sweep(host: Host, now: number): void;
	/** No line of this host follows. */
	end(host: Host): void;
};

/** No login takes longer: a process gives a client three minutes (login-common/client-common.h CLIENT_LOGIN_TIMEOUT_MSECS); ms. */
const patience = 300_000;
const mostWaiting = 10_000;
const mostRecent = 16_384;
const mostProxied = 131_072;

const rank: Readonly<Record<LoginHead, number>> = {passing: 0, ended: 1, entered: 2, proxied: 2, 'proxy-ended': 2};

/** How much a line knows: how the login came out, then how the connection was secured. */
function knowledge(head: LoginHead, session: Session): number {
	return rank[head] * 4 + (session.protocol === null ? 0 : 2) + (session.outcome === null ? 0 : 1);
}

/** Adds to a set that forgets its oldest keys. */
function remember(set: Set<string>, key: string, most: number): void {
	set.add(key);
	if (set.size <= most) return;
	for (const oldest of set) {
		set.delete(oldest);
		if (set.size <= most / 2) break;
	}
}

/** A number for the name of a host. */
function numberOf(name: string): number {
	let hash = name.length;
	for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
	return hash;
}

/**
 * Joins the lines of Dovecot's login processes. All with one `session=<id>` on one host are one connection, whatever is written
 * before their elements (client-common.c client_get_session_id: time, port and address make the id), and the one that knows most
 * is the session. A login, or the end of one, is handed out at once; the rest waits for such a line.
 */
export function createLoginJoiner(
	emit: (session: Session) => void,
	state: LoginsState,
	observer?: JoinObserver,
): LoginJoiner {
	const {waiting, recent, proxied} = state;
	/** The sessions that were handed out, by the number of their connection: only an observer asks for them again. */
	const handedOut = observer && new Map<string, Session>();
	let host: Host | undefined;
	let salt = 0;
	/** Used again, as there is one for each line. */
	const id: ConnectionId = {low: 0, high: 0};

	/**
	 * The connection that a line names. Hosts number theirs by themselves, and a proxy passes its own number to the one
	 * behind it.
	 */
	function connectionOf(of: Host, low: number, high: number): ConnectionId {
		if (of !== host) {
			host = of;
			salt = numberOf(of.name ?? '');
		}
		id.low = low ^ salt;
		id.high = high ^ Math.imul(salt, 0x9e3779b1);
		return id;
	}

	function waitOn(of: Host, key: string, one: Waiting): void {
		let ones = waiting.get(of);
		if (!ones) {
			ones = new Map();
			waiting.set(of, ones);
		}
		if (!ones.has(key)) state.size++;
		ones.set(key, one);
		if (state.size > mostWaiting) handOutOldest();
	}

	/** The oldest of the host that waits longest. */
	function handOutOldest(): void {
		for (const [of, ones] of waiting)
			for (const [key, one] of ones) {
				handOut(of, key, one);
				return;
			}
	}

	function handOut(of: Host, key: string, {low, high, head, session}: Waiting): void {
		const ones = waiting.get(of);
		if (ones?.delete(key)) state.size--;
		if (ones?.size === 0) waiting.delete(of);
		handedOut?.set(key, session);
		if (head === 'proxied') remember(proxied, key, mostProxied);
		else addRecentId(recent, low, high, mostRecent);
		emit(session);
	}

	/** The better-knowing of two, from the first line on to the last. */
	function joined(before: Waiting, head: LoginHead, session: Session): Waiting {
		const first = before.session;
		const later = knowledge(head, session) > knowledge(before.head, first);
		const [best, other] = later ? [session, first] : [first, session];
		observer?.became(other, best);
		if (best.outcome === 'encrypted' && best.protocol === null) {
			best.protocol = other.protocol;
			best.cipher = other.cipher;
			best.cipherBits = other.cipherBits;
		}
		if (best.failure !== null) addReason(best, other);
		best.endedAt = session.endedAt;
		best.lastLine = first.source === session.source ? session.lastLine : best.lastLine;
		if (later) {
			best.startedAt = first.startedAt;
			if (first.source === session.source) best.firstLine = first.firstLine;
		}
		return {...before, session: best, head: later ? head : before.head};
	}

	function late(low: number, high: number): void {
		observer?.joined('login-over', handedOut?.get(`${low} ${high}`) ?? null);
	}

	return {
		alone(session) {
			observer?.joined('login', session);
			emit(session);
		},
		line(context, idLow, idHigh, head, session) {
			const {low, high} = connectionOf(context.daemon.host, idLow, idHigh);
			if (isRecentId(recent, low, high)) {
				late(low, high);
				return;
			}
			if (observer && !proxied.has(`${low} ${high}`)) observer.joined('login-id', session);
			// Most connections are one line, and no other waits.
			if (state.size === 0 && proxied.size === 0 && (head === 'entered' || head === 'ended')) {
				addRecentId(recent, low, high, mostRecent);
				handedOut?.set(`${low} ${high}`, session);
				emit(session);
				return;
			}
			const key = `${low} ${high}`;
			if (proxied.has(key)) {
				late(low, high);
				if (head !== 'proxy-ended') return;
				proxied.delete(key);
				addRecentId(recent, low, high, mostRecent);
				return;
			}
			const of = context.daemon.host;
			const before = waiting.get(of)?.get(key);
			const one = before ? joined(before, head, session) : {low, high, session, head, since: context.time ?? 0};
			if (head === 'passing') waitOn(of, key, one);
			else handOut(of, key, {...one, head});
		},
		sweep(of, now) {
			for (const [key, one] of waiting.get(of) ?? []) {
				if (one.since >= now - patience) break;
				handOut(of, key, one);
			}
		},
		end(of) {
			for (const [key, one] of waiting.get(of) ?? []) handOut(of, key, one);
		},
	};
}

/** Ids of 64 bits in an open table: two numbers each, both 0 where the place is free. */
type Table = Int32Array;

/** The latest ids, and those before, as plain data. */
export type RecentIds = {young: Table; older: Table; count: number};

/** A power of two, as are all sizes. */
const smallest = 128;

export function noRecentIds(): RecentIds {
	return {young: new Int32Array(smallest), older: new Int32Array(smallest), count: 0};
}

/** Where an id is, or where it would be; at a place with two zeros the search ends. */
function placeOf(table: Table, low: number, high: number): number {
	let place = (low << 1) & (table.length - 1);
	while ((table[place] !== low || table[place + 1] !== high) && (table[place] !== 0 || table[place + 1] !== 0))
		place = (place + 2) & (table.length - 1);
	return place;
}

function holds(table: Table, low: number, high: number): boolean {
	const place = placeOf(table, low, high);
	return table[place] !== 0 || table[place + 1] !== 0;
}

function put(table: Table, low: number, high: number): void {
	const place = placeOf(table, low, high);
	table[place] = low;
	table[place + 1] = high;
}

/** A table of twice the size with the same ids. */
function doubled(table: Table): Table {
	const larger = new Int32Array(table.length * 2);
	for (let place = 0; place < table.length; place += 2)
		if (table[place] !== 0 || table[place + 1] !== 0) put(larger, table[place] ?? 0, table[place + 1] ?? 0);
	return larger;
}

/** Whether an id is among the latest; at least as many are known as half of `most` in `addRecentId`. */
export function isRecentId(ids: RecentIds, low: number, high: number): boolean {
	return holds(ids.young, low, high) || holds(ids.older, low, high);
}

/** Adds an id that is not among them, not twice zero; of `most` the older half is forgotten at once. */
export function addRecentId(ids: RecentIds, low: number, high: number, most: number): void {
	if (ids.count >= most / 2) {
		ids.older = ids.young;
		ids.young = new Int32Array(ids.older.length);
		ids.count = 0;
	}
	if (ids.count >= ids.young.length / 4) ids.young = doubled(ids.young);
	put(ids.young, low, high);
	ids.count++;
}

/** What the record of a line of Dovecot's login processes says of its connection: the session that it is if no other line follows. */
function loginSession(context: LineContext, ints: Int32Array, at: number, known: LookupTable): Session {
	const argument = (index: number): number => ints[at + argumentAt + index] ?? none;
	const string = (index: number): string | null => {
		const number = argument(index);
		return number === none ? null : (known.strings[number] ?? null);
	};
	const number = (index: number): number | null => (argument(index) === none ? null : argument(index));
	const bits = argument(6);
	const label = (bits >> 20) - 1;
	const process = label === none ? processOf(context.daemon.tag) : (known.labels[label] ?? unnamed);
	const session = emptySession(loginHops[bits & 3] ?? 'access', 'in');
	session.startedAt = context.time;
	session.endedAt = context.time;
	session.logHost = context.daemon.host.name;
	session.tag = process.tag;
	session.pid = context.pid < 0 ? null : context.pid;
	session.service = process.service;
	session.port = number(5);
	session.portSource = loginSources[(bits >> 4) & 3] ?? null;
	session.tlsMode = loginModes[(bits >> 6) & 3] ?? null;
	session.peerIp = string(0);
	session.peerPort = number(1);
	session.username = string(2);
	session.loggedIn = headOf(bits) !== 'passing' && headOf(bits) !== 'ended';
	session.serverName = string(3);
	session.outcome = loginOutcomes[(bits >> 2) & 3] ?? null;
	const failure = (bits >> 8) & 255;
	// Most logins fail in nothing, and to look for what stands before the first of a list takes V8 a hundred times as long.
	if (failure !== 0) {
		session.failure = failures[failure - 1] ?? null;
		const problem = number(7);
		session.alert = problem === null ? null : (known.problems[problem]?.alert ?? null);
	}
	const secured = known.secureds[argument(4)];
	if (session.outcome === 'encrypted' && secured && secured.protocol !== null && secured.cipher !== null) {
		session.protocol = secured.protocol;
		session.cipher = secured.cipher;
		session.cipherBits = secured.bits;
	}
	session.source = context.source;
	session.firstLine = context.lineNumber;
	session.lastLine = context.lineNumber;
	return session;
}

const headOf = (bits: number): LoginHead => loginHeads[(bits >> 16) & 7] ?? 'passing';

/** Takes the record of a line: by the id of its connection, or as a connection of its own where the format has no id. */
export function takeLogin(
	joiner: LoginJoiner,
	context: LineContext,
	ints: Int32Array,
	at: number,
	known: LookupTable,
	observe?: (session: Session) => void,
): void {
	const session = loginSession(context, ints, at, known);
	observe?.(session);
	const low = ints[at + argumentAt + 8] ?? 0;
	const high = ints[at + argumentAt + 9] ?? 0;
	if (low === 0 && high === 0) joiner.alone(session);
	else joiner.line(context, low, high, headOf(ints[at + argumentAt + 6] ?? 0), session);
}

const unnamed = loginProcess('');

/** Processes by the tags of their lines: a session takes their names as they are, so that the same name is the same string. */
const ofTags = new WeakMap<Tag, LoginProcess>();

function processOf(tag: Tag): LoginProcess {
	const known = ofTags.get(tag);
	if (known !== undefined) return known;
	const process = loginProcess(tag.name);
	ofTags.set(tag, process);
	return process;
}
