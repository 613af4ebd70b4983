import type {Trust} from '../tls/session.ts';
import {type Peer, peerEnd, readPeer} from './peer.ts';

/** One TLS connection line (tls/tls_misc.c tls_log_summary; before 3.4 tls_server.c and tls_client.c). */
export type Summary = {
	trust: Trust | null;
	/** An open TLS connection was taken up again: no handshake took place (smtp/smtp_session.c). */
	reused: boolean;
	from: boolean;
	peer: Peer;
	/** The peer as written: what a delivery line repeats as `relay=`. */
	peerText: string;
	serverName: string | null;
	protocol: string;
	cipher: string;
	bits: number | null;
	keyExchange: string | null;
	serverSignature: string | null;
	serverDigest: string | null;
	clientSignature: string | null;
	clientDigest: string | null;
	/** The text after «established to » or «reused to »: equal in the lines that tlsproxy and smtp write of one handshake. */
	twin: string;
};

const marker = 'TLS connection ';

/**
 * Reads a summary, or undefined. Anchored at the start of the text: a reply or a HELO name that imitates a summary stands
 * further right. The mandatory part must be whole; the tail is read word by word and unknown words are passed over.
 */
export function readSummary(text: string): Summary | undefined {
	let at = 0;
	let trust: Trust | null = null;
	if (!text.startsWith(marker)) {
		at = text.indexOf(' ') + 1;
		if (at <= 0 || at > 11 || !text.startsWith(marker, at)) return undefined;
		const wordBefore = text.slice(0, at - 1);
		if (
			wordBefore !== 'Anonymous' &&
			wordBefore !== 'Untrusted' &&
			wordBefore !== 'Trusted' &&
			wordBefore !== 'Verified'
		) {
			return undefined;
		}
		trust = wordBefore;
	}
	at += marker.length;
	let reused = false;
	if (text.startsWith('established ', at)) at += 12;
	else if (text.startsWith('reused ', at)) {
		reused = true;
		at += 7;
	} else return undefined;
	const from = text.startsWith('from ', at);
	if (!from && !text.startsWith('to ', at)) return undefined;
	at += from ? 5 : 3;
	const twinAt = at;
	const bracketed = text.indexOf('[', at);
	const bare = text.indexOf(': ', at);
	const end = bracketed >= 0 && (bare < 0 || bracketed < bare) ? peerEnd(text, at) : bare;
	if (end < 0) return undefined;
	const peer = readPeer(text, at, end);
	at = end;
	let serverName: string | null = null;
	if (from && text.startsWith(' to ', at)) {
		const stop = text.indexOf(': ', at);
		if (stop < 0) return undefined;
		serverName = text.slice(at + 4, stop);
		at = stop;
	}
	if (!text.startsWith(': ', at)) return undefined;
	const protocolEnd = text.indexOf(' with cipher ', at);
	if (protocolEnd < 0) return undefined;
	const protocol = text.slice(at + 2, protocolEnd);
	if (protocol.length > 16 || protocol.includes(' ')) return undefined;
	const cipherAt = protocolEnd + 13;
	let cipherEnd = text.indexOf(' ', cipherAt);
	if (cipherEnd < 0) cipherEnd = text.length;
	const cipher = text.slice(cipherAt, cipherEnd);
	if (cipher === '') return undefined;
	const summary: Summary = {
		trust,
		reused,
		from,
		peer,
		peerText: text.slice(twinAt, end),
		serverName,
		protocol: protocol === 'TLSv1.0' ? 'TLSv1' : protocol,
		cipher,
		bits: null,
		keyExchange: null,
		serverSignature: null,
		serverDigest: null,
		clientSignature: null,
		clientDigest: null,
		twin: text.slice(twinAt),
	};
	if (text.charCodeAt(cipherEnd + 1) === 40) {
		const used = Number.parseInt(text.slice(cipherEnd + 2, cipherEnd + 8), 10);
		summary.bits = Number.isNaN(used) ? null : used;
		const tailAt = text.indexOf(')', cipherEnd);
		if (tailAt >= 0 && tailAt + 1 < text.length) readTail(text, tailAt + 1, summary);
	}
	return summary;
}

const tailFields = new Map<
	string,
	'keyExchange' | 'serverSignature' | 'serverDigest' | 'clientSignature' | 'clientDigest'
>([
	['key-exchange', 'keyExchange'],
	['server-signature', 'serverSignature'],
	['server-digest', 'serverDigest'],
	['client-signature', 'clientSignature'],
	['client-digest', 'clientDigest'],
]);

/** ` key-exchange X (…) server-signature Y (…) server-digest Z …`: each piece optional, brackets kept with their word. */
function readTail(text: string, from: number, into: Summary): void {
	let at = from + 1;
	while (at < text.length) {
		const nameEnd = text.indexOf(' ', at);
		if (nameEnd < 0) return;
		const field = tailFields.get(text.slice(at, nameEnd));
		at = nameEnd + 1;
		if (!field) continue;
		let end = text.indexOf(' ', at);
		if (end < 0) end = text.length;
		if (text.charCodeAt(end + 1) === 40) {
			const close = text.indexOf(')', end);
			if (close > 0) end = close + 1;
		}
		into[field] = text.slice(at, end);
		at = end + 1;
	}
}
