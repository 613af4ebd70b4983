import {byteFrom, isDigit, lengthOf, literal, matches, pairFrom, portFrom, wordsFrom} from './bytes';
import {isTlsDetail} from './imports';
import {endpoints, strings} from './interned';
import * as numbers from './numbers';
import * as out from './out';

const connectFrom = literal('CONNECT from ');
const to = literal(' to ');
const passNew = literal('PASS NEW ');
const passOld = literal('PASS OLD ');
const disconnect = literal('DISCONNECT ');
const reject = literal('NOQUEUE: reject: ');
const recipients = literal('RCPT from ');
const fromWord = literal(' from ');
const afterWord = literal(' after ');
const command = literal('COMMAND ');
const notSmtp = literal('NON-SMTP COMMAND ');
const bareNewline = literal('BARE NEWLINE ');
const dataWithout = literal('DATA without valid RCPT ');
const bdatWithout = literal('BDAT without valid RCPT ');
const pregreet = literal('PREGREET ');
const hangup = literal('HANGUP ');
const dnsbl = literal('DNSBL rank ');
const allowlisted = literal('ALLOWLISTED ');
const denylisted = literal('DENYLISTED ');
const whitelisted = literal('WHITELISTED ');
const blacklisted = literal('BLACKLISTED ');
const allowlistVeto = literal('ALLOWLIST VETO ');
const whitelistVeto = literal('WHITELIST VETO ');

/** The first four letters of SMTP's commands (postscreen_smtpd.c command_table, RFC 3030 for BDAT), in capitals. */
const commands = [
	literal('HELO'), literal('EHLO'), literal('STAR'), literal('MAIL'), literal('RCPT'), literal('DATA'), literal('BDAT'), literal('RSET'), literal('NOOP'), literal('VRFY'),
	literal('ETRN'), literal('QUIT'), literal('AUTH'), literal('XCLI'), literal('XFOR'), literal('HELP'), literal('EXPN'),
]; // biome-ignore format: a list of words reads better in lines
const starttls = 2;

/**
 * Reads the text of a postscreen line (postscreen/postscreen.c, postscreen_smtpd.c) and writes what it says of a connection,
 * known by `[addr]:port`; false when it says nothing of one.
 */
export function readPostscreen(at: usize, end: usize): bool {
	switch (load<u8>(at)) {
		case 67: // C
			if (matches(connectFrom, at, end)) return connected(at + lengthOf(connectFrom), end);
			// COMMAND PIPELINING, TIME LIMIT, COUNT LIMIT, LENGTH LIMIT
			if (matches(command, at, end)) return dialogue(at, end);
			break;
		case 80: // P
			// Handed over to smtpd before any SMTP command, unless postscreen already spoke SMTP itself.
			if (matches(passOld, at, end) || matches(passNew, at, end)) return passed(at + lengthOf(passNew), end);
			if (matches(pregreet, at, end)) return true;
			break;
		case 68: // D
			if (matches(disconnect, at, end)) {
				out.put(out.screenDisconnect, endpoints.of(at + lengthOf(disconnect), end));
				return true;
			}
			if (matches(dnsbl, at, end) || matches(denylisted, at, end)) return true;
			if (matches(dataWithout, at, end)) return said(at, end, numbers.saidSomething);
			break;
		case 78: // N
			if (matches(reject, at, end)) return rejected(at + lengthOf(reject), end);
			if (matches(notSmtp, at, end)) return dialogue(at, end);
			break;
		case 66: // B
			if (matches(bareNewline, at, end)) return dialogue(at, end);
			if (matches(bdatWithout, at, end)) return said(at, end, numbers.saidSomething);
			if (matches(blacklisted, at, end)) return true;
			break;
		case 65: // A
			// The access list lets the client through at once (postscreen.c psc_allowlist, psc_conclude).
			if (matches(allowlisted, at, end)) return passed(at + lengthOf(allowlisted), end);
			if (matches(allowlistVeto, at, end)) return true;
			break;
		case 87: // W
			if (matches(whitelisted, at, end)) return passed(at + lengthOf(whitelisted), end);
			if (matches(whitelistVeto, at, end)) return true;
			break;
		case 72: // H
			if (matches(hangup, at, end)) return true;
			break;
		default:
			break;
	}
	return isTlsDetail(at, end);
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
	out.put(out.screenConnect, endpoints.of(client, local), port);
	return true;
}

function passed(client: usize, end: usize): bool {
	const open = byteFrom(91, client, end);
	const close = byteFrom(93, client, end);
	const ip = close < end && close > open + 1 ? strings.of(open + 1, close) : out.none;
	out.put(out.screenPass, endpoints.of(client, end), ip);
	return true;
}

/** A recipient was refused. Whom postscreen turns away at CONNECT, for want of room, has said nothing. */
function rejected(stage: usize, end: usize): bool {
	if (!matches(recipients, stage, end)) return true;
	const from = stage + lengthOf(recipients);
	const stop = pairFrom(58, 32, from, end);
	if (stop === end) return false;
	out.put(out.screenDialogue, endpoints.of(from, stop), numbers.saidAndRefused);
	return true;
}

/**
 * Something went wrong: `… from [addr]:port after COMMAND`. Until 2.10 nothing follows the client. CONNECT, and what is no command
 * of SMTP, are no word of the client's.
 */
function dialogue(at: usize, end: usize): bool {
	const close = pairFrom(93, 58, at, end);
	let stop = close + 2;
	while (stop < end && isDigit(stop)) stop++;
	if (stop >= end || !matches(afterWord, stop, end)) return true;
	const verb = stop + lengthOf(afterWord);
	if (verb + 4 > end) return true;
	const capitals = load<u32>(verb) & 0xdfdf_dfdf;
	for (let index = 0; index < commands.length; index++)
		if (load<u32>(commands[index], 4) === capitals)
			return said(at, end, index === starttls ? numbers.saidStarttls : numbers.saidSomething);
	return true;
}

/** Somebody spoke SMTP with postscreen itself: ` from [addr]:port` is the client. */
function said(at: usize, end: usize, what: i32): bool {
	const found = wordsFrom(fromWord, at, end);
	if (found === end) return true;
	const from = found + lengthOf(fromWord);
	let stop = pairFrom(93, 58, from, end) + 2;
	while (stop < end && isDigit(stop)) stop++;
	if (stop <= end) out.put(out.screenDialogue, endpoints.of(from, stop), what);
	return true;
}
