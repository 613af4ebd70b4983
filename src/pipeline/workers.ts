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
	/** Calls `failed` with the first failure of any thread, also with one that was before. */
	onFailure(failed: (error: unknown) => void): void;
};

/**
 * Where the program of a thread is: beside the built program. In the tree it is the built one, too, as Node's threads
 * need JavaScript.
 */
function threadFile(name: 'line-thread' | 'join-thread'): URL {
	return new URL(import.meta.url.endsWith('.ts') ? `../../dist/${name}.cjs` : `./${name}.cjs`, import.meta.url);
}

/** Room for short-lived objects, MB. Lines make few of them, and V8 would take 40 MB in the end. */
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
	let report: (error: unknown) => void = () => undefined;

	function start(thread: Worker): Worker {
		thread.on('error', error => {
			failure ??= {error};
			report(error);
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
		onFailure(failed) {
			report = failed;
			if (failure) failed(failure.error);
		},
	};
}
