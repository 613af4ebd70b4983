import {byteFrom, lengthOf, literal, matches, pairFrom} from './bytes';
import {clients, handshakeKeys, handshakes, relays, strings} from './interned';
import {fromBit, reusedBit, trustAnonymous, trustTrusted, trustUntrusted, trustVerified} from './numbers';
import {none, processOf, put} from './out';
import {peerEnd} from './peer';

const marker = literal('TLS connection ');
const established = literal('established ');
const reusedWord = literal('reused ');
const fromWord = literal('from ');
const withCipher = literal(' with cipher ');
const anonymous = literal('Anonymous ');
const untrusted = literal('Untrusted ');
const trusted = literal('Trusted ');
const verified = literal('Verified ');

function trustAt(at: usize, end: usize): i32 {
	switch (load<u8>(at)) {
		case 65:
			return matches(anonymous, at, end) ? trustAnonymous : 0;
		case 85:
			return matches(untrusted, at, end) ? trustUntrusted : 0;
		case 84:
			return matches(trusted, at, end) ? trustTrusted : 0;
		case 86:
			return matches(verified, at, end) ? trustVerified : 0;
		default:
			return 0;
	}
}

function lengthOfTrust(trust: i32): i32 {
	if (trust === 0) return 0;
	if (trust === trustAnonymous || trust === trustUntrusted) return 10;
	return trust === trustTrusted ? 8 : 9;
}

function after(pattern: usize, at: usize): usize {
	return at + lengthOf(pattern);
}

/** Whether a text is `PROTOCOL with cipher NAME …`, the mandatory part of a summary. */
function isHandshake(from: usize, end: usize): bool {
	let at = from;
	while (at < end && at - from <= 16 && load<u8>(at) !== 32) at++;
	const cipher = after(withCipher, at);
	return at - from <= 16 && cipher < end && matches(withCipher, at, end) && load<u8>(cipher) !== 32;
}

/**
 * Writes a summary (tls/tls_misc.c tls_log_summary; before 3.4 tls_server.c and tls_client.c) as a record of the given kind:
 * peer, bits, handshake, server name, handshake key. False when the text is none. Anchored at the start: a reply or a HELO name that
 * imitates a summary is further right. The mandatory part must be whole.
 */
export function takeSummary(kind: i32, text: usize, end: usize, server: bool): bool {
	const trust = trustAt(text, end);
	let at = text + lengthOfTrust(trust);
	if (!matches(marker, at, end)) return false;
	at = after(marker, at);
	// An open TLS connection was taken up again: no handshake took place (smtp/smtp_session.c).
	const reused = matches(reusedWord, at, end);
	if (!reused && !matches(established, at, end)) return false;
	at = after(reused ? reusedWord : established, at);
	const from = matches(fromWord, at, end);
	if (!from && !(load<u8>(at) === 116 && load<u8>(at, 1) === 111 && load<u8>(at, 2) === 32)) return false;
	at += from ? 5 : 3;
	const peerAt = at;
	const bare = pairFrom(58, 32, at, end);
	const stop = byteFrom(91, at, end) < bare ? peerEnd(at, end) : bare;
	at = stop;
	if (at >= end) return false;
	let nameAt: usize = 0;
	if (from && load<u32>(at) === 0x206f_7420) {
		nameAt = at + 4;
		at = pairFrom(58, 32, at, end);
	}
	if (at + 2 > end || load<u8>(at) !== 58 || load<u8>(at, 1) !== 32 || !isHandshake(at + 2, end)) return false;
	const peer = (server ? clients : relays).of(peerAt, stop, processOf());
	const name = nameAt === 0 ? none : strings.of(nameAt, at);
	// The text after «established to » or «reused to »: equal in the lines that tlsproxy and smtp write of one handshake.
	const handshakeKey = from ? none : handshakeKeys.of(peerAt, end);
	const bits = trust | (reused ? reusedBit : 0) | (from ? fromBit : 0);
	put(kind, peer, bits, handshakes.of(at + 2, end), name, handshakeKey);
	return true;
}
