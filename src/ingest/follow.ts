import {type FileHandle, stat} from 'node:fs/promises';
import {setTimeout as after} from 'node:timers/promises';
import {openReading} from './sources/special-file.ts';

export type FollowOptions = {
	/** Ends following. */
	readonly signal: AbortSignal;
	/** How often to look for more, in ms. */
	readonly every?: number;
	/** Bytes read so far. */
	readonly onBytes?: (count: number) => void;
	/** The file has been read to its end for the first time. */
	readonly onCaughtUp?: () => void;
	/** Another file took the name, or the file was cut. */
	readonly onRotation?: (how: 'renamed' | 'truncated') => void;
};

const chunkSize = 1 << 16;
const newline = 10;

/** Whether the system's own answer is that the file is not there (yet). */
const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function pause(ms: number, signal: AbortSignal): Promise<void> {
	await after(ms, undefined, {signal}).catch(() => undefined);
}

/**
 * The bytes of a file and of whatever takes its name afterwards, until the signal. What logrotate does is followed: the
 * file is renamed and a new one made (the old one is read to its end first), or it is copied and truncated (it is read
 * from its start again). While the name does not exist, it is waited for. A line that rotation broke off gets its end, so
 * that it is not joined to a line of the next file. Throws the system's error when the file cannot be opened at first.
 */
export async function* follow(path: string, options: FollowOptions): AsyncGenerator<Buffer> {
	const {signal, every = 250, onBytes, onCaughtUp, onRotation} = options;
	let file: FileHandle | null = await openReading(path);
	let inode = (await file.stat()).ino;
	let offset = 0;
	let last = newline;
	let caughtUp = false;

	async function* available(handle: FileHandle): AsyncGenerator<Buffer> {
		for (;;) {
			if (signal.aborted) return;
			const chunk = Buffer.allocUnsafe(chunkSize);
			const {bytesRead} = await handle.read(chunk, 0, chunkSize, offset);
			if (bytesRead === 0) return;
			offset += bytesRead;
			last = chunk[bytesRead - 1] ?? last;
			onBytes?.(bytesRead);
			yield chunk.subarray(0, bytesRead);
		}
	}

	try {
		while (!signal.aborted) {
			if (file !== null) yield* available(file);
			if (!caughtUp) {
				caughtUp = true;
				onCaughtUp?.();
			}
			await pause(every, signal);
			if (signal.aborted) return;
			let named: {ino: number; size: number} | null = null;
			try {
				named = await stat(path);
			} catch (error) {
				if (!isAbsent(error)) throw error;
			}
			if (named === null) continue;
			const relocated: boolean = file === null || named.ino !== inode;
			const cut = !relocated && named.size < offset;
			if (!relocated && !cut) continue;
			// The old file may have been written to until just now.
			if (relocated && file !== null) yield* available(file);
			if (last !== newline) yield Buffer.from('\n');
			last = newline;
			if (relocated) {
				await file?.close();
				file = null;
				file = await openReading(path).catch(error => {
					if (isAbsent(error)) return null;
					throw error;
				});
				inode = file === null ? 0 : (await file.stat()).ino;
			}
			offset = 0;
			onRotation?.(relocated ? 'renamed' : 'truncated');
		}
	} finally {
		await file?.close();
	}
}
