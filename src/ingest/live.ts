import split2 from 'split2';
import {createLineLimit, cutMark, lineLimit, roomFor} from './line-limit.ts';

/**
 * Takes whole lines between two positions, each ended by a newline; the memory is used again when it comes back. What it throws
 * ends the run: the store is broken, not the line.
 */
export type TakeLines = (bytes: Buffer, from: number, to: number) => void;

const newline = 10;
const byteOrderMark = '\uFEFF';
/** Room for the lines of a piece of input; it grows for a longer line. */
const blockSize = 1 << 18;
/** A character of UTF-16 takes three bytes of UTF-8 at most. */
const mostBytes = 3;

/** Gathers lines into blocks like those that `readBlocks` gives. */
function createGatherer(take: TakeLines): {add(line: string): void; give(): void} {
	let block = Buffer.allocUnsafeSlow(blockSize);
	let used = 0;

	function give(): void {
		if (used === 0) return;
		const to = used;
		used = 0;
		take(block, 0, to);
	}

	return {
		add(line) {
			const need = line.length * mostBytes + 1;
			if (used + need > block.length) {
				give();
				if (need > block.length) block = Buffer.allocUnsafeSlow(need);
			}
			used += block.write(line, used, 'utf8');
			block[used++] = newline;
		},
		give,
	};
}

/**
 * Splits what streams in into lines by split2 and gives them out as blocks, those of each piece as soon as it was read: LF or CRLF,
 * the last line also without an ending, a byte order mark at the start left out. Reading waits while lines are worked on. When
 * `chunks` throws, or `wasCut()` says that it ended before its time, the unfinished last line is marked as cut, so that half a line
 * is never taken for a whole one. Gives what `chunks` threw, or null; throws what `take` threw.
 */
export async function readLines(
	chunks: AsyncIterable<Buffer>,
	take: TakeLines,
	wasCut: () => boolean = () => false,
	limit: number = lineLimit,
): Promise<unknown> {
	const lines = createLineLimit(limit);
	const gatherer = createGatherer(take);
	let first = true;
	// Nothing comes out of it: lines are taken in the mapper. A carriage return stays, as it does in blocks of files.
	const splitter = split2('\n', (line: string) => {
		gatherer.add(first && line.startsWith(byteOrderMark) ? line.slice(1) : line);
		first = false;
	});
	splitter.resume();
	let failure: Error | null = null;
	splitter.on('error', error => {
		failure = error;
	});
	const write = (piece: Buffer): Promise<void> =>
		new Promise((resolve, reject) => {
			splitter.write(piece, error => (error ? reject(error) : resolve()));
		});

	/** The piece with its too long lines cut, in memory of its own where there are any. */
	function limited(piece: Buffer): Buffer {
		if (lines.isShort(piece)) return piece;
		const room = Buffer.allocUnsafe(roomFor(piece.length, limit));
		piece.copy(room);
		return room.subarray(0, lines.cut(room, 0, piece.length));
	}

	let last = newline;
	let cut = false;
	let damage: unknown = null;
	const source = chunks[Symbol.asyncIterator]();
	/** The next piece; undefined at the end and at damage. */
	async function next(): Promise<Buffer | undefined> {
		try {
			const piece = await source.next();
			cut = piece.done === true && wasCut();
			return piece.done === true ? undefined : piece.value;
		} catch (error) {
			damage = error;
			cut = true;
			return undefined;
		}
	}
	try {
		for (let piece = await next(); piece !== undefined; piece = await next()) {
			last = piece.at(-1) ?? last;
			await write(limited(piece));
			gatherer.give();
		}
	} catch (error) {
		splitter.destroy();
		await source.return?.();
		throw error;
	}
	if (cut && last !== newline && !lines.dropping) await write(cutMark);
	await new Promise<void>(resolve => splitter.on('close', resolve).end());
	if (failure !== null) throw failure;
	gatherer.give();
	return damage;
}
