/**
 * Length of the queue id (or `NOQUEUE`) that begins the text and is followed by `: `; 0 when there is none.
 * Short ids are upper-case hex of at least six digits, long ones digits and consonants of both cases (global/mail_queue.h).
 */
export function queueIdLength(text: string): number {
	let at = 0;
	for (; at < 32; at++) {
		const code = text.charCodeAt(at);
		const alphanumeric = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
		if (!alphanumeric) break;
	}
	return at >= 5 && text.charCodeAt(at) === 58 && text.charCodeAt(at + 1) === 32 ? at : 0;
}
