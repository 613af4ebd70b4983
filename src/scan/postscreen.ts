import {byteFrom, isDigit, lengthOf, pairFrom, portFrom, stands, words, wordsFrom} from './bytes';
import * as out from './out';
import {ends, others} from './words';

const connectFrom = words('CONNECT from ');
const to = words(' to ');
const passNew = words('PASS NEW ');
const passOld = words('PASS OLD ');
const disconnect = words('DISCONNECT ');
const reject = words('NOQUEUE: reject: ');
const connect = words('CONNECT');
const fromWord = words(' from ');
const pipelining = words('COMMAND PIPELINING ');
const timeLimit = words('COMMAND TIME LIMIT ');
const countLimit = words('COMMAND COUNT LIMIT ');
const lengthLimit = words('COMMAND LENGTH LIMIT ');
const notSmtp = words('NON-SMTP COMMAND ');
const bareNewline = words('BARE NEWLINE ');
const pregreet = words('PREGREET ');
const hangup = words('HANGUP ');
const dnsbl = words('DNSBL rank ');
const allowlisted = words('ALLOWLISTED ');
const denylisted = words('DENYLISTED ');
const whitelisted = words('WHITELISTED ');
const blacklisted = words('BLACKLISTED ');
const allowlistVeto = words('ALLOWLIST VETO ');
const whitelistVeto = words('WHITELIST VETO ');

/**
 * Reads the text of a postscreen line (postscreen/postscreen.c, postscreen_smtpd.c) and writes what it tells of a connection,
 * known by `[addr]:port`; false when it says nothing of one.
 */
export function readPostscreen(at: usize, end: usize): bool {
	switch (load<u8>(at)) {
		case 67: // C
			if (stands(connectFrom, at, end)) return connected(at + lengthOf(connectFrom), end);
			if (
				stands(pipelining, at, end) ||
				stands(timeLimit, at, end) ||
				stands(countLimit, at, end) ||
				stands(lengthLimit, at, end)
			)
				return dialogue(at, end);
			return false;
		case 80: // P
			// Handed over to smtpd before any SMTP command, unless postscreen already spoke SMTP itself.
			if (stands(passOld, at, end) || stands(passNew, at, end)) return passed(at + lengthOf(passNew), end);
			return stands(pregreet, at, end);
		case 68: // D
			if (stands(disconnect, at, end)) {
				out.put(out.screenDisconnect, ends.of(at + lengthOf(disconnect), end));
				return true;
			}
			return stands(dnsbl, at, end) || stands(denylisted, at, end);
		case 78: // N
			if (stands(reject, at, end)) return rejected(at + lengthOf(reject), end);
			return stands(notSmtp, at, end) && dialogue(at, end);
		case 66: // B
			if (stands(bareNewline, at, end)) return dialogue(at, end);
			return stands(blacklisted, at, end);
		default:
			return (
				stands(hangup, at, end) ||
				stands(allowlisted, at, end) ||
				stands(whitelisted, at, end) ||
				stands(allowlistVeto, at, end) ||
				stands(whitelistVeto, at, end)
			);
	}
}

/** The client, and our port where it is logged. */
function connected(client: usize, end: usize): bool {
	const local = wordsFrom(to, client, end);
	let port = out.none;
	if (local < end) {
		let digits = end;
		while (digits > local && load<u8>(digits - 1) !== 58) digits--;
		port = portFrom(digits, end);
	}
	out.put(out.screenConnect, ends.of(client, local), port);
	return true;
}

function passed(client: usize, end: usize): bool {
	const open = byteFrom(91, client, end);
	const close = byteFrom(93, client, end);
	const ip = close < end && close > open + 1 ? others.of(open + 1, close) : out.none;
	out.put(out.screenPass, ends.of(client, end), ip);
	return true;
}

/** A client, and whether one of its recipients was refused: that of CONNECT had none. */
function rejected(stage: usize, end: usize): bool {
	const found = wordsFrom(fromWord, stage, end);
	if (found === end) return false;
	const stop = pairFrom(58, 32, found, end);
	if (stop === end) return false;
	out.put(out.screenDialogue, ends.of(found + lengthOf(fromWord), stop), stands(connect, stage, end) ? 0 : 1);
	return true;
}

/** Somebody spoke SMTP with postscreen itself: the first `[addr]:port` is the client's. */
function dialogue(at: usize, end: usize): bool {
	for (let open = byteFrom(91, at, end); open < end; open = byteFrom(91, open + 1, end)) {
		const close = byteFrom(93, open, end);
		if (close + 2 >= end + 1 || load<u8>(close + 1) !== 58 || !isDigit(close + 2)) continue;
		let stop = close + 2;
		while (stop < end && isDigit(stop)) stop++;
		out.put(out.screenDialogue, ends.of(open, stop), 0);
		return true;
	}
	return true;
}
