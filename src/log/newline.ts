const newline = 10;
/** A newline in each byte. */
const newlines = 0x0a0a_0a0a;

/** Finds newlines in one buffer. */
export type NewlineFinder = (from: number) => number;

/**
 * Makes a finder of the first newline at or behind a position and before `to`; -1 when there is none. It looks at eight bytes
 * at a time: lines are short, and a call out of compiled code costs more than most of them take.
 */
export function createNewlineFinder(bytes: Uint8Array, to: number): NewlineFinder {
	const {buffer, byteOffset} = bytes;
	if (byteOffset % 4 !== 0)
		return from => {
			const at = bytes.indexOf(newline, from);
			return at < to ? at : -1;
		};
	const fours = new Int32Array(buffer, byteOffset, bytes.length >> 2);
	/** Before it a pair of numbers is whole. */
	const last = Math.min(to, bytes.length - 8) >> 2;

	function bytewise(from: number): number {
		for (let at = from; at < to; at++) if (bytes[at] === newline) return at;
		return -1;
	}

	return from => {
		let at = from;
		for (; (at & 3) !== 0; at++) if (bytes[at] === newline) return at < to ? at : -1;
		let four = at >> 2;
		for (; four < last; four += 2) {
			// A byte of `a` that was a newline is zero: taking one from it borrows into its highest bit.
			const a = (fours[four] ?? 0) ^ newlines;
			const b = (fours[four + 1] ?? 0) ^ newlines;
			if ((((a - 0x0101_0101) & ~a) | ((b - 0x0101_0101) & ~b)) & 0x8080_8080) break;
		}
		return bytewise(four << 2);
	};
}
