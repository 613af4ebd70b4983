import {byteFrom, isDigit, literal, matches} from './bytes';
import * as out from './out';

const total = literal('commands=');
const noop = literal('noop');
const recipients = literal('rcpt=');

/** Room is for so many beside the bit of the dialogue. */
const mostRefused: i32 = 0x3fff_ffff;

/** A larger count no server reaches; the sums of two of them still fit into 32 bits. */
const mostCounted: i64 = 1_000_000_000;

/** Behind the digits that `countAt` read. */
let behind: usize = 0;

/** The digits at a position as a count, held at `mostCounted`. */
function countAt(from: usize): i32 {
	let value: i64 = 0;
	let at = from;
	for (; isDigit(at); at++) value = min<i64>(value * 10 + (load<u8>(at) as i64) - 48, mostCounted);
	behind = at;
	return value as i32;
}

/**
 * Writes a disconnect with ` ehlo=2 starttls=1 … commands=7`, `done/tried` where some failed (smtpd.c smtpd_format_cmd_stats):
 * peer, whether something is counted, starttls, tries of it, auth, mail, dialogue and twice what was refused, commands, data, bdat.
 */
export function takeCounters(peer: i32, from: usize, end: usize): void {
	let starttls = 0;
	let starttlsTried = 0;
	let auth = 0;
	let mail = 0;
	let data = 0;
	let bdat = 0;
	let refused = 0;
	let dialogue = 0;
	let commands = 0;
	let counted = 0;
	let at = from + 1;
	while (at < end) {
		const name = at;
		at = byteFrom(61, at, end);
		if (at >= end) break;
		at++;
		const done = countAt(at);
		const tried = load<u8>(behind) === 47 ? countAt(behind + 1) : done;
		at = behind;
		// What is not SMTP dialogue (unknown, xclient, xforward, notes) says nothing here.
		switch (load<u8>(name)) {
			case 97: // auth
				auth = done;
				refused += tried - done;
				dialogue = 1;
				break;
			case 98: // bdat
				bdat = done;
				refused += tried - done;
				dialogue = 1;
				break;
			case 100: // data
				data = done;
				refused += tried - done;
				dialogue = 1;
				break;
			case 109: // mail
				mail = done;
				refused += tried - done;
				dialogue = 1;
				break;
			case 114: // rcpt, rset
				if (matches(recipients, name, end)) refused += tried - done;
				dialogue = 1;
				break;
			case 115: // starttls
				starttls = done;
				starttlsTried = tried;
				break;
			case 99: // commands
				commands = tried;
				if (matches(total, name, end)) counted = 1;
				break;
			case 110: // noop, notes
				if (matches(noop, name, end)) dialogue = 1;
				break;
			case 117: // unknown
			case 120: // xclient, xforward
				break;
			default:
				dialogue = 1;
		}
		at = byteFrom(32, at, end) + 1;
	}
	// Counts of a forged line may be any: what is counted is never negative.
	const flags = dialogue | (min(max(refused, 0), mostRefused) << 1);
	out.put(out.serverDisconnect, peer, counted, starttls, starttlsTried, auth, mail, flags, commands, data, bdat);
}
