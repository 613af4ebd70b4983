import {Transform} from 'node:stream';

/** Longest line that is kept, in bytes. Syslog daemons cut at 8 KiB by default, rsyslog at most at 64 KiB here. */
export const lineLimit = 65_536;
/** Stands where a line was cut; the parser counts a line with it as malformed. No logger writes two NULs. */
export const cutMark = Buffer.from('\0\0');
const newline = 10;

/**
 * Bounds the memory of a line splitter: once a line exceeds the limit, the mark is put and the rest of the line is
 * dropped up to its newline.
 */
export function createLineLimit(limit: number): Transform {
	/** Bytes of the unfinished line that were let through. */
	let open = 0;
	let dropping = false;

	function bounded(piece: Buffer): Buffer {
		const kept: Buffer[] = [];
		let from = 0;
		while (from < piece.length) {
			const at = piece.indexOf(newline, from);
			const end = at === -1 ? piece.length : at;
			if (!dropping) {
				const room = limit - open;
				if (end - from > room) {
					kept.push(piece.subarray(from, from + room), cutMark);
					dropping = true;
				} else {
					kept.push(piece.subarray(from, end));
					open += end - from;
				}
			}
			if (at === -1) break;
			kept.push(piece.subarray(at, at + 1));
			open = 0;
			dropping = false;
			from = at + 1;
		}
		return Buffer.concat(kept);
	}

	return new Transform({
		transform(chunk: Buffer, _encoding, done) {
			// The mark for text that ends in a line is not part of the line.
			if (chunk.equals(cutMark)) {
				done(null, dropping ? undefined : chunk);
				return;
			}
			const first = chunk.indexOf(newline);
			const head = first === -1 ? chunk.length : first;
			// Only the line that began in an earlier chunk can be too long when the chunk itself is no longer than a line.
			if (!dropping && chunk.length <= limit && open + head <= limit) {
				open = first === -1 ? open + chunk.length : chunk.length - chunk.lastIndexOf(newline) - 1;
				done(null, chunk);
			} else done(null, bounded(chunk));
		},
	});
}
