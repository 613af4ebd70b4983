import type {Worker} from 'node:worker_threads';
import type {Bytes} from '../log/reader-options.ts';
import {summedCoverage} from '../tls/coverage.ts';
import {memoryOf, type SessionBatch} from '../tls/session-batch.ts';
import {type Crew, type CrewOptions, readersOf, together} from './crew.ts';
import {createDelivery} from './delivery.ts';
import {type Hired, hireThreads} from './hire.ts';
import type {Answer, Order} from './messages.ts';

type Reply = {
	readonly resolve: (answers: Answer[]) => void;
	readonly fail: (error: unknown) => void;
	readonly answers: Answer[];
	missing: number;
};

/** As many threads as there are readers: those that were hired, and more or fewer if a saved state asks for them. */
function threadsFor(readers: number, hired: Hired): Worker[] {
	const {threads} = hired;
	for (const thread of threads.slice(readers)) void thread.terminate();
	return Array.from({length: readers}, (_, index) => threads[index] ?? hired.another());
}

/** A crew with each reader in a thread of its own. Credit is the blocks: none free, none read. */
export function createThreads({hired: early, ...options}: CrewOptions): Crew {
	const readers = readersOf(options);
	const hired = early ?? hireThreads(readers.length, options.blockBytes);
	const blocks = hired.blocks.map(each => Buffer.from(each) as unknown as Bytes);
	const busy = blocks.map(() => 0);
	const free = [...blocks];
	const waiting: Array<{give: (bytes: Bytes) => void; fail: (error: unknown) => void}> = [];
	const replies: Reply[] = [];
	let failure: unknown = null;
	const delivery = createDelivery(options.sessions, fail);

	function fail(error: unknown): void {
		failure ??= error;
		for (const {fail: tell} of waiting.splice(0)) tell(failure);
		for (const {fail: tell} of replies.splice(0)) tell(failure);
	}

	/** A block goes back when all readers are through and the store keeps up. */
	async function release(bytes: Bytes | undefined): Promise<void> {
		await delivery.room().catch(() => undefined);
		if (!bytes || failure !== null) return;
		const next = waiting.shift();
		if (next) next.give(bytes);
		else free.push(bytes);
	}

	/** Memory goes back to the reader it came from. */
	function giveBack({times, numbers, words}: SessionBatch, thread: Worker | undefined): void {
		const memory = {times, numbers, words};
		thread?.postMessage({kind: 'reuse', memory} satisfies Order, memoryOf(memory));
	}

	async function answered(reply: Reply): Promise<void> {
		await delivery.done().then(() => reply.resolve(reply.answers), reply.fail);
	}

	function took(answer: Answer, index: number): void {
		if (answer.kind === 'sessions') delivery.send(answer.batch, batch => giveBack(batch, threads[index]));
		else if (answer.kind === 'done') {
			busy[answer.block] = (busy[answer.block] ?? 0) - 1;
			if (busy[answer.block] === 0) void release(blocks[answer.block]);
		} else {
			const reply = replies[0];
			if (!reply) return;
			// In the order of the shares, whoever answers first: a state goes back to the share it came from.
			reply.answers[index] = answer;
			reply.missing--;
			if (reply.missing > 0) return;
			replies.shift();
			void answered(reply);
		}
	}

	const threads = threadsFor(readers.length, hired);
	hired.onFailure(fail);
	for (const [index, thread] of threads.entries()) {
		thread.on('message', (answer: Answer) => took(answer, index));
		const reader = readers[index];
		if (reader) thread.postMessage({kind: 'begin', options: reader} satisfies Order);
	}

	function order(message: Order): void {
		for (const thread of threads) thread.postMessage(message);
	}

	/** Asks all threads; they answer one question after the other, so one reply stands for all. */
	async function ask(kind: 'line' | 'snapshot' | 'end'): Promise<Answer[]> {
		if (failure !== null) throw failure;
		const answers = new Promise<Answer[]>((resolve, fail) =>
			replies.push({resolve, fail, answers: [], missing: threads.length}),
		);
		order({kind});
		return answers;
	}

	return {
		async block() {
			if (failure !== null) throw failure;
			return free.pop() ?? (await new Promise<Bytes>((give, fail) => waiting.push({give, fail})));
		},
		open: source => order({kind: 'open', source}),
		async parse(bytes, from, to) {
			if (failure !== null) throw failure;
			const block = blocks.indexOf(bytes);
			busy[block] = threads.length;
			order({kind: 'block', block, from, to});
		},
		async line() {
			const [first] = await ask('line');
			return first?.kind === 'line' ? first.line : 0;
		},
		async snapshot() {
			const answers = await ask('snapshot');
			return together(answers.flatMap(answer => (answer.kind === 'snapshot' ? [answer.snapshot] : [])));
		},
		async end() {
			const answers = await ask('end');
			return summedCoverage(answers.flatMap(answer => (answer.kind === 'end' ? [answer.coverage] : [])));
		},
		async close() {
			await Promise.all([delivery.stop(), ...threads.map(thread => thread.terminate())]);
		},
	};
}
