import {byteFrom, isDigit, lengthOf, stands, words, wordsFrom} from './bytes';

/** What the text in a delivery's last brackets says about TLS, by the numbers of `deliveryTexts` in `src/log/delivery.ts`. */
const handshakeFailed: i32 = 0;
const notOffered: i32 = 1;
const refused: i32 = 2;
const unavailable: i32 = 3;
const notVerified: i32 = 4;
const dane: i32 = 5;
const lost: i32 = 6;
const timeout: i32 = 7;
const said: i32 = 8;
const requiretls: i32 = 9;
export const other: i32 = 10;

const host = words('host ');
const saidWord = words(' said: ');
const required = words('TLS is required, but');
const notOfferedBy = words(' was not offered by host');
const refusedTo = words(' refused to start TLS');
const cannotStart = words('Cannot start TLS: handshake failure');
const certificate = words('Server certificate ');
const lostWith = words('lost connection with ');
const conversation = words('conversation with ');
const noRecords = words('no TLSA records found');
const tlsa = words('TLSA ');
const notDnssec = words('non DNSSEC ');
const configuration = words('client TLS configuration problem');
const requireTls = words('Sender requested REQUIRETLS');
const myLevel = words(' my configured ');
const unsupported = words('supports REQUIRETLS');
const offered = words('not offered');
const handshakeWord = words('handshake');
const certificateWord = words(' certificate ');

/** Reads the reason that begins at a position (smtp/smtp_proto.c, smtp_trouble.c, smtp_tls_policy.c). */
export function readDeliveryText(at: usize, end: usize): i32 {
	// «250 …»: the peer's answer to what was sent.
	if (at >= end || isDigit(at)) return other;
	switch (load<u8>(at)) {
		case 104: // h
			return stands(host, at, end) && wordsFrom(saidWord, at, end) < end ? said : other;
		case 84: // T
			if (stands(required, at, end)) {
				const why = at + lengthOf(required);
				if (stands(notOfferedBy, why, end)) return notOffered;
				return wordsFrom(refusedTo, why, end) < end ? refused : unavailable;
			}
			return stands(tlsa, at, end) ? dane : other;
		case 67: // C
			return stands(cannotStart, at, end) ? handshakeFailed : other;
		case 83: // S
			if (stands(certificate, at, end)) return notVerified;
			return stands(requireTls, at, end) ? ofRequireTls(at + lengthOf(requireTls), end) : other;
		case 108: // l
			return stands(lostWith, at, end) ? lost : other;
		case 99: // c
			if (stands(conversation, at, end)) return timeout;
			return stands(configuration, at, end) ? unavailable : other;
		case 110: // n
			return stands(noRecords, at, end) || stands(notDnssec, at, end) ? dane : other;
		default:
			return other;
	}
}

/**
 * What was missing for REQUIRETLS (smtp_proto.c, smtp_tls_policy.c, 3.11): a level that checks certificates, STARTTLS, a handshake,
 * a matching certificate, or the extension itself.
 */
function ofRequireTls(why: usize, end: usize): i32 {
	if (wordsFrom(myLevel, why, end) < end) return unavailable;
	if (wordsFrom(unsupported, why, end) < end) return requiretls;
	if (wordsFrom(offered, why, end) < end) return notOffered;
	if (wordsFrom(refusedTo, why, end) < end) return refused;
	if (wordsFrom(handshakeWord, why, end) < end) return handshakeFailed;
	return wordsFrom(certificateWord, why, end) < end ? notVerified : other;
}

/** The address in the first brackets of a reason: every host in one is `name[addr]` (smtp_session.c namaddr). 0 when there is none. */
export function addressIn(at: usize, end: usize): usize {
	const open = byteFrom(91, at, end);
	return open < end && byteFrom(93, open, end) < end ? open + 1 : 0;
}

/** REQUIRETLS is a note where it stands alone. */
export function isRequireTls(at: usize, end: usize): bool {
	return stands(requireTls, at, end);
}
