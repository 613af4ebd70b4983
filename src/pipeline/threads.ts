import type {MessagePort, Worker} from 'node:worker_threads';
import type {Bytes} from '../log/reader-options.ts';
import {type BatchMemory, memoryOf, type SessionBatch} from '../model/session-batch.ts';
import {createAheadSide} from './ahead-side.ts';
import {createBatchWriter} from './batch-writer.ts';
import {createJoinMessages} from './join-messages.ts';
import {createLineSide, type LineSide} from './line-side.ts';
import type {StageOptions} from './line-stage.ts';
import type {JoinAnswer, JoinOrder, StageMessage} from './messages.ts';
import {type Pipeline, type PipelineOptions, stageOptions, usualBlock} from './pipeline.ts';
import {placesOfReader} from './places.ts';
import type {RingMemory} from './records-ring.ts';
import {startWorkers, type Workers} from './workers.ts';

/** Blocks of memory: with several readers as many as they may read ahead. */
const blocksFor = (readers: number): number => Math.max(12, readers * placesOfReader + 4);

type Waiter<Item> = {readonly resolve: (item: Item) => void; readonly fail: (error: unknown) => void};

/**
 * A pipeline whose first stage has one or more threads of its own, and the second, too, if there are three. Credit is the
 * blocks: none free, none read. One closure, as all share the waiters and the first failure.
 */
export function createThreads(options: PipelineOptions): Pipeline {
	const workers = options.workers ?? startWorkers(options.threads);
	const {ring, records, onFailure} = workers;
	const join = workers.join();
	const blockBytes = options.blockBytes ?? usualBlock;
	const free = Array.from(
		{length: blocksFor(workers.lines.length)},
		() => Buffer.allocUnsafeSlow(blockBytes) as unknown as Bytes,
	);
	const waiting: Waiter<Bytes>[] = [];
	const lineWaiters: Waiter<number>[] = [];
	const joinWaiters: Waiter<JoinAnswer>[] = [];
	let failure: unknown = null;
	const writer = createBatchWriter(options.sessions, fail);

	function fail(error: unknown): void {
		failure ??= error;
		for (const waiter of [...waiting.splice(0), ...lineWaiters.splice(0), ...joinWaiters.splice(0)])
			waiter.fail(failure);
		lines.fail(failure);
	}

	/** A block goes back when it is read and the store keeps up. */
	async function release(memory: ArrayBuffer): Promise<void> {
		await writer.room().catch(() => undefined);
		if (failure !== null) return;
		const bytes = Buffer.from(memory) as unknown as Bytes;
		const next = waiting.shift();
		if (next) next.resolve(bytes);
		else free.push(bytes);
	}

	function giveBack({times, numbers, words}: SessionBatch): void {
		joinWorker.reuse({times, numbers, words});
	}

	/** What was asked is answered when the sessions emitted before are taken. */
	function joinAnswered(answer: JoinAnswer): void {
		if (answer.kind === 'sessions') writer.send(answer.batch, giveBack);
		else if (answer.kind === 'taken') lines.taken(answer.reader, answer.place);
		else {
			const waiter = joinWaiters.shift();
			if (waiter) writer.done().then(() => waiter.resolve(answer), waiter.fail);
		}
	}

	const stages = stageOptions(options);
	const lines = createLines(workers, stages, memory => void release(memory));
	const joinWorker: JoinWorker =
		join === null
			? joinHere({options: stages, ring, records, answer: joinAnswered, failed: fail, room: () => writer.room()})
			: joinInThread(join, stages, joinAnswered);
	onFailure(fail);

	async function ask(request: () => void): Promise<JoinAnswer> {
		if (failure !== null) throw failure;
		const answer = new Promise<JoinAnswer>((resolve, fail) => joinWaiters.push({resolve, fail}));
		request();
		return answer;
	}

	return {
		async block() {
			if (failure !== null) throw failure;
			return free.pop() ?? (await new Promise<Bytes>((resolve, fail) => waiting.push({resolve, fail})));
		},
		open: source => lines.open(source),
		get lines() {
			return lines.lines;
		},
		async parse(bytes, from, to) {
			if (failure !== null) throw failure;
			await lines.block(bytes.buffer as ArrayBuffer, from, to);
		},
		async line() {
			if (failure !== null) throw failure;
			const line = new Promise<number>((resolve, fail) => lineWaiters.push({resolve, fail}));
			lines.line(number => lineWaiters.shift()?.resolve(number));
			return line;
		},
		async snapshot(last = false) {
			const answer = await ask(() => lines.snapshot(last));
			if (answer.kind !== 'snapshot') throw new TypeError(`a snapshot was asked, and ${answer.kind} answered`);
			return answer.snapshot;
		},
		async end() {
			const answer = await ask(() => lines.end());
			if (answer.kind !== 'end') throw new TypeError(`the end was asked, and ${answer.kind} answered`);
			return answer.coverage;
		},
		async close() {
			await Promise.all([writer.stop(), lines.close(), joinWorker.close()]);
		},
	};
}

/** The first stage, in one thread or in several; `done` takes the memory of blocks that were read. */
function createLines({lines, records}: Workers, options: StageOptions, done: (memory: ArrayBuffer) => void): LineSide {
	const [only, ...others] = lines;
	if (only === undefined) throw new RangeError('no thread reads lines');
	if (others.length > 0) return createAheadSide(lines, options, records, done);
	return createLineSide(only, options, done);
}

/** The second stage, wherever it is done. */
type JoinWorker = {
	/** Memory of a batch that was taken. */
	reuse(memory: BatchMemory): void;
	close(): Promise<unknown>;
};

/** In a thread of its own. */
function joinInThread(thread: Worker, options: StageOptions, answer: (message: JoinAnswer) => void): JoinWorker {
	const order = (message: JoinOrder, memory: ArrayBuffer[] = []): void => thread.postMessage(message, memory);
	thread.on('message', answer);
	order({kind: 'begin', options});
	return {
		reuse: memory => order({kind: 'reuse', memory}, memoryOf(memory)),
		close: () => thread.terminate(),
	};
}

type JoinHereOptions = {
	readonly options: StageOptions;
	readonly ring: RingMemory;
	readonly records: MessagePort;
	readonly answer: (message: JoinAnswer) => void;
	readonly failed: (error: unknown) => void;
	/** Comes back when the store keeps up. */
	readonly room: () => Promise<void>;
};

/** In this thread, between other work. */
function joinHere({options, ring, records, answer, failed, room}: JoinHereOptions): JoinWorker {
	const join = createJoinMessages(options, ring, answer);
	let tail: Promise<void> = Promise.resolve();

	async function take(before: Promise<void>, message: StageMessage): Promise<void> {
		await before;
		await room();
		join.take(message);
	}

	records.on('message', (message: StageMessage) => {
		tail = take(tail, message);
		tail.catch(failed);
	});
	return {
		reuse: memory => join.reuse(memory),
		async close() {
			records.close();
			await tail.catch(() => undefined);
		},
	};
}
