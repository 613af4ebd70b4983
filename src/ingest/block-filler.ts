import {createLineLimit, cutMark, lineLimit} from './line-limit.ts';

/**
 * Puts text bytes into `target` from `at` on, at most `room`, and gives their number; 0 is the end. Throws where the
 * source is damaged.
 */
export type ReadInto = (target: Buffer, at: number, room: number) => Promise<number>;

/** A buffer that was filled with whole lines. Every line ends with a newline. */
export type Filled = {
	/** Behind the last line; equal to 0 when there is none. */
	readonly to: number;
	/** Nothing follows. */
	readonly last: boolean;
	/** The last line has no newline in the source; the one in the buffer was put there. */
	readonly unended: boolean;
	/** Where the lines begin and end in the source's text, in bytes. Lines that were cut make them differ from `to`. */
	readonly startOffset: number;
	readonly endOffset: number;
	/** What `read` threw; with it `last` is true. */
	readonly damage: unknown;
};

export type FillerOptions = {
	readonly read: ReadInto;
	/** The text was left before its end (a signal): its last line, if unended, is marked as cut. */
	readonly wasCut: () => boolean;
	/** Offset of the first byte that `read` gives. */
	readonly startAt: number;
	/** Longest line, in bytes; see `line-limit.ts`. */
	readonly limit?: number;
};

const newline = 10;
/** Bytes looked at to know whether a full block is the last one. */
const peekSize = 4096;

/**
 * Fills one buffer after another with whole lines; the beginning of a line that does not fit is carried to the next
 * buffer. Too long lines are cut as `line-limit.ts` cuts them. A buffer must hold twice the limit and a little. It is not
 * the buffer that is carried but a copy, so the buffer may be given away.
 */
export function createBlockFiller({read, wasCut, startAt, limit = lineLimit}: FillerOptions) {
	const carry = Buffer.allocUnsafeSlow(limit + cutMark.length);
	let carried = 0;
	const peeked = Buffer.allocUnsafeSlow(peekSize);
	let peekedLength = 0;
	const lines = createLineLimit(limit);
	/** Offset behind all that was read, what was peeked at left out. */
	let position = startAt;
	/** Offset at which the unfinished line begins. */
	let lineOffset = startAt;
	let damage: unknown = null;
	let over = false;

	async function more(target: Buffer, at: number, room: number): Promise<number> {
		if (peekedLength > 0) {
			const length = Math.min(peekedLength, room);
			peeked.copy(target, at, 0, length);
			peeked.copyWithin(0, length, peekedLength);
			peekedLength -= length;
			position += length;
			return length;
		}
		if (over) return 0;
		let length = 0;
		try {
			length = await read(target, at, room);
		} catch (error) {
			damage = error;
		}
		over = length === 0;
		position += length;
		return length;
	}

	async function isOver(): Promise<boolean> {
		if (peekedLength === 0 && !over) {
			peekedLength = await more(peeked, 0, peekSize);
			position -= peekedLength;
		}
		return over && peekedLength === 0;
	}

	return async function fill(target: Buffer): Promise<Filled> {
		if (target.length < 2 * limit + 8) throw new RangeError(`a block must hold ${2 * limit + 8} bytes`);
		// A line one byte too long grows by one byte when it is marked; a mark and a newline may have to follow the last.
		const capacity = Math.floor(((target.length - cutMark.length - 1) * (limit + 2)) / (limit + 3));
		const startOffset = lineOffset;
		carry.copy(target, 0, 0, carried);
		let filled = carried;

		async function readOn(): Promise<void> {
			while (filled < capacity) {
				const length = await more(target, filled, capacity - filled);
				if (length === 0) return;
				filled = lines.cut(target, filled, filled + length);
				if (lines.droppedAt > 0) lineOffset = position - lines.droppedAt;
			}
		}

		let to = 0;
		let last = false;
		while (to === 0 && !last) {
			await readOn();
			last = await isOver();
			to = filled === 0 ? 0 : target.lastIndexOf(newline, filled - 1) + 1;
		}
		const unended = last && to < filled;
		if (unended) {
			if ((damage !== null || wasCut()) && !lines.dropping) filled += cutMark.copy(target, filled);
			target[filled] = newline;
			return {to: filled + 1, last, unended, startOffset, endOffset: position, damage};
		}
		carried = target.copy(carry, 0, to, filled);
		if (!lines.dropping) lineOffset = position - carried;
		return {to, last, unended, startOffset, endOffset: lineOffset, damage};
	};
}
