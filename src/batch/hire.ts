import {Worker} from 'node:worker_threads';
import {usualBlock} from './crew.ts';
import type {ThreadData} from './messages.ts';

const blockCount = 12;

/** Parsing threads that were started, and the blocks of memory that all of them read. */
export type Hired = {
	readonly blocks: readonly SharedArrayBuffer[];
	readonly threads: readonly Worker[];
	/** Another thread with the same blocks. */
	another(): Worker;
	/** Tells `told` of the first failure of any thread, also of one that was before. */
	onFailure(told: (error: unknown) => void): void;
};

/**
 * Starts threads before a crew is made of them: they load their program while this thread loads DuckDB and opens the
 * database, each of which takes longer than the other half of a second's parsing.
 */
export function hireThreads(count: number, blockBytes = usualBlock): Hired {
	const blocks = Array.from({length: blockCount}, () => new SharedArrayBuffer(blockBytes));
	const file = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);
	let failure: {readonly error: unknown} | null = null;
	let tell: (error: unknown) => void = () => undefined;

	function another(): Worker {
		const workerData: ThreadData = {blocks};
		// A larger nursery: sessions live just long enough to be copied once too often in the usual one.
		const thread = new Worker(file, {workerData, resourceLimits: {maxYoungGenerationSizeMb: 24}});
		thread.on('error', error => {
			failure ??= {error};
			tell(error);
		});
		return thread;
	}

	return {
		blocks,
		threads: Array.from({length: count}, another),
		another,
		onFailure(told) {
			tell = told;
			if (failure) told(failure.error);
		},
	};
}

/** Lets threads go that no crew was made of. */
export async function letGo({threads}: Hired): Promise<void> {
	await Promise.all(threads.map(thread => thread.terminate()));
}
