import {MessageChannel, type MessagePort, Worker} from 'node:worker_threads';
import type {AheadThreadData, JoinThreadData, LineThreadData} from './messages.ts';
import {batchesOfPlace, placesOfReader} from './places.ts';
import {createRingMemory, type RingMemory, sharedBatches} from './records-ring.ts';

/** Threads that were started, and the memory that they share. */
export type Workers = {
	readonly ring: RingMemory;
	/** Those that read lines: one that hands its records on itself, or several that read ahead. */
	readonly lines: readonly Worker[];
	/**
	 * The thread that joins sessions, started by the first call; null where that is done in the main thread. It has nothing to
	 * do before lines were read, and a thread that starts takes time from those that do.
	 */
	join(): Worker | null;
	/** Ends all that were started. */
	terminate(): Promise<void>;
	/** Where records come from for whom joins them in the main thread; with several readers, where they are to go. */
	readonly records: MessagePort;
	/** Calls `failed` with the first failure of any thread, also with one that was before. */
	onFailure(failed: (error: unknown) => void): void;
};

/**
 * Where the program of a thread is: beside the built program. In the tree it is the built one, too, as Node's threads
 * need JavaScript.
 */
function threadFile(name: 'line-thread' | 'ahead-thread' | 'join-thread'): URL {
	return new URL(import.meta.url.endsWith('.ts') ? `../../dist/${name}.cjs` : `./${name}.cjs`, import.meta.url);
}

/** Room for short-lived objects, MB. Lines make few of them, and V8 would take 40 MB in the end. */
const lineNursery = 3;
/** A larger one than usual: sessions live just long enough to be copied once too often in that. */
const joinNursery = 24;

/** The most threads that there is work for: joining sessions takes a quarter or more of what reading their lines takes, in any framing. */
export const mostThreads = 6;

/** Readers beside this thread and the one that joins. */
export const readersIn = (threads: number): number => Math.max(1, Math.min(threads, mostThreads) - 2);

/**
 * Starts threads before a pipeline is made of them: they load their program while this thread loads DuckDB and opens the
 * database, each of which takes longer than parsing 20 MB. `threads` counts this one, too: two at least.
 */
export function startWorkers(threads: number): Workers {
	const ring = createRingMemory();
	const {port1, port2} = new MessageChannel();
	const readers = readersIn(threads);
	const ahead =
		readers === 1 ? [] : Array.from({length: readers}, () => sharedBatches(placesOfReader * batchesOfPlace));
	let failure: {readonly error: unknown} | null = null;
	let report: (error: unknown) => void = () => undefined;

	function start(
		name: Parameters<typeof threadFile>[0],
		nursery: number,
		workerData: LineThreadData | AheadThreadData | JoinThreadData,
		port?: MessagePort,
	): Worker {
		const thread = new Worker(threadFile(name), {
			workerData,
			...(port === undefined ? {} : {transferList: [port]}),
			resourceLimits: {maxYoungGenerationSizeMb: nursery},
		});
		thread.on('error', error => {
			failure ??= {error};
			report(error);
		});
		return thread;
	}

	const lines =
		readers === 1
			? [start('line-thread', lineNursery, {ring, records: port1}, port1)]
			: ahead.map((batches, reader) => start('ahead-thread', lineNursery, {batches, ring: reader === 0 ? ring : null}));
	let joinThread: Worker | undefined;
	return {
		ring,
		lines,
		join() {
			if (threads < 3) return null;
			joinThread ??= start('join-thread', joinNursery, {ring, records: port2, ahead}, port2);
			return joinThread;
		},
		async terminate() {
			if (joinThread === undefined) port2.close();
			await Promise.all([...lines.map(thread => thread.terminate()), joinThread?.terminate()]);
		},
		records: readers === 1 ? port2 : port1,
		onFailure(failed) {
			report = failed;
			if (failure) failed(failure.error);
		},
	};
}
