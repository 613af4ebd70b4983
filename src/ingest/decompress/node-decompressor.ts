import type {Transform} from 'node:stream';
import {BrokenArchive, type PackedFormat} from './archive-problem.ts';
import {createFeed, type Feed} from './feed.ts';

type Decompressor = Transform & {readonly bytesWritten: number};

/** Packed bytes of a member that are kept until it ends, to look again at one that is damaged. */
const mostKept = 4_194_304;

/** Text that may wait to be taken; the decompressor rests while it is more. */
const mostWaiting = 4_194_304;

type Outcome = {
	readonly failure: Error | null;
	/** Packed bytes that were consumed. */
	readonly stored: number;
	/** All packed bytes that the decompressor was given; null when they were too many to keep. */
	readonly kept: readonly Buffer[] | null;
};

/** One member: feeds the decompressor while its text is taken; what it did not consume goes back to the feed. */
async function* member(decompressor: Decompressor, feed: Feed): AsyncGenerator<Buffer, Outcome> {
	const ready: Buffer[] = [];
	let waiting = 0;
	let failure: Error | null = null;
	let over = false;
	let wake: () => void = () => undefined;
	const take = (piece: Buffer): void => {
		ready.push(piece);
		waiting += piece.length;
		if (waiting > mostWaiting) decompressor.pause();
		wake();
	};
	const ended = new Promise<void>(resolve => {
		const end = (): void => {
			over = true;
			resolve();
			wake();
		};
		decompressor.on('data', take).on('end', end).on('close', end);
		decompressor.on('error', error => {
			failure = error;
			// A resting decompressor holds text that an error would throw away.
			const rest = decompressor.read() as Buffer | null;
			if (rest !== null) take(rest);
			end();
		});
	});
	let fed = 0;
	let last: Buffer = Buffer.alloc(0);
	let kept: Buffer[] | null = [];
	const feeding = (async () => {
		while (!over) {
			const piece = await feed.next();
			if (piece === null) {
				decompressor.end();
				return;
			}
			last = piece;
			fed += piece.length;
			if (fed > mostKept) kept = null;
			// A copy: a transient piece is gone soon.
			kept?.push(Buffer.from(piece));
			// A decompressor that has ended, or failed, never calls back for the piece that was being written.
			await Promise.race([new Promise<void>(resolve => decompressor.write(piece, () => resolve())), ended]);
		}
	})();
	try {
		for (;;) {
			const piece = ready.shift();
			if (piece !== undefined) {
				waiting -= piece.length;
				if (ready.length === 0) decompressor.resume();
				yield piece;
			} else if (over) break;
			else
				await new Promise<void>(resolve => {
					wake = resolve;
				});
		}
		await feeding;
		const stored = Math.min(decompressor.bytesWritten, fed);
		if (failure === null && stored < fed) feed.putBack(last.subarray(last.length - (fed - stored)));
		return {failure, stored, kept};
	} finally {
		decompressor.destroy();
	}
}

/** A decompressor fills one buffer after the other and has done with it when the end was given out. */
function isLast({byteOffset, length, buffer}: Buffer): boolean {
	return byteOffset + length === buffer.byteLength;
}

/**
 * Unpacks with a decompressor of node:zlib. One decompressor unpacks one zstd frame only and then ends without a word about the rest
 * (Node 24), so a new one is made while packed bytes are left; NULs between or behind members are padding.
 * With `transient` the memory of a piece is gone when the next one is read.
 */
