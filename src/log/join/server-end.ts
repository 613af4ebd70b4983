import type {Session} from '../../model/session.ts';
import type {DeferredVerdicts} from '../deferred-verdicts.ts';
import {inboundHop} from '../service.ts';
import {hasQueueId} from './messages.ts';
import type {JoinObserver} from './observer.ts';
import type {Roles} from './roles.ts';
import type {ServerSession} from './server-session.ts';
import {type Verdict, verdictOf} from './verdict.ts';

/** An smtpd session that is over, whose tag may yet show whether it logs TLS and how. */
export type DeferredServer = {kind: 'server'; one: ServerSession};

export type ServerEndOptions = {
	deferred: DeferredVerdicts<DeferredServer>;
	roles: Roles;
	emit(session: Session): void;
	/** A connection in which nothing was said. */
	silent(one: object): void;
	observer?: JoinObserver | undefined;
};

export type ServerEnd = {
	/** The session is over; `ended` when its disconnect line said so. */
	finish(one: ServerSession, ended: boolean): void;
	/** Judges it; false when that hangs on what its tag may still teach. */
	decide(one: ServerSession, final: boolean): boolean;
};

/** Ends smtpd sessions: learns from them, judges them at once or when their tag has taught enough, hands them out. */
export function createServerEnd(options: ServerEndOptions): ServerEnd {
	const {deferred} = options;

	/** What an ended session says of its tag. */
	function learn(one: ServerSession, ended: boolean): void {
		const {learned} = one.daemon;
		const before = learned.wrapper || learned.starttls;
		if (one.brokenAfter === 'STARTTLS' || (one.counters && one.counters.starttlsTried > 0)) learned.starttls = true;
		else if (one.summary && one.counters && one.startSeen && ended) learned.wrapper = true;
		else if (one.handshakeFailed && one.brokenAfter === 'CONNECT') learned.wrapper = true;
		if (!before && (learned.wrapper || learned.starttls)) deferred.retry(one.daemon.host, learned);
	}

	function publish(one: ServerSession): void {
		const {session, daemon} = one;
		const implicit = session.tlsMode === 'implicit';
		if (implicit && session.portSource === 'service' && daemon.tag.service === null) {
			// The handshake came before any command: not the port that the bare tag stands for (RFC 8314 section 3.3).
			session.service = 'smtps';
			session.port = 465;
		}
		session.startSeen = one.startSeen;
		session.hop = inboundHop(session.port, session.peerIp, session.loggedIn || (implicit && session.port === null));
		if (daemon.tag.program === 'cut') options.roles.settle(session, daemon);
		else options.emit(session);
	}

	function conclude(one: ServerSession, verdict: Verdict | 'no-dialogue'): void {
		if (verdict === 'no-dialogue') {
			options.silent(one.session);
			return;
		}
		one.session.outcome = verdict.outcome;
		one.session.failure = verdict.failure;
		one.session.alert = verdict.failure === one.failure ? one.alert : null;
		one.session.tlsMode = verdict.mode;
		publish(one);
	}

	function decide(one: ServerSession, final: boolean): boolean {
		const verdict = verdictOf(one, one.daemon.learned, final);
		if (verdict !== undefined) conclude(one, verdict);
		return verdict !== undefined;
	}

	function finish(one: ServerSession, ended: boolean): void {
		const {session, daemon} = one;
		one.closed = true;
		session.messages = acceptedBy(one);
		if (one.counters) {
			session.rejected = Math.max(0, one.counters.refused - unfinished(one) - one.earlier.rejected);
			// A user name is logged with a message only (smtpd/smtpd_sasl_proto.c logs none by itself): who sent none logged in all the same.
			if (one.counters.auth > 0) session.loggedIn = true;
		}
		learn(one, ended);
		// Without a disconnect line and without a summary nothing is proven (the end may lie in the next file).
		if (!ended && !one.summary && !one.handshakeFailed && !one.handshake && !one.plaintext) {
			if (session.messages > 0 || one.startSeen) publish(one);
			else options.observer?.dropped(session, 'nothing-proven');
		} else if (!decide(one, false)) deferred.add(daemon.host, daemon.learned, session.endedAt, {kind: 'server', one});
	}

	return {finish, decide};
}

/** Commands at which a connection breaks inside a transaction. */
const inTransaction: ReadonlySet<string> = new Set(['RCPT', 'DATA', 'BDAT', 'DATA content', 'BDAT content']);
const endOfMessage = 'END-OF-MESSAGE';

/** DATA or BDAT that the counters have as no success although nobody refused it: the connection broke in it. */
function unfinished({brokenAfter}: ServerSession): 0 | 1 {
	return brokenAfter === endOfMessage || brokenAfter?.endsWith(' content') === true ? 1 : 0;
}

/** Whether the latest transaction broke off before its data was accepted. Up to Postfix 3.9 that follows from the last command. */
function isAborted(one: ServerSession): boolean {
	const {brokenAfter, brokenIn, queueIds} = one;
	if (brokenAfter === null || brokenAfter === endOfMessage) return false;
	if (brokenIn !== null) return brokenIn !== '' && hasQueueId(queueIds, brokenIn);
	return one.inTransaction && inTransaction.has(brokenAfter);
}

/**
 * Messages that were accepted: distinct queue ids, without those whose transaction was given up (RSET, QUIT, a broken connection, a
 * refusal of the content). A queue id is logged with the first recipient, so it proves no message (smtpd.c rcpt_cmd); DATA counts
 * as a success when the message was taken in, BDAT with each piece (smtpd.c data_cmd, bdat_cmd). After END-OF-MESSAGE the
 * message is in the queue although its DATA was left unfinished (smtpd.c common_post_message_handling).
 */
function acceptedBy(one: ServerSession): number {
	const known = Math.max(0, one.queueIds.count - (isAborted(one) ? 1 : 0));
	const {counters} = one;
	if (counters === null) return known;
	const taken = counters.data + counters.bdat + (one.brokenAfter === endOfMessage ? 1 : 0);
	return Math.min(known, Math.max(0, taken - one.earlier.messages));
}
