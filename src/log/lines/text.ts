import type {Bytes} from '../reader-options.ts';

/** A piece of bytes that is read as text: a string is made only of what is kept. One object may be used over and over. */
export type Text = {bytes: Bytes; at: number; end: number};

/** Longer words than this are nobody's name; what a session keeps of them is their beginning. */
const longestWord = 1024;

/** The largest port of TCP. */
export const mostPort = 65_535;

/** Whether all bytes between two positions are ASCII. */
function isAscii({bytes}: Text, from: number, to: number): boolean {
	let all = 0;
	for (let at = from; at < to; at++) all |= bytes[at] ?? 0;
	return all < 128;
}

/** The bytes between two positions as a string of its own, read as UTF-8 and cut to the length of a word that is kept. */
export function wordOf(text: Text, from: number, to: number): string {
	const {bytes} = text;
	const whole = isAscii(text, from, to) ? bytes.latin1Slice(from, to) : bytes.toString('utf8', from, to);
	return whole.length > longestWord ? ownCopy(whole.slice(0, longestWord)) : whole;
}

/** The digits at a position as a port of TCP (RFC 9293: 16 bits); null when there are none, or no port has this number. */
export function portIn({bytes}: Text, from: number, to: number): number | null {
	const most = Math.min(to, from + 10);
	let value = 0;
	let at = from;
	for (; at < most; at++) {
		const digit = (bytes[at] ?? 0) - 48;
		if (!(digit >= 0 && digit <= 9)) break;
		value = value * 10 + digit;
	}
	return at > from && value <= mostPort ? value : null;
}

/** A copy that does not keep alive the string it was cut from. */
export function ownCopy(word: string): string {
	return Buffer.from(word, 'utf16le').toString('utf16le');
}
