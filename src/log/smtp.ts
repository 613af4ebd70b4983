import {numberAt, type Peer, peerEnd, readPeer} from './peer.ts';
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
	/** `c/d` of `delays=a/b/c/d`, see `secondsOf`; empty when not logged. */
	delays: string;
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
	const use = fieldAt(text, ', conn_use=', relayEnd, dsn);
	const tls = fieldAt(text, ', tls=', relayEnd, dsn);
	let statusEnd = text.indexOf(' (', status + 9);
	if (statusEnd < 0) statusEnd = text.length;
	return {
		kind: 'delivery',
		queueId: text.slice(0, length),
		relay: readRelay(relayText),
		relayText,
		connectionUse: use < 0 ? 1 : (numberAt(text, use, dsn) ?? 1),
		delays: delaysAt(text, relayEnd, dsn),
		tls: tls < 0 ? null : text.slice(tls, text.indexOf(',', tls)),
		status: text.slice(status + 9, statusEnd),
		text: classify(text, statusEnd + 2),
	};
}

/** Position after the words of a field that begins between two positions; -1 when there is none. */
function fieldAt(text: string, words: string, from: number, to: number): number {
	const at = text.indexOf(words, from);
	return at < 0 || at >= to ? -1 : at + words.length;
}

/** A host with an address; `none`, `local` and other words are no host. */
function readRelay(text: string): Peer | null {
	let end = text.length;
	while (end > 0 && isDigit(text.charCodeAt(end - 1))) end--;
	const onHost =
		end === text.length || text.charCodeAt(end - 1) !== 58 ? text.endsWith(']') : text.endsWith(']', end - 1);
	return onHost ? readPeer(text, 0, text.length) : null;
}

function delaysAt(text: string, from: number, to: number): string {
	const at = fieldAt(text, ', delays=', from, to);
	if (at < 0) return '';
	const first = text.indexOf('/', at);
	const second = text.indexOf('/', first + 1);
	return first < 0 || second < 0 || second >= to ? '' : text.slice(second + 1, text.indexOf(',', second));
}

/** Seconds from the start of a delivery's connection to its end: setting it up, and sending. 0 when not logged. */
export function secondsOf({delays}: Delivery): number {
	const match = /^([\d.]+)\/([\d.]+)$/.exec(delays);
	return match ? Number(match[1]) + Number(match[2]) || 0 : 0;
}

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
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
