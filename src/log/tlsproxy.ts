import {readSummary, type Summary} from './summary.ts';
import {isTlsDetail} from './tls-detail.ts';

/** What one line of tlsproxy tells (tlsproxy/tlsproxy.c). Its process serves many connections: they are told apart by `[addr]:port`. */
export type ProxyEvent =
	| {kind: 'connect'; client: boolean; end: string}
	| {kind: 'disconnect'; end: string}
	| {kind: 'summary'; summary: Summary; end: string}
	| {kind: 'handshake-failed'; end: string}
	| {kind: 'library-problem'; text: string}
	| {kind: 'note'};

/** Reads the text of a tlsproxy line; undefined when it says nothing of TLS. */
export function readTlsproxy(text: string): ProxyEvent | undefined {
	if (text.startsWith('CONNECT to ')) return {kind: 'connect', client: true, end: text.slice(11)};
	if (text.startsWith('CONNECT from ')) return {kind: 'connect', client: false, end: text.slice(13)};
	if (text.startsWith('DISCONNECT ')) return {kind: 'disconnect', end: text.slice(11)};
	if (text.startsWith('TLS handshake failed for service=')) {
		const at = text.indexOf(' peer=');
		return at < 0 ? undefined : {kind: 'handshake-failed', end: text.slice(at + 6)};
	}
	if (text.startsWith('warning: TLS library problem: ')) return {kind: 'library-problem', text: text.slice(30)};
	const summary = readSummary(text);
	if (summary) return {kind: 'summary', summary, end: `[${summary.peer.ip ?? ''}]:${summary.peer.port ?? ''}`};
	if (text.startsWith('warning: TLS server role is disabled ')) return {kind: 'note'};
	if (text.startsWith('TLSRPT: ')) return {kind: 'note'};
	return isTlsDetail(text) || isTlsDetail(text.replace(/^warning: /, '')) ? {kind: 'note'} : undefined;
}
