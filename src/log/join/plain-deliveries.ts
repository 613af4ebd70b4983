import type {Session} from '../../tls/session.ts';
import type {Delivery} from '../delivery.ts';
import type {Daemon, Entry} from '../entry.ts';
import {outboundSession} from './outbound.ts';
import type {JoinWaiting} from './pending.ts';

/** A delivery without a summary: all recipients of one queue id on one relay. */
export type PlainDelivery = {
	readonly session: Session;
	readonly daemon: Daemon;
	readonly queueId: string;
	readonly relayText: string;
	/** Plaintext whatever the log level: reused without «reused», or after a handshake that failed, or by `tls=`. */
	proven: boolean;
	/** Its summary may lie before the log, or was lost with other lines. */
	doubtful: boolean;
	sent: boolean;
};

export type PlainDeliveries = {
	/** One more delivery line; returns the row in progress. */
	add(row: PlainDelivery | null, entry: Entry, delivery: Delivery, fallback: boolean): PlainDelivery;
	/** Nothing more is to come of this row. */
	settle(row: PlainDelivery): void;
	/** Judges the row and hands it out; false when its tag may still show that it logs TLS. */
	decide(row: PlainDelivery, final: boolean): boolean;
};

/** What `tls=` (Postfix 3.11, global/pol_stats.c) decides: `name[:final][?]`, `!` for a policy that was not met. */
function decidedBy(tls: string | null): 'plaintext' | 'encrypted' | null {
	if (tls === null || tls.includes('?') || tls.startsWith('!')) return null;
	const level = tls.split('/', 1)[0] ?? '';
	const final = level.slice(level.indexOf(':') + 1);
	if (final === 'none') return 'plaintext';
	return final === 'unknown' || final === '' ? null : 'encrypted';
}

/**
 * Judges deliveries that no summary covers. Plaintext is claimed only where it is proven: TLS connections kept in a process
 * are never cached (smtp/smtp_session.c), tlsproxy's reuse always logs «reused», so `conn_use` without that word is
 * plaintext; else the tag must have logged summaries.
 */
export function createPlainDeliveries(options: {waiting: JoinWaiting; emit(session: Session): void}): PlainDeliveries {
	function begin(entry: Entry, delivery: Delivery): PlainDelivery {
		if (!delivery.relay) throw new TypeError('a delivery without a relay has no transport');
		const session = outboundSession(entry, delivery.relay);
		session.tlsMode = null;
		session.reused = delivery.connectionUse - 1;
		const {milliseconds} = delivery;
		if (entry.time !== null && milliseconds > 0) session.startedAt = entry.time - milliseconds;
		const {host} = entry.daemon;
		// A stamp in whole seconds may be up to a second late.
		const began = (session.startedAt ?? 0) + ((entry.time ?? 0) % 1000 === 0 ? 1000 : 0);
		return {
			session,
			daemon: entry.daemon,
			queueId: delivery.queueId,
			relayText: delivery.relay.text,
			proven: delivery.connectionUse > 1,
			doubtful: began < host.firstTime || (entry.time ?? 0) < host.lossyUntil,
			sent: false,
		};
	}

	return {
		add(known, entry, delivery, fallback) {
			const row = known ?? begin(entry, delivery);
			const {session} = row;
			session.endedAt = entry.time;
			session.lastLine = entry.lineNumber;
			if (fallback) row.proven = true;
			if (delivery.tls !== null && !delivery.tls.endsWith('?')) session.tlsLevel = delivery.tls;
			const decided = row.session.reused > 0 ? null : decidedBy(delivery.tls);
			if (decided === 'plaintext') row.proven = true;
			else if (decided === 'encrypted') {
				// The line says that TLS was used, no summary says which: the log level is 0.
				session.outcome = 'encrypted';
				session.tlsMode = session.port === 465 ? 'implicit' : 'starttls';
			}
			if (delivery.sent) {
				session.messages = 1;
				row.sent = true;
			} else if (delivery.text === 'said') session.rejected++;
			else if (delivery.text === 'not-offered' || delivery.text === 'refused' || delivery.text === 'unavailable') {
				// The peer's greeting was heard in plaintext, and nothing was sent.
				row.proven = true;
				session.failure = failureOfText[delivery.text];
			} else if (delivery.text === 'not-verified') {
				// The handshake was done, or the peer could not have been judged: its summary is missing.
				session.outcome = 'encrypted';
				session.failure = 'certificate-not-verified';
			}
			return row;
		},
		settle(row) {
			const {session, daemon} = row;
			const replied =
				session.messages > 0 || session.rejected > 0 || session.failure !== null || session.outcome !== null;
			if (!replied) return;
			options.waiting.add(daemon.learned, session.endedAt, {kind: 'delivery', row});
		},
		decide(row, final) {
			const {session, daemon} = row;
			if (session.outcome === null) {
				if (row.proven || (daemon.learned.summaries && !row.doubtful)) session.outcome = 'plaintext';
				else if (!final && !row.doubtful) return false;
			}
			options.emit(session);
			return true;
		},
	};
}

const failureOfText = {
	'not-offered': 'tls-required-not-offered',
	refused: 'starttls-refused',
	unavailable: 'tls-unavailable',
} as const;
