import {byteFrom, isDigit, lengthOf, literal, matches} from './bytes';

const unknownPort = literal(':unknown');

/** Position just after the peer text that begins at `from`: the bracket, and a port if one follows. */
export function peerEnd(from: usize, end: usize): usize {
	const close = byteFrom(93, from, end);
	if (close === end) {
		// Postfix 2.3 and 2.4 clients write the bare host name.
		let stop = from;
		for (; stop < end; stop++) {
			const code = load<u8>(stop);
			if (code === 58 || code === 32 || code === 44) break;
		}
		return stop;
	}
	let after = close + 1;
	if (after < end && load<u8>(after) === 58) {
		if (matches(unknownPort, after, end)) return after + lengthOf(unknownPort);
		let digits = after + 1;
		while (isDigit(digits)) digits++;
		if (digits > after + 1) after = digits;
	}
	return after;
}
