import type {Session} from '../../tls/session.ts';
import type {Daemon} from '../entry.ts';
import {inboundHop} from '../service.ts';
import type {Waiting} from '../waiting.ts';
import type {Roles} from './roles.ts';
import type {ServerSession} from './server-session.ts';
import {type Verdict, verdictOf} from './verdict.ts';

export type ServerEndOptions = {
	waiting: Waiting;
	roles: Roles;
	emit(session: Session): void;
	/** A connection in which nothing was said. */
	silent(): void;
};

/** Ends smtpd sessions: learns from them, judges them at once or when their tag has taught enough, hands them out. */
export function createServerEnd(options: ServerEndOptions): (one: ServerSession, ended: boolean) => void {
	const {waiting} = options;

	/** What an ended session says of its tag. */
	function learn(one: ServerSession, ended: boolean): void {
		const {learned} = one.daemon;
		const before = learned.wrapper || learned.starttls;
		if (one.brokenAfter === 'STARTTLS' || (one.counters && one.counters.starttlsTried > 0)) learned.starttls = true;
		else if (one.summary && one.counters && one.startSeen && ended) learned.wrapper = true;
		else if (one.handshakeFailed && one.brokenAfter === 'CONNECT') learned.wrapper = true;
		if (!before && (learned.wrapper || learned.starttls)) waiting.retry(learned);
	}

	function publish(one: ServerSession): void {
		const {session, daemon} = one;
		const implicit = session.tlsMode === 'implicit';
		if (implicit && session.portSource === 'service' && daemon.tag.service === null) {
			// The handshake came before any command: not the port that the bare tag stands for (RFC 8314 section 3.3).
			session.service = 'smtps';
			session.port = 465;
		}
		session.hop = inboundHop(session.port, session.peerIp, one.loggedIn || (implicit && session.port === null));
		if (daemon.tag.program === 'cut') options.roles.settle(session, processName(daemon, session), options.emit);
		else options.emit(session);
	}

	function conclude(one: ServerSession, verdict: Verdict | 'no-dialogue'): void {
		if (verdict === 'no-dialogue') {
			options.silent();
			return;
		}
		one.session.outcome = verdict.outcome;
		one.session.failure = verdict.failure;
		one.session.tlsMode = verdict.mode;
		publish(one);
	}

	return (one, ended) => {
		const {session, daemon} = one;
		one.closed = true;
		session.messages = one.queueIds.count;
		if (one.counters && one.counters.auth > 0) one.loggedIn = true;
		learn(one, ended);
		// Without a disconnect line and without a summary nothing is proven (the end may lie in the next file).
		if (!ended && !one.summary && !one.handshakeFailed && !one.plaintext) {
			if (session.messages > 0 || one.startSeen) publish(one);
			return;
		}
		const verdict = verdictOf(one, daemon.learned, false);
		if (verdict !== undefined) {
			conclude(one, verdict);
			return;
		}
		waiting.add(daemon.learned, session.endedAt, final => {
			const later = verdictOf(one, daemon.learned, final);
			if (later !== undefined) conclude(one, later);
			return later !== undefined;
		});
	};
}

function processName(daemon: Daemon, session: Session): string {
	return `${daemon.host.name}/${daemon.tag.name}/${session.pid}`;
}
