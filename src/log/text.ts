import {type BytePattern, standsAt} from './byte-pattern.ts';
import type {Bytes} from './reader-options.ts';

/**
 * What a line says behind its tag, as the bytes it is in the file: a string is made only of what is kept, for making one of
 * every line cost more than reading it. One object is used over and over. Whatever follows in memory is no letter (a
 * newline or a zero), so that a comparison may run past the end.
 */
export type Text = {bytes: Bytes; view: DataView; at: number; end: number};

/** Longer words than this are nobody's name; what a session keeps of them is their beginning. */
const longestWord = 1024;

/** Whether the words stand at a position. */
export function standsIn({view, end}: Text, words: BytePattern, at: number): boolean {
	return at + words.length <= end && standsAt(words, view, at);
}

/** Position of a byte from `from` on, -1 when there is none. */
export function byteIn({bytes, end}: Text, code: number, from: number): number {
	for (let at = from; at < end; at++) if (bytes[at] === code) return at;
	return -1;
}

/** Position of words from `from` on, -1 when they are not there. */
export function wordsIn(text: Text, words: BytePattern, from: number): number {
	const {bytes, end} = text;
	const last = end - words.length;
	for (let at = from; at <= last; at++) if (bytes[at] === words.first && standsAt(words, text.view, at)) return at;
	return -1;
}

/** Whether all bytes between two positions are ASCII. */
function isAscii({bytes, view}: Text, from: number, to: number): boolean {
	let all = 0;
	let at = from;
	for (const last = to - 4; at <= last; at += 4) all |= view.getInt32(at, true);
	for (; at < to; at++) all |= bytes[at] ?? 0;
	return (all & 0x8080_8080) === 0;
}

/** The bytes between two positions as a string of its own, read as UTF-8. */
export function stringOf(text: Text, from: number, to: number): string {
	return isAscii(text, from, to) ? text.bytes.latin1Slice(from, to) : text.bytes.toString('utf8', from, to);
}

/** The same, cut to the length of a word that is kept. */
export function wordOf(text: Text, from: number, to: number): string {
	const whole = stringOf(text, from, to);
	return whole.length > longestWord ? ownCopy(whole.slice(0, longestWord)) : whole;
}

/** The whole text as a string: for the lines that are few. */
export function wholeText(text: Text): string {
	return stringOf(text, text.at, text.end);
}

/** The digits at a position as a number, at most ten of them; null when there are none. */
export function numberIn({bytes}: Text, from: number, to: number): number | null {
	const most = Math.min(to, from + 10);
	let value = 0;
	let at = from;
	for (; at < most; at++) {
		const digit = (bytes[at] ?? 0) - 48;
		if (!(digit >= 0 && digit <= 9)) break;
		value = value * 10 + digit;
	}
	return at > from ? value : null;
}

/** A copy that does not keep alive the string it was cut from. */
export function ownCopy(word: string): string {
	return Buffer.from(word, 'utf16le').toString('utf16le');
}

/** Room for lines that come as strings, and are read as bytes like all others. */
export function createTextRoom(): (line: string, from: number) => Text {
	const most = 4096;
	// A letter takes three bytes at most; the rest stays zero.
	let bytes = Buffer.alloc(3 * most + 16) as unknown as Bytes;
	const text: Text = {bytes, view: viewOf(bytes), at: 0, end: 0};
	return (line, from) => {
		const words = from === 0 ? line : line.slice(from);
		if (3 * words.length + 16 > bytes.length) {
			bytes = Buffer.alloc(3 * words.length + 16) as unknown as Bytes;
			text.bytes = bytes;
			text.view = viewOf(bytes);
		}
		text.at = 0;
		text.end = bytes.write(words, 0, 'utf8');
		bytes.fill(0, text.end, text.end + 8);
		return text;
	};
}

/** Numbers of four bytes anywhere in a buffer. */
export function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
