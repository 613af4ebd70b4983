import {type BytePattern, words} from './byte-pattern.ts';
import {standsIn, type Text, wordsIn} from './text.ts';

/** What the text in a delivery's last brackets says about TLS (smtp/smtp_proto.c, smtp_trouble.c, smtp_tls_policy.c). */
export const deliveryTexts = [
	'handshake-failed',
	/** TLS was demanded by our policy and the peer did not offer it, or refused it: nothing was sent. */
	'not-offered',
	'refused',
	'unavailable',
	'not-verified',
	'dane',
	'lost',
	'timeout',
	/** `host H said: …`: the peer answered. */
	'said',
	'other',
] as const;
export type DeliveryText = (typeof deliveryTexts)[number];

const host = words('host ');
const said = words(' said: ');
const required = words('TLS is required, but');
const notOffered = words(' was not offered by host');
const refused = words(' refused to start TLS');

const beginnings: ReadonlyArray<readonly [BytePattern, DeliveryText]> = [
	[words('Cannot start TLS: handshake failure'), 'handshake-failed'],
	[words('Server certificate '), 'not-verified'],
	[words('lost connection with '), 'lost'],
	[words('conversation with '), 'timeout'],
	[words('no TLSA records found'), 'dane'],
	[words('TLSA '), 'dane'],
	[words('non DNSSEC '), 'dane'],
	[words('client TLS configuration problem'), 'unavailable'],
	[words('Sender requested REQUIRETLS'), 'not-offered'],
];

/** Reads the reason that begins at a position. */
export function readDeliveryText(text: Text, at: number): DeliveryText {
	const first = text.bytes[at] ?? 0;
	// «250 …»: the peer's answer to what was sent.
	if (first >= 48 && first <= 57) return 'other';
	if (standsIn(text, host, at)) return wordsIn(text, said, at) >= 0 ? 'said' : 'other';
	if (standsIn(text, required, at)) {
		const why = at + required.length;
		if (standsIn(text, notOffered, why)) return 'not-offered';
		return wordsIn(text, refused, why) >= 0 ? 'refused' : 'unavailable';
	}
	for (const [pattern, reason] of beginnings) if (first === pattern.first && standsIn(text, pattern, at)) return reason;
	return 'other';
}
