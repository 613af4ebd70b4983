import {failures} from '../tls/session.ts';
import {words} from './byte-pattern.ts';
import {failureOf} from './library-problem.ts';
import {none, type Out, put, record} from './records.ts';
import {takeSummary} from './summary.ts';
import {standsIn, stringOf, type Text, wholeText, wordsIn} from './text.ts';
import {isTlsDetail} from './tls-detail.ts';
import type {Words} from './words.ts';

const connectTo = words('CONNECT to ');
const connectFrom = words('CONNECT from ');
const disconnect = words('DISCONNECT ');
const failed = words('TLS handshake failed for service=');
const peer = words(' peer=');
const problem = words('warning: TLS library problem: ');

/**
 * Reads the text of a tlsproxy line (tlsproxy/tlsproxy.c) and writes what it tells; false when it says nothing of TLS. A
 * process serves many connections: they are told apart by `[addr]:port`.
 */
export function readTlsproxy(out: Out, text: Text, memory: Words): boolean {
	const {at, end} = text;
	if (standsIn(text, connectTo, at)) {
		put(out, record.proxyConnect, memory.end(text, at + connectTo.length, end), 1);
		return true;
	}
	if (standsIn(text, connectFrom, at)) {
		put(out, record.proxyConnect, memory.end(text, at + connectFrom.length, end), 0);
		return true;
	}
	if (standsIn(text, disconnect, at)) {
		put(out, record.proxyDisconnect, memory.end(text, at + disconnect.length, end));
		return true;
	}
	if (standsIn(text, failed, at)) {
		const client = wordsIn(text, peer, at);
		if (client < 0) return false;
		put(out, record.proxyHandshakeFailed, memory.end(text, client + peer.length, end));
		return true;
	}
	if (standsIn(text, problem, at)) {
		const failure = failureOf(stringOf(text, at + problem.length, end));
		put(out, record.proxyLibraryProblem, none, failures.indexOf(failure));
		return true;
	}
	return takeSummary(out, record.proxySummary, text, memory, false) || isNote(wholeText(text));
}

function isNote(text: string): boolean {
	return (
		text.startsWith('warning: TLS server role is disabled ') ||
		text.startsWith('TLSRPT: ') ||
		isTlsDetail(text) ||
		isTlsDetail(text.replace(/^warning: /, ''))
	);
}
