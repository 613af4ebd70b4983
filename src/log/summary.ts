import type {Trust} from '../tls/session.ts';
import {type HandshakeText, readHandshake} from './handshake-text.ts';
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
	handshake: HandshakeText;
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
	const handshake = readHandshake(text.slice(at + 2));
	if (!handshake) return undefined;
	return {
		trust,
		reused,
		from,
		peer,
		peerText: text.slice(twinAt, end),
		serverName,
		handshake,
		twin: text.slice(twinAt),
	};
}
