import {words} from './byte-pattern.ts';
import {type Out, put, record} from './records.ts';
import {standsIn, type Text} from './text.ts';

/** What the disconnect line counts (Postfix 3.0 and later, smtpd.c smtpd_format_cmd_stats): successes, and tries where it matters. */
export type Counters = {
	readonly starttls: number;
	readonly starttlsTried: number;
	readonly auth: number;
	readonly mail: number;
	/** A greeting, mail or AUTH: somebody spoke SMTP. */
	readonly dialogue: boolean;
	readonly commands: number;
};

const total = words('commands=');
const noop = words('noop');

/**
 * Writes a disconnect with ` ehlo=2 starttls=1 … commands=7`, `done/tried` where some failed: peer, whether something is
 * counted, starttls, tries of it, auth, mail, dialogue, commands.
 */
export function takeCounters(out: Out, text: Text, from: number, peer: number): void {
	const {bytes, end} = text;
	let starttls = 0;
	let starttlsTried = 0;
	let auth = 0;
	let mail = 0;
	let dialogue = 0;
	let commands = 0;
	let counted = 0;
	let at = from + 1;
	while (at < end) {
		const name = at;
		while (at < end && bytes[at] !== 61) at++;
		if (at >= end) break;
		at++;
		let done = 0;
		for (; isDigit(bytes[at]); at++) done = done * 10 + (bytes[at] ?? 0) - 48;
		let tried = done;
		if (bytes[at] === 47) {
			tried = 0;
			for (at++; isDigit(bytes[at]); at++) tried = tried * 10 + (bytes[at] ?? 0) - 48;
		}
		// What is not SMTP dialogue (unknown, xclient, xforward, notes) says nothing here.
		switch (bytes[name]) {
			case 97: // auth
				auth = done;
				dialogue = 1;
				break;
			case 109: // mail
				mail = done;
				dialogue = 1;
				break;
			case 115: // starttls
				starttls = done;
				starttlsTried = tried;
				break;
			case 99: // commands
				commands = tried;
				if (standsIn(text, total, name)) counted = 1;
				break;
			case 110: // noop, notes
				if (standsIn(text, noop, name)) dialogue = 1;
				break;
			case 117: // unknown
			case 120: // xclient, xforward
				break;
			default:
				dialogue = 1;
		}
		while (at < end && bytes[at] !== 32) at++;
		at++;
	}
	put(out, record.serverDisconnect, peer, counted, starttls, starttlsTried, auth, mail, dialogue, commands);
}

function isDigit(code: number | undefined): boolean {
	return code !== undefined && code >= 48 && code <= 57;
}
