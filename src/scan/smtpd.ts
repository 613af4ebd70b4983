import {byteFrom, lengthOf, stands, words, wordsFrom} from './bytes';
import {takeCounters} from './counters';
import {failureOf, failureOfDetail, isTlsDetail} from './imports';
import * as out from './out';
import {peerEnd} from './peer';
import {queueIdLength} from './queue-id';
import {takeSummary} from './summary';
import {clients, others} from './words';

const connectFrom = words('connect from ');
const disconnectFrom = words('disconnect from ');
const acceptError = words('SSL_accept error from ');
const serverName = words('TLS SNI ');
const lostAfter = words('lost connection after ');
const timeoutAfter = words('timeout after ');
const errorsAfter = words('too many errors after ');
const fromWord = words(' from ');
const client = words('client=');
const userName = words(', sasl_username=');
const saslSender = words(', sasl_sender=');
const originalId = words(', orig_queue_id=');
const originalClient = words(', orig_client=');
const reject = words('reject: ');
const abort = words('abort: TLS from ');
const encryptionRequired = words('Session encryption is required');
const warning = words('warning: ');
const hostname = words('hostname ');
const sasl = words(': SASL ');
const authentication = words('authentication ');
const libraryProblem = words('TLS library problem: ');
const refusingStarttls = words('Refusing STARTTLS request from ');
const refusingService = words('Refusing TLS service request from ');
const wrapperDropped = words('Wrapper-mode request dropped from ');
const rateLimit = words('New TLS session rate limit exceeded');
const noServerCerts = words("No server certs available. TLS won't be enabled");
const disabling = words(': disabling TLS support');

/** What `readQueued` says of a text that is none of its kind. */
const notQueued: i32 = -1;

/** Reads the text of an smtpd line (after the tag) and writes what it tells; false when it says nothing of TLS or of a session. */
export function readSmtpd(at: usize, end: usize): bool {
	switch (load<u8>(at)) {
		case 99: // c
			if (stands(connectFrom, at, end)) return told(out.serverConnect, at + lengthOf(connectFrom), end);
			break;
		case 100: // d
			if (stands(disconnectFrom, at, end)) {
				const begin = at + lengthOf(disconnectFrom);
				const stop = peerEnd(begin, end);
				takeCounters(clients.of(begin, stop, out.processOf()), stop, end);
				return true;
			}
			break;
		case 83: // S
			if (stands(acceptError, at, end)) {
				const begin = at + lengthOf(acceptError);
				const stop = peerEnd(begin, end);
				const failure = failureOfDetail(min(stop + 2, end), end);
				out.put(out.serverHandshakeFailed, clients.of(begin, stop, out.processOf()), failure);
				return true;
			}
			break;
		case 108: // l
		case 116: // t
			if (readBroken(at, end)) return true;
			break;
		case 119: // w
			if (stands(warning, at, end)) return readWarning(at + lengthOf(warning), end);
			break;
		case 65: // Anonymous
		case 84: // Trusted, TLS
		case 85: // Untrusted
		case 86: // Verified
			if (takeSummary(out.serverSummary, at, end, true)) return true;
			if (stands(serverName, at, end)) return true;
			break;
		default:
			break;
	}
	const queued = readQueued(at, end);
	return queued === notQueued ? isTlsDetail(at, end) : queued === 1;
}

/** Writes a record of the peer that begins at a position. */
function told(kind: i32, at: usize, end: usize): bool {
	out.put(kind, clients.of(at, peerEnd(at, end), out.processOf()));
	return true;
}

function refused(pattern: usize, at: usize, end: usize): bool {
	return stands(pattern, at, end) && told(out.serverRefused, at + lengthOf(pattern), end);
}

function readWarning(at: usize, end: usize): bool {
	// By far the most frequent two: names that do not resolve, and passwords that are wrong.
	if (stands(hostname, at, end)) return false;
	if (wordsFrom(sasl, at, end) < end && wordsFrom(authentication, at, end) < end) return true;
	if (stands(libraryProblem, at, end)) {
		out.put(out.serverLibraryProblem, out.none, failureOf(at + lengthOf(libraryProblem), end));
		return true;
	}
	if (refused(refusingStarttls, at, end) || refused(refusingService, at, end) || refused(wrapperDropped, at, end))
		return true;
	if (stands(rateLimit, at, end)) return true;
	const disabled = end - lengthOf(disabling) >= at && stands(disabling, end - lengthOf(disabling), end);
	if (disabled || stands(noServerCerts, at, end)) {
		out.put(out.serverNoCertificate, out.none);
		return true;
	}
	return isTlsDetail(at, end);
}

/** Lines that begin with a queue id or NOQUEUE, and 3.10's `QID: lost connection after …`. */
function readQueued(text: usize, end: usize): i32 {
	const length = queueIdLength(text);
	if (length === 0) return readBroken(text, end) ? 1 : notQueued;
	const at = text + length + 2;
	if (stands(client, at, end)) {
		const begin = at + lengthOf(client);
		const stop = peerEnd(begin, end);
		const user = stop < end ? userAt(stop, end) : out.none;
		out.put(out.serverMessage, clients.of(begin, stop, out.processOf()), others.of(text, text + length), user);
		return 1;
	}
	if (stands(reject, at, end)) {
		const found = wordsFrom(fromWord, at, end);
		if (found === end) return notQueued;
		const begin = found + lengthOf(fromWord);
		const stop = peerEnd(begin, end);
		const reason = byteFrom(59, stop, end) - lengthOf(encryptionRequired);
		const plaintext = reason >= stop && stands(encryptionRequired, reason, end);
		out.put(plaintext ? out.serverRejectedPlaintext : out.serverRejected, clients.of(begin, stop, out.processOf()));
		return 1;
	}
	if (stands(abort, at, end)) return told(out.serverCertificateRequired, at + lengthOf(abort), end) ? 1 : 0;
	return readBroken(at, end) ? 1 : notQueued;
}

/** sasl_sender, orig_queue_id and orig_client may follow; a user name may hold a comma. */
function userAt(at: usize, end: usize): i32 {
	const user = wordsFrom(userName, at, end);
	if (user === end) return out.none;
	const begin = user + lengthOf(userName);
	let stop = wordsFrom(saslSender, begin, end);
	stop = min(stop, wordsFrom(originalId, begin, end));
	stop = min(stop, wordsFrom(originalClient, begin, end));
	return others.of(begin, stop);
}

/** `lost connection after DATA (123 bytes) from P`. */
function readBroken(at: usize, end: usize): bool {
	let where = at;
	if (stands(lostAfter, at, end)) where += lengthOf(lostAfter);
	else if (stands(timeoutAfter, at, end)) where += lengthOf(timeoutAfter);
	else if (stands(errorsAfter, at, end)) where += lengthOf(errorsAfter);
	else return false;
	const found = wordsFrom(fromWord, where, end);
	if (found === end) return false;
	const peerAt = found + lengthOf(fromWord);
	const command = others.of(where, byteFrom(32, where, end));
	out.put(out.serverBroken, clients.of(peerAt, peerEnd(peerAt, end), out.processOf()), command);
	return true;
}
