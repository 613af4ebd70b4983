import type {Readable} from 'node:stream';
import {createBlockFiller, type Filled, type ReadInto} from './block-filler.ts';
import {contentOf, sniffed} from './decompress/sniff.ts';
import {openSource} from './sources/open.ts';
import {openPlainFile, type PlainFile} from './sources/plain-file.ts';
import {whereNow} from './sources/relocated.ts';
import type {Source} from './sources/source.ts';
import {SourceProblem} from './sources/source-problem.ts';

/** Whole lines of a source in a buffer of the pool. Every line ends with a newline, a mark of byte order is left out. */
export type Block = Omit<Filled, 'damage'> & {
	/** The buffer that `into` gave. */
	readonly bytes: Buffer;
	/** The lines stand from here up to `to`. */
	readonly from: number;
};

export type BlockOptions = {
	/**
	 * The next free buffer; waits while none is free. Buffers of 4 MiB suit, 128 KiB and a few bytes is the least; they
	 * may be views on shared memory. One is asked for while the block before is being worked on, so give two or more.
	 */
	readonly into: () => Buffer | Promise<Buffer>;
	readonly stdin: Readable;
	/** Ends reading; what was read is still given out, half a line at its end marked as cut. */
	readonly signal: AbortSignal;
	/** Takes a sentence when there is nothing to read yet and reading waits. */
	readonly onWaiting?: ((sentence: string) => void) | undefined;
	/** Bytes read, as stored; what is skipped by `startAt` in a plain file is not counted. */
	readonly onBytes: (count: number) => void;
	/** Offset in the text to begin at, which should be the beginning of a line; in a packed file what is before is unpacked and dropped. */
	readonly startAt?: number;
	/** Longest line; see `line-limit.ts`. */
	readonly limit?: number;
};

type Input = {readonly read: ReadInto; readonly close: () => Promise<unknown>};

const byteOrderMark = Buffer.from('\uFEFF');

function fromFile(file: PlainFile, startAt: number, {signal, onBytes}: BlockOptions): Input {
	file.moveTo(startAt);
	const read: ReadInto = async (target, at, room) => {
		if (signal.aborted) return 0;
		const length = await file.read(target, at, room);
		onBytes(length);
		return length;
	};
	return {read, close: () => file.close()};
}

function fromChunks(chunks: AsyncGenerator<Buffer>, startAt: number): Input {
	let rest: Buffer = Buffer.alloc(0);
	let skip = startAt;
	const read: ReadInto = async (target, at, room) => {
		while (rest.length === 0) {
			const next = await chunks.next();
			if (next.done === true) return 0;
			const skipped = Math.min(skip, next.value.length);
			skip -= skipped;
			rest = next.value.subarray(skipped);
		}
		const length = rest.copy(target, at, 0, room);
		rest = rest.subarray(length);
		return length;
	};
	return {read, close: () => chunks.return(undefined)};
}

/** Plain files are read straight into the block, everything else by way of chunks. */
async function openInput(source: Source, startAt: number, options: BlockOptions): Promise<Input> {
	const file =
		source.path === null ? null : await openPlainFile(await whereNow({...source, path: source.path}), options.signal);
	if (file !== null) {
		try {
			const head = Buffer.allocUnsafe(sniffed);
			const length = await file.read(head, 0, head.length);
			if (contentOf(head.subarray(0, length)).kind === 'text') return fromFile(file, startAt, options);
		} catch (error) {
			await file.close();
			throw error;
		}
		await file.close();
	}
	return fromChunks(await openSource(source, {...options, transient: true}), startAt);
}

/**
 * Reads a source block by block into buffers of the caller, for parsers that need no strings: the same lines that
 * `readLines` gives. While one block is worked on the next is filled. Each buffer taken from `into` comes back in a block,
 * unless the caller leaves early; an empty source is one empty block. The last block has `last`.
 * Throws `SourceProblem` at once when the source cannot be opened, and behind the last block when it is damaged.
 */
export async function* readBlocks(source: Source, options: BlockOptions): AsyncGenerator<Block, void> {
	const {startAt = 0, limit} = options;
	const leaving = new AbortController();
	// A caller who leaves does not wait for input that may never come.
	const signal = AbortSignal.any([options.signal, leaving.signal]);
	let input: Input;
	try {
		input = await openInput(source, startAt, {...options, signal});
	} catch (error) {
		throw new SourceProblem(source, error, false);
	}
	const fill = createBlockFiller({
		read: input.read,
		wasCut: () => signal.aborted,
		startAt,
		...(limit === undefined ? {} : {limit}),
	});
	const next = async (): Promise<{bytes: Buffer; filled: Filled}> => {
		const bytes = await options.into();
		return {bytes, filled: await fill(bytes)};
	};
	try {
		let filling = next();
		for (;;) {
			const {bytes, filled} = await filling;
			const {damage, ...block} = filled;
			if (!filled.last) {
				filling = next();
				// It is awaited after the block was worked on; until then its failure must not count as unhandled.
				filling.catch(() => undefined);
			}
			const marked = filled.startOffset === 0 && bytes.subarray(0, Math.min(3, filled.to)).equals(byteOrderMark);
			yield {...block, bytes, from: marked ? 3 : 0};
			if (!filled.last) continue;
			if (damage !== null) throw new SourceProblem(source, damage, true);
			return;
		}
	} finally {
		leaving.abort();
		await input.close();
	}
}