export async function* throughNode(
	format: PackedFormat,
	create: () => Decompressor,
	chunks: AsyncGenerator<Buffer>,
	signal: AbortSignal,
	transient: boolean,
): AsyncGenerator<Buffer> {
	const feed = createFeed(chunks);
	let stored = 0;
	let text = 0;
	try {
		do {
			const before = text;
			const pieces = member(create(), feed);
			let next = await pieces.next();
			try {
				for (; next.done !== true; next = await pieces.next()) {
					text += next.value.length;
					yield next.value;
					if (transient && isLast(next.value)) freeMemory(next.value.buffer as ArrayBuffer);
				}
			} finally {
				if (next.done !== true) await pieces.return({failure: null, stored: 0, kept: null});
			}
			const {failure, kept} = next.value;
			const short = (failure as NodeJS.ErrnoException | null)?.code === 'Z_BUF_ERROR';
			if (failure !== null && !short && kept !== null) {
				// A decompressor that fails keeps back the text of its last step, which may be all of a small file.
				const rest = await salvage(create, Buffer.concat(kept), text - before);
				text += rest.text.length;
				stored += rest.stored;
				if (rest.text.length > 0) yield rest.text;
			} else stored += next.value.stored;
			if (feed.damage() !== null) throw feed.damage();
			if (failure === null) continue;
			if (signal.aborted) return;
			// zlib's words (inflate.c): a member ended well, and what follows it does not begin like one.
			const isSound = failure.message === 'incorrect header check';
			throw new BrokenArchive(format, short ? 'short' : 'corrupt', stored, text, isSound);
		} while (await feed.skipPadding());
	} finally {
		await feed.close();
	}
}

/** What else could be unpacked of damaged bytes, and how many of them it took in all. */
type Salvaged = {readonly text: Buffer; readonly stored: number};

/** Bytes given to a decompressor at a time: those among which it fails are given again one by one. */
const stepSize = 4096;

/** Gives bytes to a decompressor step by step, and returns where the step begins in which it failed, or ended. */
async function feed(
	decompressor: Transform,
	bytes: Buffer,
	steps: Iterable<number>,
	take: (piece: Buffer) => void,
): Promise<number> {
	let over = false;
	const ended = new Promise<void>(resolve => {
		const end = (): void => {
			over = true;
			resolve();
		};
		decompressor.on('data', take).on('error', end).on('end', end).on('close', end);
	});
	let stored = 0;
	for (const step of steps) {
		const piece = bytes.subarray(stored, stored + step);
		if (piece.length === 0) break;
		await Promise.race([new Promise<void>(resolve => decompressor.write(piece, () => resolve())), ended]);
		if (over) break;
		stored += piece.length;
	}
	decompressor.destroy();
	return stored;
}

function* steps(coarse: number): Generator<number> {
	for (let at = 0; at < coarse; at += stepSize) yield stepSize;
	for (;;) yield 1;
}

/**
 * Unpacks damaged bytes up to the very byte at which they cannot be unpacked any more. A decompressor that fails says nothing of
 * the step in which it does, so it is made to fail twice: the second time the step is one byte. The first `known` bytes of
 * the text are left out: they may be a thousand times as many as the packed ones.
 */
async function salvage(create: () => Transform, bytes: Buffer, known: number): Promise<Salvaged> {
	const failed = await feed(create(), bytes, steps(bytes.length), () => undefined);
	const pieces: Buffer[] = [];
	let length = 0;
	const stored = await feed(create(), bytes, steps(failed), piece => {
		const rest = piece.subarray(Math.max(0, known - length));
		length += piece.length;
		// A copy: a view would keep the decompressor's whole buffer.
		if (rest.length > 0) pieces.push(Buffer.from(rest));
	});
	return {text: Buffer.concat(pieces), stored};
}

const {port1: nowhere} = new MessageChannel();
nowhere.close();

/**
 * Gives memory back at once, and not when the collector finds that nobody holds it any more: it counts such memory, and with
 * a megabyte for every megabyte of text it went through the whole heap for each forty. What is posted to a closed port is
 * gone. A view that is still held on it has no length then.
 */
export function freeMemory(memory: ArrayBuffer): void {
	// What was freed has no length; from Node 22 on it cannot be posted again.
	if (memory.byteLength > 0) nowhere.postMessage(null, [memory]);
}
