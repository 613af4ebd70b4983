import type {Session, Trust} from '../../model/session.ts';
import type {DeferredVerdicts} from '../deferred-verdicts.ts';
import type {Delivery} from '../delivery.ts';
import type {Daemon, LineContext} from '../line-context.ts';
import type {Peer} from '../peer.ts';
import {outboundSession} from './begin-session.ts';
import {brokenBy} from './credit.ts';
import {addRecipient, type Recipients, recipientsText} from './messages.ts';
import {noteLevel, refusalOf, transportOf} from './tls-level.ts';

/** A delivery without a summary: all recipients of one queue id on one relay. */
export type PlainDelivery = {
	readonly session: Session;
	readonly daemon: Daemon;
	readonly queueId: string;
	readonly relayText: string;
	recipients: Recipients | null;
	/** Plaintext whatever the log level: reused without «reused», or after a handshake that failed, or by `tls=`. */
	proven: boolean;
	/** Its summary may lie before the log, or was lost with other lines. */
	doubtful: boolean;
	sent: boolean;
};

/** A delivery without a summary, whose tag may yet show that it logs TLS. */
export type DeferredDelivery = {kind: 'delivery'; row: PlainDelivery};

/** A handshake that is known by other lines than its summary. */
export type SeenHandshake = {readonly peer: Peer; readonly trust: Trust | null; queueId: string | null};

/** What the lines before a delivery prove: no TLS (a handshake that failed, no STARTTLS), or a handshake without a summary. */
type Evidence = {readonly plaintext: boolean; readonly seen: SeenHandshake | null};

export type PlainDeliveries = {
	/** One more delivery line; returns the row in progress. */
	add(row: PlainDelivery | null, context: LineContext, delivery: Delivery, evidence: Evidence): PlainDelivery;
	/** Nothing more is to come of this row. */
	settle(row: PlainDelivery): void;
	/** Judges the row and hands it out; false when its tag may still show that it logs TLS. */
	decide(row: PlainDelivery, final: boolean): boolean;
};

/**
 * Judges deliveries that no summary covers. Plaintext is claimed only where it is proven: TLS connections kept in a process
 * are never cached (smtp/smtp_session.c), tlsproxy's reuse always logs «reused», so `conn_use` without that word is
 * plaintext; else the tag must have logged summaries.
 */
export function createPlainDeliveries(options: {
	deferred: DeferredVerdicts<DeferredDelivery>;
	emit(session: Session): void;
}): PlainDeliveries {
	function begin(context: LineContext, delivery: Delivery): PlainDelivery {
		if (!delivery.relay) throw new TypeError('a delivery without a relay has no transport');
		const session = outboundSession(context, delivery.relay);
		session.tlsMode = null;
		session.reused = delivery.connectionUse - 1;
		const {milliseconds} = delivery;
		if (context.time !== null && milliseconds > 0) session.startedAt = context.time - milliseconds;
		const {host} = context.daemon;
		// A stamp in whole seconds may be up to a second late.
		const began = (session.startedAt ?? 0) + ((context.time ?? 0) % 1000 === 0 ? 1000 : 0);
		return {
			session,
			daemon: context.daemon,
			queueId: delivery.queueId,
			relayText: delivery.relay.text,
			recipients: null,
			proven: delivery.connectionUse > 1,
			doubtful: began < host.firstTime || (context.time ?? 0) < host.lossyUntil,
			sent: false,
		};
	}

	return {
		add(known, context, delivery, evidence) {
			const row = known ?? begin(context, delivery);
			const {session} = row;
			session.endedAt = context.time;
			session.lastLine = context.lineNumber;
			noteLevel(session, delivery.tls);
			row.recipients = addRecipient(row.recipients, delivery);
			const decided = row.session.reused > 0 ? null : transportOf(delivery.tls);
			if (decided === 'encrypted') {
				// The line says that TLS was used, no summary says which: the log level is 0.
				encrypt(session);
			} else if (decided === 'plaintext' || evidence.plaintext) row.proven = true;
			else if (evidence.seen) {
				encrypt(session);
				session.trust = evidence.seen.trust;
			}
			if (delivery.status === 'sent') {
				session.messages = 1;
				row.sent = true;
			} else if (delivery.text === 'said') session.rejected++;
			else if (delivery.text === 'not-offered' || delivery.text === 'refused' || delivery.text === 'unavailable') {
				// The peer's greeting was heard in plaintext, and nothing was sent.
				row.proven = true;
				session.failure = failureOfText[delivery.text];
			} else {
				const failure = brokenBy[delivery.text] ?? refusalOf(delivery.tls);
				if (failure === null) return row;
				session.failure ??= failure;
				// A certificate was judged, so the handshake was done: its summary is missing.
				if (failure === 'certificate-not-verified') encrypt(session);
				else if (failure === 'tls-required-not-offered') row.proven = true;
			}
			return row;
		},
		settle(row) {
			const {session, daemon} = row;
			const replied =
				session.messages > 0 || session.rejected > 0 || session.failure !== null || session.outcome !== null;
			if (!replied) return;
			options.deferred.add(daemon.host, daemon.learned, session.endedAt, {kind: 'delivery', row});
		},
		decide(row, final) {
			const {session, daemon} = row;
			if (session.outcome === null) {
				if (row.proven || (daemon.learned.summaries && !row.doubtful)) session.outcome = 'plaintext';
				else if (!final && !row.doubtful) return false;
			}
			session.deliveries = recipientsText(row.recipients);
			options.emit(session);
			return true;
		},
	};
}

/** TLS was used, and nothing says which. */
function encrypt(session: Session): void {
	session.outcome = 'encrypted';
	session.tlsMode = session.port === 465 ? 'implicit' : 'starttls';
}

const failureOfText = {
	'not-offered': 'tls-required-not-offered',
	refused: 'starttls-refused',
	unavailable: 'tls-unavailable',
} as const;
