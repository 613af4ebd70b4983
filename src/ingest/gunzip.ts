import {once} from 'node:events';
import {createGunzip} from 'node:zlib';

/** Compressed bytes handed to zlib at once: bounds what one piece can grow to (deflate packs at most 1032 to 1). */
const pieceSize = 16_384;

/**
 * Unpacks gzip, concatenated members included. What was unpacked before the damage is always given out; then it throws
 * an error whose `code` is zlib's (`Z_BUF_ERROR`: the file ends too early; `Z_DATA_ERROR`: it is corrupt).
 */
export async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	const engine = createGunzip();
	const ready: Buffer[] = [];
	let damage: Error | null = null;
	engine.on('data', (piece: Buffer) => ready.push(piece));
	engine.on('error', error => {
		damage = error;
	});
	// After an error zlib never calls back for the piece that was being written.
	const closed = once(engine, 'close').catch(() => undefined);
	try {
		for await (const chunk of chunks) {
			for (let from = 0; from < chunk.length && damage === null; from += pieceSize) {
				const piece = chunk.subarray(from, from + pieceSize);
				await Promise.race([new Promise<void>(resolve => engine.write(piece, () => resolve())), closed]);
				yield* ready.splice(0);
			}
			if (damage !== null) break;
		}
		if (damage === null) {
			engine.end();
			await closed;
			yield* ready.splice(0);
		}
	} finally {
		engine.destroy();
	}
	if (damage !== null) throw damage;
}
