import {byteFrom, lengthOf, literal, matches, wordsFrom} from './bytes';
import {takeCounters} from './counters';
import {failureOfDetail, isCertificateText, isTlsDetail, isTlsOff} from './imports';
import {clients, problemOf, strings} from './interned';
import * as out from './out';
import {peerEnd} from './peer';
import {queueIdLength} from './queue-id';
import {takeSummary} from './summary';

const connectFrom = literal('connect from ');
const disconnectFrom = literal('disconnect from ');
const acceptError = literal('SSL_accept error from ');
/** From log level 2 on; smtpd's alone is known to be of the session that goes on (tls/tls_misc.c tls_info_callback). */
const alertRead = literal('SSL3 alert read:fatal:');
const serverName = literal('TLS SNI ');
const lostAfter = literal('lost connection after ');
const timeoutAfter = literal('timeout after ');
const errorsAfter = literal('too many errors after ');
const fromWord = literal(' from ');
const client = literal('client=');
const noQueue = literal('NOQUEUE');
const userName = literal(', sasl_username=');
const saslSender = literal(', sasl_sender=');
const originalId = literal(', orig_queue_id=');
const originalClient = literal(', orig_client=');
const reject = literal('reject: ');
const milterReject = literal('milter-reject: ');
const proxyReject = literal('proxy-reject: ');
const abort = literal('abort: TLS from ');
const encryptionRequired = literal('Session encryption is required');
const warning = literal('warning: ');
const hostname = literal('hostname ');
const sasl = literal(': SASL ');
const authentication = literal('authentication ');
const libraryProblem = literal('TLS library problem: ');
const refusingStarttls = literal('Refusing STARTTLS request from ');
const refusingService = literal('Refusing TLS service request from ');
const wrapperDropped = literal('Wrapper-mode request dropped from ');
const rateLimit = literal('New TLS session rate limit exceeded');

/** What `readQueued` says of a text that is none of its kind. */
const notQueued: i32 = -1;
/** In place of the length of a queue id where the line has room for none. */
const unnamed: i32 = -1;

/** Reads the text of an smtpd line (after the tag) and writes what it says; false when it says nothing of TLS or of a session. */
export function readSmtpd(at: usize, end: usize): bool {
	switch (load<u8>(at)) {
		case 99: // c
			if (matches(connectFrom, at, end)) return putPeer(out.serverConnect, at + lengthOf(connectFrom), end);
			break;
		case 100: // d
			if (matches(disconnectFrom, at, end)) {
				const begin = at + lengthOf(disconnectFrom);
				const stop = peerEnd(begin, end);
				takeCounters(clients.of(begin, stop, out.processOf()), stop, end);
				return true;
			}
			break;
		case 83: // S
			if (matches(acceptError, at, end)) {
				const begin = at + lengthOf(acceptError);
				const stop = peerEnd(begin, end);
				const failure = failureOfDetail(min(stop + 2, end), end);
				out.put(out.serverHandshakeFailed, clients.of(begin, stop, out.processOf()), failure);
				return true;
			}
			if (matches(alertRead, at, end)) {
				out.put(out.serverLibraryProblem, out.none, problemOf(at, end));
				return true;
			}
			break;
		case 108: // l
		case 116: // t
			if (readBroken(at, end, at, unnamed)) return true;
			break;
		case 119: // w
			if (matches(warning, at, end)) return readWarning(at + lengthOf(warning), end);
			break;
		case 65: // Anonymous
		case 84: // Trusted, TLS
		case 85: // Untrusted
		case 86: // Verified
			if (takeSummary(out.serverSummary, at, end, true)) return true;
			if (matches(serverName, at, end)) return true;
			break;
		default:
			break;
	}
	const queued = readQueued(at, end);
	return queued === notQueued ? readDetail(at, end) : queued === 1;
}

/** Lines that few logs have: what they prove of the current session is reported, and nothing else is read. */
function readDetail(at: usize, end: usize): bool {
	if (isTlsOff(at, end)) {
		out.put(out.tlsOff);
		return true;
	}
	if (isCertificateText(at, end)) {
		out.put(out.serverHandshake, out.none);
		return true;
	}
	return isTlsDetail(at, end);
}

/** Writes a record of the peer that begins at a position. */
function putPeer(kind: i32, at: usize, end: usize): bool {
	out.put(kind, clients.of(at, peerEnd(at, end), out.processOf()));
	return true;
}

