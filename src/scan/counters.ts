import {byteFrom, isDigit, stands, words} from './bytes';
import * as out from './out';

const total = words('commands=');
const noop = words('noop');
const recipients = words('rcpt=');

/** Room is for so many beside the bit of the dialogue. */
const mostRefused: i32 = 0x3fff_ffff;

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
		let done = 0;
		for (; isDigit(at); at++) done = done * 10 + (load<u8>(at) as i32) - 48;
		let tried = done;
		if (load<u8>(at) === 47) {
			tried = 0;
			for (at++; isDigit(at); at++) tried = tried * 10 + (load<u8>(at) as i32) - 48;
		}
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
				if (stands(recipients, name, end)) refused += tried - done;
				dialogue = 1;
				break;
			case 115: // starttls
				starttls = done;
				starttlsTried = tried;
				break;
			case 99: // commands
				commands = tried;
				if (stands(total, name, end)) counted = 1;
				break;
			case 110: // noop, notes
				if (stands(noop, name, end)) dialogue = 1;
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
	const told = dialogue | (min(max(refused, 0), mostRefused) << 1);
	out.put(out.serverDisconnect, peer, counted, starttls, starttlsTried, auth, mail, told, commands, data, bdat);
}
