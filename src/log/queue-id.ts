import type {Text} from './text.ts';

/**
 * Length of the queue id (or `NOQUEUE`) that begins the text and is followed by `: `; 0 when there is none.
 * Short ids are upper-case hex of at least six digits, long ones digits and consonants of both cases (global/mail_queue.h).
 */
export function queueIdLength({bytes, at: from}: Text): number {
	let at = from;
	for (; at < from + 32; at++) {
		const code = bytes[at] ?? 0;
		const alphanumeric = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
		if (!alphanumeric) break;
	}
	return at - from >= 5 && bytes[at] === 58 && bytes[at + 1] === 32 ? at - from : 0;
}
