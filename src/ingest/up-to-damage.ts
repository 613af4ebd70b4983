import type {Transform} from 'node:stream';

/** What else could be unpacked of damaged bytes, and how many of them it took in all. */
export type UpToDamage = {readonly text: Buffer; readonly stored: number};

/** Bytes given to an engine at a time: those among which it fails are given again one by one. */
const stepSize = 4096;

/** Gives bytes to an engine step by step, and tells where the step begins in which it failed, or ended. */
async function feed(
	engine: Transform,
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
		engine.on('data', take).on('error', end).on('end', end).on('close', end);
	});
	let stored = 0;
	for (const step of steps) {
		const piece = bytes.subarray(stored, stored + step);
		if (piece.length === 0) break;
		await Promise.race([new Promise<void>(resolve => engine.write(piece, () => resolve())), ended]);
		if (over) break;
		stored += piece.length;
	}
	engine.destroy();
	return stored;
}

function* steps(coarse: number): Generator<number> {
	for (let at = 0; at < coarse; at += stepSize) yield stepSize;
	for (;;) yield 1;
}

/**
 * Unpacks damaged bytes up to the very byte at which they cannot be unpacked any more. An engine that fails tells nothing of
 * the step in which it does, so it is made to fail twice: the second time the step is one byte. The first `known` bytes of
 * the text are left out: they may be a thousand times as many as the packed ones.
 */
export async function upToDamage(create: () => Transform, bytes: Buffer, known: number): Promise<UpToDamage> {
	const failed = await feed(create(), bytes, steps(bytes.length), () => undefined);
	const pieces: Buffer[] = [];
	let length = 0;
	const stored = await feed(create(), bytes, steps(failed), piece => {
		const rest = piece.subarray(Math.max(0, known - length));
		length += piece.length;
		// A copy: a view would keep the engine's whole buffer.
		if (rest.length > 0) pieces.push(Buffer.from(rest));
	});
	return {text: Buffer.concat(pieces), stored};
}
