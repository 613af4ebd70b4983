import type {DeliveryStatus} from '../model/deliveries.ts';
import type {HeldReason} from '../model/outbound.ts';
import * as numbers from '../scan/numbers.ts';
import type {Relay} from './peer.ts';
import {namesByNumber} from './records.ts';

/** What the text in a delivery's last brackets says about TLS. */
export type DeliveryText =
	| 'handshake-failed'
	/** TLS was demanded by our policy and the peer did not offer it, or refused it: nothing was sent. */
	| 'not-offered'
	| 'refused'
	| 'unavailable'
	| 'not-verified'
	| 'dane'
	| 'lost'
	| 'timeout'
	/** `host H said: …`: the peer answered. */
	| 'said'
	/** The sender asked for REQUIRETLS (RFC 8689), and the server does not offer it. */
	| 'requiretls'
	| 'other';

/** The same by its number in a record. */
export const deliveryTexts = namesByNumber<DeliveryText>({
	'handshake-failed': numbers.replyHandshakeFailed,
	'not-offered': numbers.replyNotOffered,
	refused: numbers.replyRefused,
	unavailable: numbers.replyUnavailable,
	'not-verified': numbers.replyNotVerified,
	dane: numbers.replyDane,
	lost: numbers.replyLost,
	timeout: numbers.replyTimeout,
	said: numbers.replySaid,
	requiretls: numbers.replyRequireTls,
	other: numbers.replyOther,
});

/** What became of a recipient (global/log_adhoc.c), by its number in a record. */
export const deliveryStatuses = namesByNumber<DeliveryStatus>({
	sent: numbers.statusSent,
	deferred: numbers.statusDeferred,
	bounced: numbers.statusBounced,
});

/** Why TLS held mail back, by its number in a record. */
export const heldReasons = namesByNumber<Exclude<HeldReason, 'mta-sts'>>({
	'no-dnssec': numbers.heldNoDnssec,
	'no-tlsa-records': numbers.heldNoTlsa,
	'tlsa-unusable': numbers.heldTlsaUnusable,
	'tlsa-lookup-error': numbers.heldTlsaLookup,
	'tls-configuration': numbers.heldConfiguration,
	requiretls: numbers.heldRequireTls,
	'certificate-not-verified': numbers.heldNotVerified,
	'tls-required-not-offered': numbers.heldNotOffered,
	'starttls-refused': numbers.heldRefused,
	'tls-unavailable': numbers.heldUnavailable,
	'handshake-failed': numbers.heldHandshakeFailed,
});

/** One `QID: to=…` line (global/log_adhoc.c). */
export type Delivery = {
	readonly kind: 'delivery';
	readonly queueId: string;
	/** null for `none`, `local` and other words that are no host. */
	readonly relay: Relay | null;
	/** How often the connection was used, 1 when not logged. */
	readonly connectionUse: number;
	/** From the start of its connection to its end, `c + d` of `delays=a/b/c/d`: setting it up, and sending. 0 when not logged. */
	readonly milliseconds: number;
	/** Postfix 3.11 `tls=`, null when absent. */
	readonly tls: string | null;
	/** null for a probe of an address, which is no mail. */
	readonly status: DeliveryStatus | null;
	readonly text: DeliveryText;
	/** The domain of the recipient; null where the address has none. */
	readonly domain: string | null;
	/** Why TLS held the message back; null where it did not. */
	readonly held: HeldReason | null;
};
