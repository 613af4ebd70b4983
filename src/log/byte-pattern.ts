/** Bytes to look for, kept as numbers of four bytes each: comparing these is a third faster than byte by byte. */
export type BytePattern = {readonly length: number; readonly fours: Int32Array; readonly first: number};

/** Text of at least four characters, one byte each; undefined when it is shorter. */
export function bytePattern(text: string): BytePattern | undefined {
	const {length} = text;
	if (length < 4) return undefined;
	const bytes = Buffer.from(text, 'latin1');
	// The last number overlaps the one before unless the length is a multiple of four.
	const fours = Int32Array.from({length: Math.ceil(length / 4)}, (_, index) =>
		bytes.readInt32LE(Math.min(index * 4, length - 4)),
	);
	return {length, fours, first: bytes[0] ?? 0};
}

/** Words of a program's source to look for, at least four letters. Throws on fewer. */
export function words(text: string): BytePattern {
	const pattern = bytePattern(text);
	if (!pattern) throw new TypeError(`«${text}» is too short for a pattern`);
	return pattern;
}

/** Whether the pattern stands at a position; there must be room for it. */
export function standsAt({length, fours}: BytePattern, view: DataView, at: number): boolean {
	const last = length - 4;
	let index = 0;
	for (let offset = 0; offset < last; offset += 4)
		if (view.getInt32(at + offset, true) !== fours[index++]) return false;
	return view.getInt32(at + last, true) === fours[index];
}
