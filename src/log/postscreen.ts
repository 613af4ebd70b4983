import {numberAt} from './peer.ts';

/** What one line of postscreen tells of a connection, known by `[addr]:port` (postscreen/postscreen.c, postscreen_smtpd.c). */
export type PostscreenEvent =
	| {kind: 'connect'; end: string; localPort: number | null}
	/** Handed over to smtpd before any SMTP command, unless postscreen already spoke SMTP itself. */
	| {kind: 'pass'; end: string}
	| {kind: 'disconnect'; end: string}
	/** Somebody spoke SMTP with postscreen itself; `rejected` when a recipient was refused. */
	| {kind: 'dialogue'; end: string; rejected: boolean}
	| {kind: 'note'};

const note: PostscreenEvent = {kind: 'note'};
const dialogueWords = [
	'COMMAND PIPELINING ',
	'COMMAND TIME LIMIT ',
	'COMMAND COUNT LIMIT ',
	'COMMAND LENGTH LIMIT ',
	'NON-SMTP COMMAND ',
	'BARE NEWLINE ',
];
const noteWords = [
	'PREGREET ',
	'HANGUP ',
	'DNSBL rank ',
	'ALLOWLISTED ',
	'DENYLISTED ',
	'WHITELISTED ',
	'BLACKLISTED ',
	'ALLOWLIST VETO ',
	'WHITELIST VETO ',
];

/** Reads the text of a postscreen line; undefined when it says nothing of a connection. */
export function readPostscreen(text: string): PostscreenEvent | undefined {
	if (text.startsWith('CONNECT from ')) {
		const to = text.indexOf(' to ', 13);
		let digits = text.length;
		while (digits > to && text.charCodeAt(digits - 1) !== 58) digits--;
		return {
			kind: 'connect',
			end: text.slice(13, to < 0 ? text.length : to),
			localPort: to < 0 ? null : numberAt(text, digits, text.length),
		};
	}
	if (text.startsWith('PASS NEW ') || text.startsWith('PASS OLD ')) return {kind: 'pass', end: text.slice(9)};
	if (text.startsWith('DISCONNECT ')) return {kind: 'disconnect', end: text.slice(11)};
	if (text.startsWith('NOQUEUE: reject: ')) {
		const at = text.indexOf(' from ', 17);
		const end = text.indexOf(': ', at);
		return at < 0 || end < 0
			? undefined
			: {kind: 'dialogue', end: text.slice(at + 6, end), rejected: !text.startsWith('CONNECT', 17)};
	}
	for (const words of dialogueWords) {
		if (!text.startsWith(words)) continue;
		const end = /\[[^\]]*\]:\d+/.exec(text)?.[0];
		return end === undefined ? note : {kind: 'dialogue', end, rejected: false};
	}
	return noteWords.some(words => text.startsWith(words)) ? note : undefined;
}
