import {createHash} from 'node:crypto';
import {open} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {openSource} from './open.ts';
import {contentOf, sniffed} from './sniff.ts';
import type {Source} from './source.ts';

/** Text bytes at the beginning of a file that tell it from others: rotation and packing leave them as they are. */
export const headLength = 4096;
/** Text bytes before an offset that tell whether the file is still the one that was read up to there. */
export const tailLength = 64;

export type Fingerprint = {
	/** Hash of the file as stored: its size and its first bytes. The same again means that nothing changed. */
	readonly stored: string;
	/** The text's first bytes, `headLength` of them if there are so many. */
	readonly head: Buffer;
	/** The file is packed: its size says nothing of its text's. */
	readonly packed: boolean;
};

export function hashOf(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Looks at a file's beginning, unpacked, wherever it stands and whatever it is called now. `undefined` for standard input
 * and for what cannot be read: reading it will say why.
 */
export async function fingerprint(source: Source): Promise<Fingerprint | undefined> {
	if (source.path === null) return undefined;
	try {
		const raw = await readAt(source.path, 0, Math.max(sniffed, headLength));
		const packed = contentOf(raw).kind !== 'text';
		const size = Buffer.from(`:${source.size}`);
		const stored = hashOf(Buffer.concat([raw.subarray(0, headLength), size]));
		return {stored, packed, head: packed ? await textHead(source) : raw.subarray(0, headLength)};
	} catch {
		return undefined;
	}
}

/** Hash of the text bytes before an offset of a plain file; undefined when the file is shorter. */
export async function tailHash(path: string, offset: number): Promise<string | undefined> {
	const from = Math.max(0, offset - tailLength);
	const bytes = await readAt(path, from, offset - from);
	return bytes.length === offset - from ? hashOf(bytes) : undefined;
}

async function readAt(path: string, from: number, length: number): Promise<Buffer> {
	const file = await open(path);
	try {
		const bytes = Buffer.alloc(length);
		let filled = 0;
		while (filled < length) {
			const {bytesRead} = await file.read(bytes, filled, length - filled, from + filled);
			if (bytesRead === 0) break;
			filled += bytesRead;
		}
		return bytes.subarray(0, filled);
	} finally {
		await file.close();
	}
}

async function textHead(source: Source): Promise<Buffer> {
	const leaving = new AbortController();
	const chunks = await openSource(source, {stdin: Readable.from([]), signal: leaving.signal, onBytes: () => undefined});
	const parts: Buffer[] = [];
	let length = 0;
	try {
		for await (const chunk of chunks) {
			parts.push(chunk);
			length += chunk.length;
			if (length >= headLength) break;
		}
	} catch {
		// A damaged archive is known by what could be unpacked.
	}
	leaving.abort();
	return Buffer.concat(parts).subarray(0, headLength);
}
