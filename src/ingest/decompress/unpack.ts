import type {Transform} from 'node:stream';
import zlib from 'node:zlib';
import type {PackedFormat} from './archive-problem.ts';
import {throughExternal} from './external-decompressor.ts';
import {throughNode} from './node-decompressor.ts';

/** Room for the text of one step: a large one keeps zlib's thread at work while the text before is parsed. */
const chunkSize = 1_048_576;

type ZstdDecompressor = (options: {chunkSize: number}) => Transform & {readonly bytesWritten: number};

/**
 * Node's own, where it says that a frame is cut off: that of Node 22 ends as if the file were whole (seen with 22.23.5), 24.22.3
 * does not. The type declarations are those of Node 20.
 */
const createZstd =
	Number.parseInt(process.versions.node, 10) < 24
		? undefined
		: (zlib as {createZstdDecompress?: ZstdDecompressor}).createZstdDecompress;

/**
 * The text of a packed file, members or frames one after another included. What was unpacked before damage is always
 * given out; then it throws `BrokenArchive`, or what `chunks` threw. It throws `MissingProgram` when xz, bzip2 or, in a
 * Node before 24, zstd is not installed. After the signal the end of `chunks` is no damage. With `transient` a piece of text
 * may be gone when the next one is read.
 */
export function unpack(
	format: PackedFormat,
	chunks: AsyncGenerator<Buffer>,
	signal: AbortSignal,
	transient = false,
): AsyncGenerator<Buffer> {
	if (format === 'gzip') return throughNode(format, () => zlib.createGunzip({chunkSize}), chunks, signal, transient);
	if (format === 'zstd' && createZstd !== undefined)
		return throughNode(format, () => createZstd({chunkSize}), chunks, signal, transient);
	return throughExternal(format, chunks, signal);
}
