import {type BytePattern, words} from './byte-pattern.ts';
import {none, type Out, put, record} from './records.ts';
import {byteIn, numberIn, standsIn, type Text, wordsIn} from './text.ts';
import type {Words} from './words.ts';

const connectFrom = words('CONNECT from ');
const to = words(' to ');
const passNew = words('PASS NEW ');
const passOld = words('PASS OLD ');
const disconnect = words('DISCONNECT ');
const reject = words('NOQUEUE: reject: ');
const connect = words('CONNECT');
const from = words(' from ');
const dialogueWords = [
	'COMMAND PIPELINING ',
	'COMMAND TIME LIMIT ',
	'COMMAND COUNT LIMIT ',
	'COMMAND LENGTH LIMIT ',
	'NON-SMTP COMMAND ',
	'BARE NEWLINE ',
].map(words);
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
].map(words);

/**
 * Reads the text of a postscreen line (postscreen/postscreen.c, postscreen_smtpd.c) and writes what it tells of a connection,
 * known by `[addr]:port`; false when it says nothing of one.
 */
export function readPostscreen(out: Out, text: Text, memory: Words): boolean {
	const {at, end} = text;
	const begins = (pattern: BytePattern): boolean => standsIn(text, pattern, at);
	if (begins(connectFrom)) return connected(out, text, memory);
	// Handed over to smtpd before any SMTP command, unless postscreen already spoke SMTP itself.
	if (begins(passOld) || begins(passNew)) {
		const client = at + passNew.length;
		const open = byteIn(text, 91, client);
		const close = byteIn(text, 93, client);
		const ip = open >= 0 && close > open + 1 ? memory.word(text, open + 1, close) : none;
		put(out, record.screenPass, memory.end(text, client, end), ip);
		return true;
	}
	if (begins(disconnect)) {
		put(out, record.screenDisconnect, memory.end(text, at + disconnect.length, end));
		return true;
	}
	if (begins(reject)) return rejected(out, text, memory);
	if (dialogueWords.some(begins)) return dialogue(out, text, memory);
	return noteWords.some(begins);
}

/** The client, and our port where it is logged. */
function connected(out: Out, text: Text, memory: Words): true {
	const {bytes, end} = text;
	const client = text.at + connectFrom.length;
	const local = wordsIn(text, to, client);
	let digits = end;
	while (digits > local && bytes[digits - 1] !== 58) digits--;
	const port = local < 0 ? null : numberIn(text, digits, end);
	put(out, record.screenConnect, memory.end(text, client, local < 0 ? end : local), port ?? none);
	return true;
}

/** A client, and whether one of its recipients was refused: that of CONNECT had none. */
function rejected(out: Out, text: Text, memory: Words): boolean {
	const stage = text.at + reject.length;
	const client = wordsIn(text, from, stage);
	if (client < 0) return false;
	let end = client;
	while (end < text.end && !(text.bytes[end] === 58 && text.bytes[end + 1] === 32)) end++;
	if (end >= text.end - 1) return false;
	const refused = standsIn(text, connect, stage) ? 0 : 1;
	put(out, record.screenDialogue, memory.end(text, client + from.length, end), refused);
	return true;
}

/** Somebody spoke SMTP with postscreen itself: the first `[addr]:port` is the client's. */
function dialogue(out: Out, text: Text, memory: Words): true {
	const {bytes, at, end} = text;
	const client = /\[[^\]]*\]:\d+/.exec(bytes.latin1Slice(at, end));
	if (client !== null) {
		const begin = at + client.index;
		put(out, record.screenDialogue, memory.end(text, begin, begin + client[0].length), 0);
	}
	return true;
}
