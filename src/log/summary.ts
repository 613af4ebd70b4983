import type {Trust} from '../tls/session.ts';
import {words} from './byte-pattern.ts';
import {isHandshake} from './handshake-text.ts';
import {peerEnd} from './peer.ts';
import {none, type Out, put} from './records.ts';
import {byteIn, standsIn, type Text} from './text.ts';
import type {Words} from './words.ts';

/** Trust levels by their number in a record, from 1. */
export const trusts = ['Anonymous', 'Untrusted', 'Trusted', 'Verified'] as const satisfies readonly Trust[];

const marker = words('TLS connection ');
const established = words('established ');
const reusedWord = words('reused ');
const fromWord = words('from ');
const trustWords = trusts.map(trust => words(`${trust} `));

/** Bits of the second argument of a summary; the lower three are the number of its trust. */
export const reusedBit = 8;
export const fromBit = 16;

/**
 * Writes a summary (tls/tls_misc.c tls_log_summary; before 3.4 tls_server.c and tls_client.c) as a record of the given kind:
 * peer, bits, handshake, server name, twin. False when the text is none. Anchored at the start: a reply or a HELO name that
 * imitates a summary stands further right. The mandatory part must be whole.
 */
export function takeSummary(out: Out, kind: number, text: Text, memory: Words, server: boolean): boolean {
	const {bytes} = text;
	let {at} = text;
	let bits = 0;
	for (let index = 0; index < trustWords.length; index++) {
		const pattern = trustWords[index];
		if (pattern === undefined || bytes[at] !== pattern.first || !standsIn(text, pattern, at)) continue;
		bits = index + 1;
		at += pattern.length;
		break;
	}
	if (!standsIn(text, marker, at)) return false;
	at += marker.length;
	// An open TLS connection was taken up again: no handshake took place (smtp/smtp_session.c).
	const reused = standsIn(text, reusedWord, at);
	if (!reused && !standsIn(text, established, at)) return false;
	at += reused ? reusedWord.length : established.length;
	const from = standsIn(text, fromWord, at);
	if (!from && !(bytes[at] === 116 && bytes[at + 1] === 111 && bytes[at + 2] === 32)) return false;
	at += from ? fromWord.length : 3;
	bits |= (reused ? reusedBit : 0) | (from ? fromBit : 0);
	const peerAt = at;
	const bare = colonIn(text, at);
	const bracketed = byteIn(text, 91, at);
	const end = bracketed >= 0 && (bare < 0 || bracketed < bare) ? peerEnd(text, at) : bare;
	if (end < 0) return false;
	at = end;
	let nameAt = none;
	if (from && bytes[at] === 32 && bytes[at + 1] === 116 && bytes[at + 2] === 111 && bytes[at + 3] === 32) {
		nameAt = at + 4;
		at = colonIn(text, at);
	}
	if (at < 0 || at + 2 > text.end || bytes[at] !== 58 || bytes[at + 1] !== 32) return false;
	if (!isHandshake(text, at + 2)) return false;
	const peer = server ? memory.client(text, peerAt, end, out.pid) : memory.relay(text, peerAt, end, out.pid);
	const name = nameAt < 0 ? none : memory.word(text, nameAt, at);
	// The text after «established to » or «reused to »: equal in the lines that tlsproxy and smtp write of one handshake.
	const twin = from ? none : memory.twin(text, peerAt, text.end);
	put(out, kind, peer, bits, memory.handshake(text, at + 2, text.end), name, twin);
	return true;
}

/** Position of `: `, -1 when there is none. */
function colonIn({bytes, end}: Text, from: number): number {
	for (let at = from; at < end - 1; at++) if (bytes[at] === 58 && bytes[at + 1] === 32) return at;
	return -1;
}
