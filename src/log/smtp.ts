import {type Peer, peerEnd, readPeer} from './peer.ts';
import {queueIdLength} from './queue-id.ts';
import {readSummary, type Summary} from './summary.ts';
import {isTlsDetail} from './tls-detail.ts';

/** What the text in a delivery's last brackets says about TLS (smtp/smtp_proto.c, smtp_trouble.c, smtp_tls_policy.c). */
type DeliveryText =
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
	| 'other';

/** One `QID: to=…` line (global/log_adhoc.c). */
export type Delivery = {
	kind: 'delivery';
	queueId: string;
	/** null for `none`, `local` and other words that are no host. */
	relay: Peer | null;
	/** The relay as written: the very text of the summary. */
	relayText: string;
	/** How often the connection was used, 1 when not logged. */
	connectionUse: number;
	/** Seconds from the start of the connection to its end: the last two of `delays=a/b/c/d`. */
	seconds: number;
	/** Postfix 3.11 `tls=`, null when absent. */
	tls: string | null;
	status: string;
	text: DeliveryText;
};

export type SmtpEvent =
	| {kind: 'summary'; summary: Summary}
	| {kind: 'handshake-failed'; peer: Peer; peerText: string; detail: string}
	| {kind: 'library-problem'; text: string}
	| Delivery
	/** `QID: reason` without `to=`: this host is given up, the next is tried. */
	| {kind: 'skipped'; queueId: string; text: DeliveryText}
	| {kind: 'note'};

const note: SmtpEvent = {kind: 'note'};

/** Reads the text of an smtp or lmtp line (after the tag); undefined when it says nothing of TLS or of a delivery. */
export function readSmtp(text: string): SmtpEvent | undefined {
	switch (text.charCodeAt(0)) {
		case 65:
		case 84:
		case 85:
		case 86: {
			const summary = readSummary(text);
			if (summary) return {kind: 'summary', summary};
			break;
		}
		case 83:
			if (text.startsWith('SSL_connect error to ')) {
				const end = peerEnd(text, 21);
				return {
					kind: 'handshake-failed',
					peer: readPeer(text, 21, end),
					peerText: text.slice(21, end),
					detail: text.slice(end + 2),
				};
			}
			break;
		case 119:
			if (text.startsWith('warning: TLS library problem: ')) return {kind: 'library-problem', text: text.slice(30)};
			if (text.startsWith('warning: TLS policy lookup ')) return note;
			if (/^warning: (?:DANE|DNSSEC|MX name |TLSA|.*TLSA|.*dane configured)/.test(text)) return note;
			return isTlsDetail(text.slice(9)) ? note : undefined;
		case 99:
			// `connect to H: …`: a TCP connection that did not come about.
			return undefined;
	}
	const length = queueIdLength(text);
	if (length > 0) {
		const at = length + 2;
		if (text.startsWith('to=<', at)) return readDelivery(text, length);
		const reason = classify(text, at);
		if (reason !== 'other') return {kind: 'skipped', queueId: text.slice(0, length), text: reason};
		return text.startsWith('Sender requested REQUIRETLS', at) ? note : undefined;
	}
	if (
		text.startsWith('Host offered STARTTLS: ') ||
		text.startsWith('SMTPS wrappermode ') ||
		text.startsWith('CLIENT wrappermode ')
	)
		return note;
	if (text.startsWith('Server certificate could not be verified ')) return note;
	return isTlsDetail(text) ? note : undefined;
}

/**
 * `QID: to=<A>[, orig_to=<B>], relay=R[, conn_use=N], delay=d, delays=a/b/c/d[, tls=T], dsn=x.y.z, status=S (text)`.
 * Read from the left and only up to the first `status=`: what is in the brackets is the peer's, and addresses may imitate fields.
 */
function readDelivery(text: string, length: number): Delivery | undefined {
	const relayAt = afterAddresses(text, length + 2);
	if (relayAt < 0) return undefined;
	const relayEnd = text.indexOf(', ', relayAt);
	const dsn = text.indexOf(', dsn=', relayEnd);
	const status = text.indexOf(', status=', dsn);
	if (relayEnd < 0 || dsn < 0 || status < 0) return undefined;
	const relayText = text.slice(relayAt, relayEnd);
	const fields = text.slice(relayEnd, dsn);
	const use = /, conn_use=(\d+)/.exec(fields);
	const tls = /, tls=([^,]*)/.exec(fields);
	const delays = /, delays=[^/]*\/[^/]*\/([\d.]+)\/([\d.]+)/.exec(fields);
	let statusEnd = text.indexOf(' (', status + 9);
	if (statusEnd < 0) statusEnd = text.length;
	const onHost = relayText.endsWith(']') || /\]:\d+$/.test(relayText);
	return {
		kind: 'delivery',
		queueId: text.slice(0, length),
		relay: onHost ? readPeer(relayText, 0, relayText.length) : null,
		relayText,
		connectionUse: use ? Number(use[1]) : 1,
		seconds: delays ? Number(delays[1]) + Number(delays[2]) : 0,
		tls: tls?.[1] ?? null,
		status: text.slice(status + 9, statusEnd),
		text: classify(text, statusEnd + 2),
	};
}

/** Position after `, relay=`, past `to=<…>` and `orig_to=<…>` whose quoted local parts may hold `, relay=` and `>`. */
function afterAddresses(text: string, from: number): number {
	let at = addressEnd(text, from + 4);
	if (text.startsWith(', orig_to=<', at)) at = addressEnd(text, at + 11);
	return text.startsWith(', relay=', at) ? at + 8 : -1;
}

function addressEnd(text: string, from: number): number {
	let quoted = false;
	for (let at = from; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === 92) at++;
		else if (code === 34) quoted = !quoted;
		else if (code === 62 && !quoted) return at + 1;
	}
	return -1;
}

function classify(text: string, at: number): DeliveryText {
	if (text.startsWith('host ', at)) return text.includes(' said: ', at) ? 'said' : 'other';
	if (text.startsWith('Cannot start TLS: handshake failure', at)) return 'handshake-failed';
	if (text.startsWith('TLS is required, but', at)) {
		if (text.startsWith(' was not offered by host', at + 20)) return 'not-offered';
		if (text.includes(' refused to start TLS', at + 20)) return 'refused';
		return 'unavailable';
	}
	if (text.startsWith('Server certificate ', at)) return 'not-verified';
	if (text.startsWith('lost connection with ', at)) return 'lost';
	if (text.startsWith('conversation with ', at)) return 'timeout';
	if (
		text.startsWith('no TLSA records found', at) ||
		text.startsWith('TLSA ', at) ||
		text.startsWith('non DNSSEC ', at)
	)
		return 'dane';
	if (text.startsWith('client TLS configuration problem', at)) return 'unavailable';
	if (text.startsWith('Sender requested REQUIRETLS', at)) return 'not-offered';
	return 'other';
}
