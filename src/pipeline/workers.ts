import {MessageChannel, type MessagePort, Worker} from 'node:worker_threads';
import type {JoinThreadData, LineThreadData} from './messages.ts';
import {createRingMemory, type RingMemory} from './records-ring.ts';

/** Threads that were started, and the memory that they share. */
export type Workers = {
	readonly ring: RingMemory;
	/** Reads lines. */
	readonly lines: Worker;
	/**
	 * The thread that joins sessions, started by the first call; null where that is done in the main thread. It has nothing to
	 * do before lines were read, and a thread that starts takes time from those that do.
	 */
	join(): Worker | null;
	/** Ends all that were started. */
	terminate(): Promise<void>;
	/** Where records come from for whom joins them in the main thread. */
	readonly records: MessagePort;
	/** Tells `told` of the first failure of any thread, also of one that was before. */
	onFailure(told: (error: unknown) => void): void;
};

/** Where the program of a thread stands: beside the built program. In the tree it is the built one, too, as Node's threads need JavaScript. */
function threadFile(name: 'line-thread' | 'join-thread'): URL {
	return new URL(import.meta.url.endsWith('.ts') ? `../../dist/${name}.js` : `./${name}.js`, import.meta.url);
}

/** Room for what is made to be thrown away, MB. Lines make little of it, and the engine would take 40 MB in the end. */
const lineNursery = 3;
/** A larger one than usual: sessions live just long enough to be copied once too often in that. */
const joinNursery = 24;

/**
 * Starts threads before a pipeline is made of them: they load their program while this thread loads DuckDB and opens the
 * database, each of which takes longer than parsing 20 MB. `threads` counts this one, too: two or three.
 */
export function startWorkers(threads: number): Workers {
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
	const lines = start(
		new Worker(threadFile('line-thread'), {
			workerData: lineData,
			transferList: [port1],
			resourceLimits: {maxYoungGenerationSizeMb: lineNursery},
		}),
	);
	const joinData: JoinThreadData = {ring, records: port2};
	let joinThread: Worker | undefined;
	return {
		ring,
		lines,
		join() {
			if (threads < 3) return null;
			joinThread ??= start(
				new Worker(threadFile('join-thread'), {
					workerData: joinData,
					transferList: [port2],
					resourceLimits: {maxYoungGenerationSizeMb: joinNursery},
				}),
			);
			return joinThread;
		},
		async terminate() {
			if (joinThread === undefined) port2.close();
			await Promise.all([lines.terminate(), joinThread?.terminate()]);
		},
		records: port2,
		onFailure(told) {
			tell = told;
			if (failure) told(failure.error);
		},
	};
}
