import type {Session} from '../../tls/session.ts';
import type {Entry, Host} from '../entry.ts';
import type {LoginHead} from '../login-head.ts';
import type {JoinObserver} from './observer.ts';
import {addRecentId, isRecentId, noRecentIds, type RecentIds} from './recent-ids.ts';

/** A connection whose login was neither taken nor given up yet, by what its lines tell so far. */
type Waiting = {
	readonly low: number;
	readonly high: number;
	readonly session: Session;
	readonly head: LoginHead;
	readonly since: number;
};

/** The id of a connection and its machine, as one number of 64 bits. */
type ConnectionId = {low: number; high: number};

/** Connections of Dovecot by their machine and id, as plain data. */
export type LoginsState = {
	waiting: Map<string, Waiting>;
	/** The latest of which a session was handed out: what is said of them later is no session. */
	told: RecentIds;
	/** Those that are proxied, which may take days. */
	proxied: Set<string>;
};

export function emptyLoginsState(): LoginsState {
	return {waiting: new Map(), told: noRecentIds(), proxied: new Set()};
}

export type LoginJoiner = {
	/** A line that names no connection: one of its own. */
	alone(session: Session): void;
	/** A line of a connection with an id of its own, by the two halves of its hash, as the session that it would be alone. */
	line(entry: Entry, low: number, high: number, head: LoginHead, session: Session): void;
	/** Hands out what no line has ended for too long, by log time in ms. */
	sweep(now: number): void;
	/** The input is over. */
	end(): void;
};

/** No login takes longer: a process gives a client three minutes (login-common/client-common.h CLIENT_LOGIN_TIMEOUT_MSECS); ms. */
const patience = 300_000;
const mostWaiting = 10_000;
const mostTold = 16_384;
const mostProxied = 131_072;

const rank: Readonly<Record<LoginHead, number>> = {passing: 0, ended: 1, entered: 2, proxied: 2, 'proxy-ended': 2};

/** How much a line knows: how the login came out, then how the connection was secured. */
function knowledge(head: LoginHead, session: Session): number {
	return rank[head] * 4 + (session.protocol === null ? 0 : 2) + (session.outcome === null ? 0 : 1);
}

/** Adds to a set that forgets its oldest words. */
function remember(set: Set<string>, word: string, most: number): void {
	set.add(word);
	if (set.size <= most) return;
	for (const oldest of set) {
		set.delete(oldest);
		if (set.size <= most / 2) break;
	}
}

/** A number for the name of a machine. */
function numberOf(name: string): number {
	let hash = name.length;
	for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
	return hash;
}

/**
 * Joins the lines of Dovecot's login processes. All with one `session=<id>` on one machine are one connection, whatever stands
 * before their elements (client-common.c client_get_session_id: time, port and address make the id), and the one that knows most
 * is the session. A login, or the end of one, is handed out at once; the rest waits for such a line.
 */
export function createLoginJoiner(
	emit: (session: Session) => void,
	state: LoginsState,
	observer?: JoinObserver,
): LoginJoiner {
	const {waiting, told, proxied} = state;
	/** The sessions that were handed out, by the number of their connection: only an observer asks for them again. */
	const handedOut = observer && new Map<string, Session>();
	let host: Host | undefined;
	let salt = 0;
	/** Used again, as there is one for each line. */
	const id: ConnectionId = {low: 0, high: 0};

	/** The connection that a line names. Machines number theirs by themselves, and a proxy tells its own number to the one behind it. */
	function connectionOf(of: Host, low: number, high: number): ConnectionId {
		if (of !== host) {
			host = of;
			salt = numberOf(of.name ?? '');
		}
		id.low = low ^ salt;
		id.high = high ^ Math.imul(salt, 0x9e3779b1);
		return id;
	}

	function handOut(key: string, {low, high, head, session}: Waiting): void {
		waiting.delete(key);
		handedOut?.set(key, session);
		if (head === 'proxied') remember(proxied, key, mostProxied);
		else addRecentId(told, low, high, mostTold);
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
		line(entry, idLow, idHigh, head, session) {
			const {low, high} = connectionOf(entry.daemon.host, idLow, idHigh);
			if (isRecentId(told, low, high)) {
				late(low, high);
				return;
			}
			if (observer && !proxied.has(`${low} ${high}`)) observer.joined('login-id', session);
			// Most connections are one line, and no other waits.
			if (waiting.size === 0 && proxied.size === 0 && (head === 'entered' || head === 'ended')) {
				addRecentId(told, low, high, mostTold);
				handedOut?.set(`${low} ${high}`, session);
				emit(session);
				return;
			}
			const key = `${low} ${high}`;
			if (proxied.has(key)) {
				late(low, high);
				if (head !== 'proxy-ended') return;
				proxied.delete(key);
				addRecentId(told, low, high, mostTold);
				return;
			}
			const before = waiting.get(key);
			const one = before ? joined(before, head, session) : {low, high, session, head, since: entry.time ?? 0};
			if (head !== 'passing') {
				handOut(key, {...one, head});
				return;
			}
			waiting.set(key, one);
			if (waiting.size <= mostWaiting) return;
			for (const [oldest, first] of waiting) {
				handOut(oldest, first);
				break;
			}
		},
		sweep(now) {
			for (const [key, one] of waiting) {
				if (one.since >= now - patience) break;
				handOut(key, one);
			}
		},
		end() {
			for (const [key, one] of waiting) handOut(key, one);
		},
	};
}
