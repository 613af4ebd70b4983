import {createHash} from 'node:crypto';
import type {FileHandle} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {contentOf, sniffed} from '../decompress/sniff.ts';
import {openSource} from './open.ts';
import {whereNow} from './relocated.ts';
import type {Source} from './source.ts';
import {openReading} from './special-file.ts';

/** Text bytes at the beginning of a file that distinguish it from others: rotation and packing leave them as they are. */
const headLength = 4096;
/** Text bytes before an offset that show whether the file is still the one that was read up to there. */
const tailLength = 64;

export type Fingerprint = {
	/** Hash of the file as stored: its size, its first and its last bytes. The same again means that nothing changed. */
	readonly stored: string;
	/** Bytes as stored. */
	readonly size: number;
	/** The text's first bytes, `headLength` of them if there are so many; none of a packed file that is known as stored. */
	readonly head: Buffer;
	/** Its first and its last bytes as stored. */
	readonly first: Buffer;
	readonly last: Buffer;
	/** The file is packed: its size says nothing of its text's. */
	readonly packed: boolean;
};

/**
 * Looks at a file's beginning, unpacked, wherever it is and whatever it is called now. `undefined` for what is no
 * regular file (opening a pipe would cost its writer's life) and for what cannot be read: reading it will say why. `isKnown` says
 * whether a packed file is known by its hash: it is not unpacked then.
 */
export async function fingerprint(
	source: Source,
	isKnown: (stored: string) => boolean,
): Promise<Fingerprint | undefined> {
	if (source.path === null || source.size === null) return undefined;
	try {
		const file = await openReading(await whereNow({...source, path: source.path}));
		try {
			const {size} = await file.stat();
			const room = Math.max(sniffed, headLength);
			// Files that the system makes up have no size, and may have bytes.
			const first = await readAt(file, 0, size === 0 ? room : Math.min(size, room));
			const lastFrom = Math.max(0, size - headLength);
			const last = first.length === size ? first.subarray(lastFrom) : await readAt(file, lastFrom, size - lastFrom);
			const packed = contentOf(first).kind !== 'text';
			const stored = hashOf([`${size}:`, first, last]);
			const head = packed ? (isKnown(stored) ? Buffer.alloc(0) : await textHead(source)) : first;
			return {stored, size, packed, first, last, head: head.subarray(0, headLength)};
		} finally {
			await file.close();
		}
	} catch {
		return undefined;
	}
}

function hashOf(parts: ReadonlyArray<string | Uint8Array>): string {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return hash.digest('hex');
}

/** Hash of all bytes of a file as stored. Throws the system's error. */
export async function wholeHash(source: Source & {readonly path: string}): Promise<string> {
	const file = await openReading(await whereNow(source));
	const hash = createHash('sha256');
	for await (const chunk of file.createReadStream()) hash.update(chunk as Buffer);
	return hash.digest('hex');
}

/** Bytes of a text around an offset. */
export type Place = {
	/** The text bytes before the offset, `tailLength` of them; fewer when the text is shorter. */
	readonly tail: Buffer;
	/** What is behind the offset: nothing, more text, or damage. */
	readonly behind: 'end' | 'text' | 'damage';
	/** The text reaches up to the offset. */
	readonly reached: boolean;
};

/** Looks at a plain file before an offset, as it was when its fingerprint was taken. Throws the system's error. */
export async function placeInPlain(
	source: Source & {readonly path: string},
	{size, first, last}: Fingerprint,
	offset: number,
): Promise<Place> {
	const from = Math.max(0, offset - tailLength);
	const lastFrom = Math.max(0, size - headLength);
	const at = {behind: size > offset ? 'text' : 'end', reached: size >= offset} as const;
	if (offset <= first.length) return {...at, tail: first.subarray(from, offset)};
	if (from >= lastFrom && last.length === size - lastFrom)
		return {...at, tail: last.subarray(from - lastFrom, offset - lastFrom)};
	const file = await openReading(await whereNow(source));
	try {
		const tail = await readAt(file, from, offset - from);
		const now = await file.stat();
		return {tail, behind: now.size > offset ? 'text' : 'end', reached: now.size >= offset};
	} finally {
		await file.close();
	}
}

/** The same of a packed file, which has to be unpacked up to there. */
export async function placeInPacked(source: Source, offset: number): Promise<Place> {
	let tail: Buffer = Buffer.alloc(0);
	let length = 0;
	const ended = await eachChunk(source, chunk => {
		const upTo = chunk.subarray(0, Math.max(0, offset - length));
		length += chunk.length;
		if (upTo.length > 0) tail = joinTail(tail, upTo);
		return length <= offset;
	});
	return {tail, behind: length > offset ? 'text' : ended, reached: length >= offset};
}

/** The last `tailLength` bytes of two pieces one after the other; a copy, so that buffers may be used again. */
export function joinTail(before: Uint8Array, bytes: Uint8Array): Buffer {
	const last = bytes.subarray(Math.max(0, bytes.length - tailLength));
	return Buffer.concat([before.subarray(Math.max(0, before.length - (tailLength - last.length))), last]);
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
	const bytes = Buffer.alloc(length);
	let filled = 0;
	while (filled < length) {
		const {bytesRead} = await file.read(bytes, filled, length - filled, from + filled);
		if (bytesRead === 0) break;
		filled += bytesRead;
	}
	return bytes.subarray(0, filled);
}

async function textHead(source: Source): Promise<Buffer> {
	const parts: Buffer[] = [];
	let length = 0;
	// A damaged archive is known by what could be unpacked.
	await eachChunk(source, chunk => {
		parts.push(chunk);
		length += chunk.length;
		return length < headLength;
	});
	return Buffer.concat(parts);
}

/** Unpacks a file for as long as `take` gives true, and says how it ended. */
async function eachChunk(source: Source, take: (chunk: Buffer) => boolean): Promise<'end' | 'damage'> {
	const leaving = new AbortController();
	try {
		const chunks = await openSource(source, {
			stdin: Readable.from([]),
			signal: leaving.signal,
			onBytes: () => undefined,
		});
		for await (const chunk of chunks) if (!take(chunk)) break;
		return 'end';
	} catch {
		return 'damage';
	} finally {
		leaving.abort();
	}
}
