import {constants, openSync} from 'node:fs';
import {type FileHandle, open, stat} from 'node:fs/promises';
import {Socket} from 'node:net';
import {setTimeout as after} from 'node:timers/promises';
import {untilStopped} from './until-stopped.ts';

const readingFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Opens a file to read. Never waits for a writer, and no read of it will wait for bytes: a thread that waits in the system
 * can be neither stopped nor left, and the process could not end. For regular files that changes nothing (open(2)).
 */
export function openReading(path: string): Promise<FileHandle> {
	return open(path, readingFlags);
}

/** How often a file that had nothing to read is looked at again, ms. */
const againMs = 100;

/**
 * Runs a read until there is something, for files whose reads would have to wait, such as /proc/kmsg and terminals; 0 when the
 * signal comes first. Throws the system's error.
 */
export async function readPatiently(read: () => Promise<number>, signal: AbortSignal | undefined): Promise<number> {
	for (;;) {
		try {
			return await read();
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
			await after(againMs, undefined, signal === undefined ? {} : {signal}).catch(() => undefined);
			if (signal?.aborted === true) return 0;
		}
	}
}

/** Bytes of a device taken at once. */
const chunkSize = 65_536;

async function* deviceChunks(file: FileHandle, signal: AbortSignal): AsyncGenerator<Buffer> {
	try {
		while (!signal.aborted) {
			const chunk = Buffer.allocUnsafe(chunkSize);
			const length = await readPatiently(async () => (await file.read(chunk, 0, chunkSize, null)).bytesRead, signal);
			if (length === 0) return;
			yield chunk.subarray(0, length);
		}
	} finally {
		await file.close();
	}
}

/** A pipe is a socket's, which is woken when a writer comes and when the last one leaves (epoll(7)), and which closes it. */
function pipeChunks(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
	const descriptor = openSync(path, readingFlags);
	return untilStopped(new Socket({fd: descriptor, readable: true, writable: false}), signal);
}

/**
 * The bytes of what is no regular file: a named pipe from its first writer to its last, a device to its end; until the signal.
 * Throws the system's error.
 */
export async function specialChunks(path: string, signal: AbortSignal): Promise<AsyncGenerator<Buffer>> {
	if ((await stat(path)).isFIFO()) return pipeChunks(path, signal);
	return deviceChunks(await openReading(path), signal);
}
