/**
 * Length of the queue id (or `NOQUEUE`) that begins a text and is followed by `: `; 0 when there is none.
 * Short ids are upper-case hex of at least six digits, long ones digits and consonants of both cases (global/mail_queue.h).
 */
export function queueIdLength(from: usize): i32 {
	let at = from;
	for (; at < from + 32; at++) {
		const code = load<u8>(at);
		const alphanumeric = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
		if (!alphanumeric) break;
	}
	const length = (at - from) as i32;
	return length >= 5 && load<u8>(at) === 58 && load<u8>(at + 1) === 32 ? length : 0;
}
