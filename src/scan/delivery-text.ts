import {byteFrom, isDigit, lengthOf, literal, matches, wordsFrom} from './bytes';
import * as numbers from './numbers';

const host = literal('host ');
const saidWord = literal(' said: ');
const required = literal('TLS is required, but');
const notOfferedBy = literal(' was not offered by host');
const refusedTo = literal(' refused to start TLS');
const cannotStart = literal('Cannot start TLS: handshake failure');
const certificate = literal('Server certificate ');
const lostWith = literal('lost connection with ');
const conversation = literal('conversation with ');
const noRecords = literal('no TLSA records found');
const tlsa = literal('TLSA ');
const unusable = literal('TLSA records unusable');
const notDnssec = literal('non DNSSEC ');
const configuration = literal('client TLS configuration problem');
const requireTls = literal('Sender requested REQUIRETLS');
const myLevel = literal(' my configured ');
const unsupported = literal('supports REQUIRETLS');
const offered = literal('not offered');
const lookup = literal('lookup error');
const notPossible = literal('Verification not possible');
const handshakeWord = literal('handshake');
const certificateWord = literal(' certificate ');

/** Reads the reason that begins at a position (smtp/smtp_proto.c, smtp_trouble.c, smtp_tls_policy.c). */
export function readDeliveryText(at: usize, end: usize): i32 {
	// «250 …»: the peer's answer to what was sent.
	if (at >= end || isDigit(at)) return numbers.replyOther;
	switch (load<u8>(at)) {
		case 104: // h
			return matches(host, at, end) && wordsFrom(saidWord, at, end) < end ? numbers.replySaid : numbers.replyOther;
		case 84: // T
			if (matches(required, at, end)) {
				const why = at + lengthOf(required);
				if (matches(notOfferedBy, why, end)) return numbers.replyNotOffered;
				return wordsFrom(refusedTo, why, end) < end ? numbers.replyRefused : numbers.replyUnavailable;
			}
			return matches(tlsa, at, end) ? numbers.replyDane : numbers.replyOther;
		case 86: // V
			return matches(notPossible, at, end) ? numbers.replyDane : numbers.replyOther;
		case 67: // C
			return matches(cannotStart, at, end) ? numbers.replyHandshakeFailed : numbers.replyOther;
		case 83: // S
			if (matches(certificate, at, end)) return numbers.replyNotVerified;
			return matches(requireTls, at, end) ? ofRequireTls(at + lengthOf(requireTls), end) : numbers.replyOther;
		case 108: // l
			return matches(lostWith, at, end) ? numbers.replyLost : numbers.replyOther;
		case 99: // c
			if (matches(conversation, at, end)) return numbers.replyTimeout;
			return matches(configuration, at, end) ? numbers.replyUnavailable : numbers.replyOther;
		case 110: // n
			return matches(noRecords, at, end) || matches(notDnssec, at, end) ? numbers.replyDane : numbers.replyOther;
		default:
			return numbers.replyOther;
	}
}

/**
 * What was missing for REQUIRETLS (smtp_proto.c, smtp_tls_policy.c, 3.11): a level that checks certificates, STARTTLS, a handshake,
 * a matching certificate, or the extension itself.
 */
function ofRequireTls(why: usize, end: usize): i32 {
	if (wordsFrom(myLevel, why, end) < end) return numbers.replyUnavailable;
	if (wordsFrom(unsupported, why, end) < end) return numbers.replyRequireTls;
	if (wordsFrom(offered, why, end) < end) return numbers.replyNotOffered;
	if (wordsFrom(refusedTo, why, end) < end) return numbers.replyRefused;
	if (wordsFrom(handshakeWord, why, end) < end) return numbers.replyHandshakeFailed;
	return wordsFrom(certificateWord, why, end) < end ? numbers.replyNotVerified : numbers.replyOther;
}

/**
 * Why TLS held a message back, of a reason that `readDeliveryText` has read; 0 where TLS did not (smtp/smtp_tls_policy.c,
 * smtp_connect.c, smtp_proto.c, tls/tls_client.c).
 */
export function reasonOfHeld(reply: i32, at: usize, end: usize): i32 {
	if (isRequireTls(at, end)) return numbers.heldRequireTls;
	switch (reply) {
		case numbers.replyHandshakeFailed:
			return numbers.heldHandshakeFailed;
		case numbers.replyNotOffered:
			return numbers.heldNotOffered;
		case numbers.replyRefused:
			return numbers.heldRefused;
		case numbers.replyUnavailable:
			return matches(configuration, at, end) ? numbers.heldConfiguration : numbers.heldUnavailable;
		case numbers.replyNotVerified:
			return numbers.heldNotVerified;
		case numbers.replyDane:
			if (matches(notDnssec, at, end) || matches(notPossible, at, end)) return numbers.heldNoDnssec;
			if (wordsFrom(lookup, at, end) < end) return numbers.heldTlsaLookup;
			return matches(unusable, at, end) ? numbers.heldTlsaUnusable : numbers.heldNoTlsa;
		default:
			return 0;
	}
}

/** The address in the first brackets of a reason: every host in one is `name[addr]` (smtp_session.c namaddr). 0 when there is none. */
export function addressIn(at: usize, end: usize): usize {
	const open = byteFrom(91, at, end);
	return open < end && byteFrom(93, open, end) < end ? open + 1 : 0;
}

/** REQUIRETLS is a note where nothing follows it. */
export function isRequireTls(at: usize, end: usize): bool {
	return matches(requireTls, at, end);
}
