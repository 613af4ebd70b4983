import {MessageChannel, type MessagePort, Worker} from 'node:worker_threads';
import type {JoinThreadData, LineThreadData} from './messages.ts';
import {createRingMemory, type RingMemory} from './records-ring.ts';

/** Threads that were started, and the memory that they share. */
export type Hired = {
	readonly ring: RingMemory;
	/** Reads lines. */
	readonly lines: Worker;
	/** Joins sessions; null where that is done in the main thread. */
	readonly join: Worker | null;
	/** Where records come from for whom joins them in the main thread. */
	readonly records: MessagePort;
	/** Tells `told` of the first failure of any thread, also of one that was before. */
	onFailure(told: (error: unknown) => void): void;
};

/** Where a thread's module stands, beside this one: TypeScript in the tree, JavaScript when built. */
function threadFile(name: 'line-thread' | 'join-thread'): URL {
	return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}

/**
 * Starts threads before a crew is made of them: they load their program while this thread loads DuckDB and opens the
 * database, each of which takes longer than parsing 20 MB. `threads` counts this one, too: two or three.
 */
export function hireThreads(threads: number): Hired {
	const ring = createRingMemory();
	const {port1, port2} = new MessageChannel();
	let failure: {readonly error: unknown} | null = null;
	let tell: (error: unknown) => void = () => undefined;

	function start(thread: Worker): Worker {
		thread.on('error', error => {
			failure ??= {error};
			tell(error);
		});
		return thread;
	}

	const lineData: LineThreadData = {ring, records: port1};
	const lines = start(new Worker(threadFile('line-thread'), {workerData: lineData, transferList: [port1]}));
	const joinData: JoinThreadData = {ring, records: port2};
	// A larger nursery: sessions live just long enough to be copied once too often in the usual one.
	const resourceLimits = {maxYoungGenerationSizeMb: 24};
	const join =
		threads > 2
			? start(new Worker(threadFile('join-thread'), {workerData: joinData, transferList: [port2], resourceLimits}))
			: null;
	return {
		ring,
		lines,
		join,
		records: port2,
		onFailure(told) {
			tell = told;
			if (failure) told(failure.error);
		},
	};
}

/** Lets threads go that no crew was made of. */
export async function letGo({lines, join, records}: Hired): Promise<void> {
	if (join === null) records.close();
	await Promise.all([lines.terminate(), join?.terminate()]);
}
