import {byteFrom, lengthOf, literal, matches, pairFrom, wordsFrom} from './bytes';
import {isDelivery, takeDelivery} from './delivery';
import {addressIn, isRequireTls, readDeliveryText} from './delivery-text';
import {failureOfDetail, isCertificateText, isClientNote, isTlsDetail, isTlsOff} from './imports';
import {domains, problemOf, relays, strings, takeReport} from './interned';
import {replyOther, trustTrusted, trustUntrusted} from './numbers';
import * as out from './out';
import {peerEnd} from './peer';
import {queueIdLength} from './queue-id';
import {takeSummary} from './summary';

const warning = literal('warning: ');
const libraryProblem = literal('TLS library problem: ');
const connectError = literal('SSL_connect error to ');
const connectTo = literal('connect to ');
const hostOffered = literal('Host offered STARTTLS: [');
const discarding = literal('discarding EHLO keywords: ');
const starttls = literal('STARTTLS');
const notVerified = literal('Server certificate could not be verified ');
const verification = literal('certificate verification failed for ');
const hostname = literal('num=62:');
const mxName = literal("MX name '");
const stsPattern = literal("' does not match STS MX pattern for '");
const header = literal('header ');
const body = literal('body ');
const mimeHeader = literal('mime header ');
const nestedHeader = literal('nested header ');

/** What a folded line counts as at most. */
const mostTimes: i32 = 1000;

/**
 * Reads the text of an smtp or lmtp line (after the tag) and writes what it says; false when it says nothing of TLS or of a
 * delivery. Of a folded line only failures count again.
 */
export function readSmtp(at: usize, end: usize): bool {
	// Before queue ids: it has the look of one.
	if (matches(warning, at, end)) return readWarning(at + lengthOf(warning), end);
	if (takeReport(out.clientReport, at, end)) return true;
	const length = queueIdLength(at);
	if (length > 0) {
		const rest = at + length + 2;
		if (isDelivery(rest, end)) return takeDelivery(at, length, end);
		const reason = readDeliveryText(rest, end);
		if (reason === replyOther) return isRequireTls(rest, end) || isChecked(rest, end);
		const address = addressIn(rest, end);
		const host = address === 0 ? out.none : strings.of(address, byteFrom(93, address, end));
		out.put(out.clientSkipped, strings.of(at, at + length), reason, host);
		return true;
	}
	switch (load<u8>(at)) {
		case 65:
		case 84:
		case 85:
		case 86:
			if (takeSummary(out.clientSummary, at, end, false)) return true;
			break;
		case 83:
			if (matches(connectError, at, end)) {
				const begin = at + lengthOf(connectError);
				const stop = peerEnd(begin, end);
				const failure = failureOfDetail(min(stop + 2, end), end);
				out.put(out.clientHandshakeFailed, relays.of(begin, stop), failure, min(out.timesOf(), mostTimes));
				return true;
			}
			break;
		case 99:
			// `connect to H: …`: a TCP connection that did not come about.
			if (matches(connectTo, at, end)) return false;
			break;
		default:
			break;
	}
	return takeProof(at, end) || takeWithoutTls(at, end) || isClientNote(at, end) || isTlsDetail(at, end);
}

/**
 * Reads the text of an error(8) line: qmgr has it put off, or return, what goes to a destination that failed before. False when it
 * says nothing of TLS.
 */
export function readError(at: usize, end: usize): bool {
	const length = queueIdLength(at);
	return length > 0 && isDelivery(at + length + 2, end) && takeDelivery(at, length, end, true);
}

/** A header or a line of a mail that a check of our client found (smtp_proto.c smtp_hbc_logger): text of the mail. */
function isChecked(at: usize, end: usize): bool {
	const words = min(end, pairFrom(58, 32, at, end) + 2);
	return (
		matches(header, words, end) ||
		matches(body, words, end) ||
		matches(mimeHeader, words, end) ||
		matches(nestedHeader, words, end)
	);
}

function readWarning(at: usize, end: usize): bool {
	if (matches(libraryProblem, at, end)) {
		out.put(out.clientLibraryProblem, out.none, problemOf(at + lengthOf(libraryProblem), end));
		return true;
	}
	if (matches(mxName, at, end)) {
		const name = wordsFrom(stsPattern, at, end) + lengthOf(stsPattern);
		if (name < end) out.put(out.clientStsMismatch, domains.of(name, byteFrom(39, name, end)));
		return true;
	}
	return takeWithoutTls(at, end) || isClientNote(at, end) || isTlsDetail(at, end);
}

/**
 * Writes that a handshake with a peer took place, the number of its trust, 0 where the line does not say, and why the
 * certificate did not verify.
 */
function proven(from: usize, stop: usize, trust: i32, problem: i32 = out.none): bool {
	out.put(out.clientHandshakeSeen, relays.of(from, stop), trust, problem);
	return true;
}

/**
 * Lines that a handshake alone brings about, at log levels that may lack the summary: about the certificate that the peer showed,
 * also one that does not verify (tls_verify.c tls_log_verify_error; only a wrong host name leaves the chain trusted, tls_client.c).
 */
function takeProof(at: usize, end: usize): bool {
	if (matches(notVerified, at, end)) return true;
	if (!isCertificateText(at, end)) return false;
	// `server `, `client ` or `CA ` may stand before it.
	const words = wordsFrom(verification, at, min(end, at + 7 + lengthOf(verification)));
	if (matches(verification, words, end)) {
		const peer = words + lengthOf(verification);
		const bare = pairFrom(58, 32, peer, end);
		const stop = byteFrom(91, peer, end) < bare ? peerEnd(peer, end) : bare;
		const trust = wordsFrom(hostname, stop, end) < end ? trustTrusted : trustUntrusted;
		return proven(peer, stop, trust, problemOf(stop, end));
	}
	// `P: subject_CN=…`; up to 2.4 without a peer.
	return byteFrom(91, at, end) < end ? proven(at, peerEnd(at, end), 0) : true;
}

/**
 * Lines that say why there is no TLS: the server's STARTTLS is discarded (smtp_proto.c, ehlo_mask.c), the level is none
 * (smtp_tls_note_starttls_offer), or the process could not set TLS up (tls_client.c, smtp.c).
 */
function takeWithoutTls(at: usize, end: usize): bool {
	if (matches(discarding, at, end)) {
		if (wordsFrom(starttls, at, end) < end) out.put(out.clientNoStarttls, out.none);
		return true;
	}
	if (matches(hostOffered, at, end)) {
		const name = at + lengthOf(hostOffered);
		out.put(out.clientNoStarttls, strings.of(name, byteFrom(93, name, end)));
		return true;
	}
	if (!isTlsOff(at, end)) return false;
	out.put(out.tlsOff);
	return true;
}
