import {lengthOf, stands, words, wordsFrom} from './bytes';
import {failureOf, isClientNote, isTlsDetail, isTlsOff} from './imports';
import * as out from './out';
import {takeSummary} from './summary';
import {ends} from './words';

const connectTo = words('CONNECT to ');
const connectFrom = words('CONNECT from ');
const disconnect = words('DISCONNECT ');
const failed = words('TLS handshake failed for service=');
const peer = words(' peer=');
const smtpd = words('smtpd ');
const warning = words('warning: ');
const problem = words('TLS library problem: ');
const ciphertext = words('ciphertext read/write timeout for ');

/**
 * Reads the text of a tlsproxy line (tlsproxy/tlsproxy.c) and writes what it tells; false when it says nothing of TLS. A
 * process serves many connections: they are told apart by `[addr]:port`.
 */
export function readTlsproxy(at: usize, end: usize): bool {
	if (stands(connectTo, at, end)) return told(out.proxyConnect, at + lengthOf(connectTo), end, 1);
	if (stands(connectFrom, at, end)) return told(out.proxyConnect, at + lengthOf(connectFrom), end, 0);
	if (stands(disconnect, at, end)) return told(out.proxyDisconnect, at + lengthOf(disconnect), end, 0);
	if (stands(failed, at, end)) {
		const client = wordsFrom(peer, at, end);
		// postscreen's service is called smtpd whatever its name (postscreen_starttls.c); a client's is its own.
		const role = stands(smtpd, at + lengthOf(failed), end) ? 0 : 1;
		return client < end && told(out.proxyHandshakeFailed, client + lengthOf(peer), end, role);
	}
	if (stands(warning, at, end)) {
		const text = at + lengthOf(warning);
		if (stands(problem, text, end)) {
			out.put(out.proxyLibraryProblem, out.none, failureOf(text + lengthOf(problem), end));
			return true;
		}
		if (stands(ciphertext, text, end)) return told(out.proxyTimeout, text + lengthOf(ciphertext), end, 0);
		if (isTlsOff(text, end)) {
			out.put(out.tlsOff);
			return true;
		}
		return isClientNote(text, end) || isTlsDetail(text, end);
	}
	return takeSummary(out.proxySummary, at, end, false) || isClientNote(at, end) || isTlsDetail(at, end);
}

function told(kind: i32, at: usize, end: usize, client: i32): bool {
	out.put(kind, ends.of(at, end), client);
	return true;
}
