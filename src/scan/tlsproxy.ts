import {lengthOf, literal, matches, wordsFrom} from './bytes';
import {isClientNote, isTlsDetail, isTlsOff} from './imports';
import {endpoints, problemOf, takeReport} from './interned';
import * as out from './out';
import {takeSummary} from './summary';

const connectTo = literal('CONNECT to ');
const connectFrom = literal('CONNECT from ');
const disconnect = literal('DISCONNECT ');
const failed = literal('TLS handshake failed for service=');
const peer = literal(' peer=');
const smtpd = literal('smtpd ');
const warning = literal('warning: ');
const problem = literal('TLS library problem: ');
const ciphertext = literal('ciphertext read/write timeout for ');

/**
 * Reads the text of a tlsproxy line (tlsproxy/tlsproxy.c) and writes what it says; false when it says nothing of TLS. A
 * process serves many connections: they are distinguished by `[addr]:port`.
 */
export function readTlsproxy(at: usize, end: usize): bool {
	if (matches(connectTo, at, end)) return putPeer(out.proxyConnect, at + lengthOf(connectTo), end, 1);
	if (matches(connectFrom, at, end)) return putPeer(out.proxyConnect, at + lengthOf(connectFrom), end, 0);
	if (matches(disconnect, at, end)) return putPeer(out.proxyDisconnect, at + lengthOf(disconnect), end, 0);
	if (matches(failed, at, end)) {
		const client = wordsFrom(peer, at, end);
		// postscreen's service is called smtpd whatever its name (postscreen_starttls.c); a client's is its own.
		const role = matches(smtpd, at + lengthOf(failed), end) ? 0 : 1;
		return client < end && putPeer(out.proxyHandshakeFailed, client + lengthOf(peer), end, role);
	}
	if (matches(warning, at, end)) {
		const text = at + lengthOf(warning);
		if (matches(problem, text, end)) {
			out.put(out.proxyLibraryProblem, out.none, problemOf(text + lengthOf(problem), end));
			return true;
		}
		if (matches(ciphertext, text, end)) return putPeer(out.proxyTimeout, text + lengthOf(ciphertext), end, 0);
		if (isTlsOff(text, end)) {
			out.put(out.tlsOff);
			return true;
		}
		return isClientNote(text, end) || isTlsDetail(text, end);
	}
	if (takeReport(out.proxyReport, at, end)) return true;
	return takeSummary(out.proxySummary, at, end, false) || isClientNote(at, end) || isTlsDetail(at, end);
}

function putPeer(kind: i32, at: usize, end: usize, client: i32): bool {
	out.put(kind, endpoints.of(at, end), client);
	return true;
}
