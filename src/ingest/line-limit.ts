/** Longest line that is kept, in bytes. Syslog daemons cut at 8 KiB by default, rsyslog at most at 64 KiB here. */
export const lineLimit = 65_536;
/** Marks where a line was cut; the parser counts a line with it as malformed. No logger writes two NULs. */
export const cutMark = Buffer.from('\0\0');
const newline = 10;

/**
 * Bounds the memory that splitting lines takes: of a line that exceeds the limit the beginning and a mark are kept, and the rest is
 * dropped up to its newline.
 */
export type LineLimit = {
	/**
	 * Cuts the lines of the bytes between two positions, which follow those that were given before, in their place, and gives the
	 * new end. Each line that is one byte too long grows by one: see `roomFor`.
	 */
	cut(bytes: Buffer, from: number, to: number): number;
	/** Whether bytes can be let through as they are. */
	isShort(bytes: Buffer): boolean;
	/** The unfinished line was cut, and what is still to come of it is dropped. */
	readonly dropping: boolean;
	/** How many bytes of that line were there when the last call cut it; 0 when it cut none. */
	readonly droppedAt: number;
};

/** Bytes that hold what lines of so many bytes may grow to, a mark and a newline at the end included. */
export function roomFor(length: number, limit: number): number {
	return length + Math.ceil(length / (limit + 1)) + cutMark.length + 1;
}

/** Makes the limit at the beginning of a text. */
export function createLineLimit(limit: number): LineLimit {
	/** Bytes of the unfinished line that were let through. */
	let open = 0;
	let dropping = false;
	let droppedAt = 0;

	/** Bytes behind the rest of the line that is being dropped, moved to `from`; gives their end. */
	function behindDropped(bytes: Buffer, from: number, to: number): number {
		const at = bytes.subarray(from, to).indexOf(newline);
		if (at === -1) return from;
		bytes.copyWithin(from, from + at, to);
		dropping = false;
		open = 0;
		return to - at;
	}

	return {
		get dropping() {
			return dropping;
		},
		get droppedAt() {
			return droppedAt;
		},
		isShort(bytes) {
			if (dropping || bytes.length > limit) return false;
			const first = bytes.indexOf(newline);
			if (open + (first === -1 ? bytes.length : first) > limit) return false;
			open = first === -1 ? open + bytes.length : bytes.length - bytes.lastIndexOf(newline) - 1;
			return true;
		},
		cut(bytes, from, to) {
			droppedAt = 0;
			let end = dropping ? behindDropped(bytes, from, to) : to;
			if (dropping) return end;
			/** May lie before `from`: there the unfinished line began. */
			let lineStart = from - open;
			// From line to line by the limit: what one hop spans holds no line that is too long.
			while (end - lineStart > limit) {
				const cutAt = lineStart + limit;
				const ends = bytes.lastIndexOf(newline, cutAt);
				if (ends >= Math.max(lineStart, from)) {
					lineStart = ends + 1;
					continue;
				}
				const tail = cutAt + cutMark.length;
				const at = bytes.subarray(0, end).indexOf(newline, cutAt);
				if (at === -1) {
					droppedAt = end - lineStart;
					dropping = true;
					cutMark.copy(bytes, cutAt);
					return tail;
				}
				bytes.copyWithin(tail, at, end);
				end += tail - at;
				cutMark.copy(bytes, cutAt);
				lineStart = tail + 1;
			}
			const last = bytes.subarray(Math.max(lineStart, from), end).lastIndexOf(newline);
			open = last === -1 ? end - lineStart : end - Math.max(lineStart, from) - last - 1;
			return end;
		},
	};
}
