import {failures} from '../tls/session.ts';
import {type BytePattern, words} from './byte-pattern.ts';
import {failureOf, failureOfDetail} from './library-problem.ts';
import {peerEnd} from './peer.ts';
import {queueIdLength} from './queue-id.ts';
import {none, type Out, put, record} from './records.ts';
import {takeCounters} from './smtpd-counters.ts';
import {takeSummary} from './summary.ts';
import {byteIn, standsIn, stringOf, type Text, wordsIn} from './text.ts';
import {isTlsDetail} from './tls-detail.ts';
import type {Words} from './words.ts';

const connectFrom = words('connect from ');
const disconnectFrom = words('disconnect from ');
const acceptError = words('SSL_accept error from ');
const serverName = words('TLS SNI ');
const lostAfter = words('lost connection after ');
const timeoutAfter = words('timeout after ');
const errorsAfter = words('too many errors after ');
const from = words(' from ');
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
const refusals = [
	'Refusing STARTTLS request from ',
	'Refusing TLS service request from ',
	'Wrapper-mode request dropped from ',
].map(words);
const rateLimit = words('New TLS session rate limit exceeded');
const noServerCerts = words("No server certs available. TLS won't be enabled");
const disabling = words(': disabling TLS support');

/**
 * Reads the text of an smtpd line (after the tag) and writes what it tells; false when it says nothing of TLS or of a session.
 * A folded line stands for copies of one already read: nothing is written of it.
 */
export function readSmtpd(out: Out, text: Text, memory: Words): boolean {
	const {at} = text;
	switch (text.bytes[at]) {
		case 99: // c
			if (standsIn(text, connectFrom, at))
				return told(out, record.serverConnect, text, memory, at + connectFrom.length);
			break;
		case 100: // d
			if (standsIn(text, disconnectFrom, at)) {
				const begin = at + disconnectFrom.length;
				const end = peerEnd(text, begin);
				takeCounters(out, text, end, memory.client(text, begin, end, out.pid));
				return true;
			}
			break;
		case 83: // S
			if (standsIn(text, acceptError, at)) {
				const begin = at + acceptError.length;
				const end = peerEnd(text, begin);
				const failure = failures.indexOf(failureOfDetail(restOf(text, end + 2)) as never);
				put(out, record.serverHandshakeFailed, memory.client(text, begin, end, out.pid), failure);
				return true;
			}
			break;
		case 108: // l
		case 116:
			if (readBroken(out, text, memory, at)) return true;
			break;
		case 119: // w
			if (standsIn(text, warning, at)) return readWarning(out, text, memory, at + warning.length);
			break;
		case 65: // Anonymous
		case 84: // Trusted, TLS
		case 85: // Untrusted
		case 86:
			if (takeSummary(out, record.serverSummary, text, memory, true)) return true;
			if (standsIn(text, serverName, at)) return true;
			break;
	}
	return readQueued(out, text, memory) ?? isTlsDetail(stringOf(text, at, text.end));
}

/** Writes a record of the peer that begins at a position. */
function told(out: Out, kind: number, text: Text, memory: Words, at: number): true {
	put(out, kind, memory.client(text, at, peerEnd(text, at), out.pid));
	return true;
}

function restOf(text: Text, from: number): string {
	return from < text.end ? stringOf(text, from, text.end) : '';
}

function readWarning(out: Out, text: Text, memory: Words, at: number): boolean {
	const begins = (pattern: BytePattern): boolean => standsIn(text, pattern, at);
	// By far the most frequent two: names that do not resolve, and passwords that are wrong.
	if (begins(hostname)) return false;
	if (wordsIn(text, sasl, at) >= 0 && wordsIn(text, authentication, at) >= 0) return true;
	if (begins(libraryProblem)) {
		const failure = failureOf(restOf(text, at + libraryProblem.length));
		put(out, record.serverLibraryProblem, none, failures.indexOf(failure));
		return true;
	}
	for (const refusal of refusals)
		if (begins(refusal)) return told(out, record.serverRefused, text, memory, at + refusal.length);
	if (begins(rateLimit)) return true;
	if (begins(noServerCerts) || standsIn(text, disabling, Math.max(at, text.end - disabling.length))) {
		put(out, record.serverNoCertificate, none);
		return true;
	}
	return isTlsDetail(stringOf(text, at, text.end));
}

/** Lines that begin with a queue id or NOQUEUE, and 3.10's `QID: lost connection after …`; undefined when it is none. */
function readQueued(out: Out, text: Text, memory: Words): boolean | undefined {
	const length = queueIdLength(text);
	if (length === 0) return readBroken(out, text, memory, text.at) || undefined;
	const at = text.at + length + 2;
	if (standsIn(text, client, at)) {
		const begin = at + client.length;
		const end = peerEnd(text, begin);
		const user = end < text.end ? userAt(text, memory, end) : none;
		put(
			out,
			record.serverMessage,
			memory.client(text, begin, end, out.pid),
			memory.word(text, text.at, text.at + length),
			user,
		);
		return true;
	}
	if (standsIn(text, reject, at)) {
		const begin = wordsIn(text, from, at);
		if (begin < 0) return undefined;
		const end = peerEnd(text, begin + from.length);
		const semicolon = byteIn(text, 59, end);
		const reason = (semicolon < 0 ? text.end : semicolon) - encryptionRequired.length;
		const plaintext = reason >= end && standsIn(text, encryptionRequired, reason);
		const kind = plaintext ? record.serverRejectedPlaintext : record.serverRejected;
		put(out, kind, memory.client(text, begin + from.length, end, out.pid));
		return true;
	}
	if (standsIn(text, abort, at)) return told(out, record.serverCertificateRequired, text, memory, at + abort.length);
	return readBroken(out, text, memory, at) || undefined;
}

/** sasl_sender, orig_queue_id and orig_client may follow; a user name may hold a comma. */
function userAt(text: Text, memory: Words, at: number): number {
	const user = wordsIn(text, userName, at);
	if (user < 0) return none;
	const begin = user + userName.length;
	let end = wordsIn(text, saslSender, begin);
	for (const next of [originalId, originalClient]) {
		const found = wordsIn(text, next, begin);
		if (found >= 0 && (end < 0 || found < end)) end = found;
	}
	return memory.word(text, begin, end < 0 ? text.end : end);
}

/** `lost connection after DATA (123 bytes) from P`. */
function readBroken(out: Out, text: Text, memory: Words, at: number): boolean {
	let where = at;
	if (standsIn(text, lostAfter, at)) where += lostAfter.length;
	else if (standsIn(text, timeoutAfter, at)) where += timeoutAfter.length;
	else if (standsIn(text, errorsAfter, at)) where += errorsAfter.length;
	else return false;
	const begin = wordsIn(text, from, where);
	if (begin < 0) return false;
	const peerAt = begin + from.length;
	const command = memory.word(text, where, byteIn(text, 32, where));
	put(out, record.serverBroken, memory.client(text, peerAt, peerEnd(text, peerAt), out.pid), command);
	return true;
}
