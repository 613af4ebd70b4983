import {type FileHandle, stat} from 'node:fs/promises';
import {openReading, readPatiently} from './special-file.ts';

/** A regular file became shorter while it was read: what it held further on is lost. */
export class Shrunk extends Error {
	/** Offset up to which it was read. */
	readonly offset: number;
	constructor(offset: number) {
		super('the file became shorter');
		this.offset = offset;
	}
}

/** A regular file that is being read from front to back. */
export type PlainFile = {
	readonly size: number;
	/** Puts bytes into `target`; 0 is the end. Throws `Shrunk`, or the system's error. */
	read(target: Buffer, at: number, room: number): Promise<number>;
	/** The same bytes again, from an offset. */
	moveTo(offset: number): void;
	close(): Promise<void>;
};

/**
 * Opens a regular file; null when it is something else (a pipe, a terminal, a directory), which is then to be read as a
 * stream. A file that grows is read to where its end is found, not to the size it had when it was opened: every byte is
 * taken once, and a log grows more slowly than it is read. A file that was renamed by rotation is read to its end, for it
 * is held open. Some that the system makes up, such as /proc/kmsg, have nothing to read for now: they are waited for until the
 * signal. Throws the system's error.
 */
export async function openPlainFile(path: string, signal?: AbortSignal): Promise<PlainFile | null> {
	// Looked at before it is opened: opening a pipe waits for its writer, and closing it again would end the writer.
	if (!(await stat(path)).isFile()) return null;
	const handle = await openReading(path);
	try {
		return reading(handle, (await handle.stat()).size, signal);
	} catch (error) {
		await handle.close();
		throw error;
	}
}

function reading(handle: FileHandle, size: number, signal: AbortSignal | undefined): PlainFile {
	let offset = 0;
	return {
		size,
		async read(target, at, room) {
			const bytesRead = await readPatiently(
				async () => (await handle.read(target, at, room, offset)).bytesRead,
				signal,
			);
			offset += bytesRead;
			// logrotate's copytruncate: the file is emptied while its writer, and we, hold it open.
			if (bytesRead === 0 && signal?.aborted !== true && (await handle.stat()).size < offset) throw new Shrunk(offset);
			return bytesRead;
		},
		moveTo(to) {
			offset = to;
		},
		close: () => handle.close(),
	};
}
