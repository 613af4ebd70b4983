import type {Session} from '../../tls/session.ts';
import type {Entry} from '../entry.ts';
import type {LoginHead} from '../login-head.ts';

/** A connection whose login was neither taken nor given up yet, by what its lines tell so far. */
type Waiting = {session: Session; head: LoginHead; readonly since: number};

/** Connections of Dovecot by their machine and id, as plain data. */
export type LoginsState = {
	waiting: Map<string, Waiting>;
	/** The latest of which a session was handed out: what is said of them later is no session. */
	told: Set<string>;
	/** Those that are proxied, which may take days. */
	proxied: Set<string>;
};

export function emptyLoginsState(): LoginsState {
	return {waiting: new Map(), told: new Set(), proxied: new Set()};
}

export type LoginJoiner = {
	/** A line of a connection with an id of its own, as the session that it would be alone. */
	line(entry: Entry, id: string, head: LoginHead, session: Session): void;
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

/**
 * Joins the lines of Dovecot's login processes. All with one `session=<id>` on one machine are one connection, whatever stands
 * before their elements (client-common.c client_get_session_id: time, port and address make the id), and the one that knows most
 * is the session. A login, or the end of one, is handed out at once; the rest waits for such a line.
 */
export function createLoginJoiner(emit: (session: Session) => void, state: LoginsState): LoginJoiner {
	const {waiting, told, proxied} = state;

	function handOut(key: string, head: LoginHead, session: Session): void {
		if (waiting.size > 0) waiting.delete(key);
		if (head === 'proxied') remember(proxied, key, mostProxied);
		else remember(told, key, mostTold);
		emit(session);
	}

	function oldest(): [string, Waiting] | undefined {
		return waiting.entries().next().value;
	}

	/** The better-knowing of two, from the first line on to the last. */
	function joined(before: Waiting, head: LoginHead, session: Session): Waiting {
		const first = before.session;
		const later = knowledge(head, session) > knowledge(before.head, first);
		const [best, other] = later ? [session, first] : [first, session];
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
		return {session: best, head: later ? head : before.head, since: before.since};
	}

	return {
		line(entry, id, head, session) {
			const key = `${entry.daemon.host.name ?? ''} ${id}`;
			if (told.has(key)) return;
			// Most logs have no proxy, and most logins are one line.
			if (proxied.size > 0 && proxied.has(key)) {
				if (head !== 'proxy-ended') return;
				proxied.delete(key);
				remember(told, key, mostTold);
				return;
			}
			const before = waiting.size > 0 ? waiting.get(key) : undefined;
			const one = before ? joined(before, head, session) : {session, head, since: entry.time ?? 0};
			if (head !== 'passing') {
				handOut(key, head, one.session);
				return;
			}
			waiting.set(key, one);
			const first = waiting.size > mostWaiting ? oldest() : undefined;
			if (first) handOut(first[0], first[1].head, first[1].session);
		},
		sweep(now) {
			for (const [key, {since, head, session}] of waiting) {
				if (since >= now - patience) break;
				handOut(key, head, session);
			}
		},
		end() {
			for (const [key, {head, session}] of waiting) handOut(key, head, session);
		},
	};
}