function refused(pattern: usize, at: usize, end: usize): bool {
	return matches(pattern, at, end) && putPeer(out.serverRefused, at + lengthOf(pattern), end);
}

function readWarning(at: usize, end: usize): bool {
	// By far the most frequent two: names that do not resolve, and passwords that are wrong.
	if (matches(hostname, at, end)) return false;
	if (wordsFrom(sasl, at, end) < end && wordsFrom(authentication, at, end) < end) return true;
	if (matches(libraryProblem, at, end)) {
		out.put(out.serverLibraryProblem, out.none, problemOf(at + lengthOf(libraryProblem), end));
		return true;
	}
	if (refused(refusingStarttls, at, end) || refused(refusingService, at, end) || refused(wrapperDropped, at, end))
		return true;
	if (matches(rateLimit, at, end)) return true;
	return readDetail(at, end);
}

/** Lines that begin with a queue id or NOQUEUE, and 3.10's `QID: lost connection after …`. */
function readQueued(text: usize, end: usize): i32 {
	const length = queueIdLength(text);
	if (length === 0) return notQueued;
	const at = text + length + 2;
	if (matches(client, at, end)) {
		const begin = at + lengthOf(client);
		const stop = peerEnd(begin, end);
		const user = stop < end ? userAt(stop, end) : out.none;
		out.put(out.serverMessage, clients.of(begin, stop, out.processOf()), strings.of(text, text + length), user);
		return 1;
	}
	if (matches(reject, at, end) || matches(milterReject, at, end) || matches(proxyReject, at, end)) {
		const found = wordsFrom(fromWord, at, end);
		if (found === end) return notQueued;
		const begin = found + lengthOf(fromWord);
		const stop = peerEnd(begin, end);
		const reason = byteFrom(59, stop, end) - lengthOf(encryptionRequired);
		const plaintext = reason >= stop && matches(encryptionRequired, reason, end);
		const kind = plaintext ? out.serverRejectedPlaintext : out.serverRejected;
		out.put(kind, clients.of(begin, stop, out.processOf()), isNoQueue(text, length) ? out.none : 1);
		return 1;
	}
	if (matches(abort, at, end)) return putPeer(out.serverCertificateRequired, at + lengthOf(abort), end) ? 1 : 0;
	return readBroken(at, end, text, isNoQueue(text, length) ? 0 : length) ? 1 : notQueued;
}

/** Whether a queue id is the word for none. */
function isNoQueue(text: usize, length: i32): bool {
	return length === lengthOf(noQueue) && matches(noQueue, text, text + length);
}

/** sasl_sender, orig_queue_id and orig_client may follow; a user name may hold a comma. */
function userAt(at: usize, end: usize): i32 {
	const user = wordsFrom(userName, at, end);
	if (user === end) return out.none;
	const begin = user + lengthOf(userName);
	let stop = wordsFrom(saslSender, begin, end);
	stop = min(stop, wordsFrom(originalId, begin, end));
	stop = min(stop, wordsFrom(originalClient, begin, end));
	return strings.of(begin, stop);
}

/**
 * `lost connection after DATA (123 bytes) from P`. From 3.10 on the queue id of the current transaction precedes it, or
 * NOQUEUE (`length` is 0); `unnamed` for earlier lines.
 */
function readBroken(at: usize, end: usize, queueId: usize, length: i32): bool {
	let where = at;
	if (matches(lostAfter, at, end)) where += lengthOf(lostAfter);
	else if (matches(timeoutAfter, at, end)) where += lengthOf(timeoutAfter);
	else if (matches(errorsAfter, at, end)) where += lengthOf(errorsAfter);
	else return false;
	const found = wordsFrom(fromWord, where, end);
	if (found === end) return false;
	const peerAt = found + lengthOf(fromWord);
	const blank = byteFrom(32, where, end);
	const command = strings.of(where, blank);
	const inContent = load<u8>(blank, 1) === 40;
	const peer = clients.of(peerAt, peerEnd(peerAt, end), out.processOf());
	const open = length > 0 ? strings.of(queueId, queueId + length) : out.none;
	out.put(out.serverBroken, peer, command, open, (length === unnamed ? 1 : 0) | (inContent ? 2 : 0));
	return true;
}
