import {Worker} from 'node:worker_threads';
import type {Bytes, ReaderOptions, Share, SourceInfo} from '../log/reader-options.ts';
import {type Coverage, summedCoverage} from '../tls/coverage.ts';
import type {SessionBatch} from '../tls/session-batch.ts';
import type {Answer, Order, ThreadData} from './messages.ts';
import {createParseShare, type ShareSnapshot} from './parse-share.ts';

export const shares: readonly Share[] = ['inbound', 'outbound'];

/** A state of all readers, one for each of `shares`. */
export type CrewState = readonly Uint8Array[];

export type CrewSnapshot = {
	/** Lines of the source at hand that were read. */
	readonly line: number;
	readonly state: CrewState;
	readonly coverage: Coverage;
	readonly open: readonly SessionBatch[];
};

/**
 * Parses blocks of lines. Two readers share the sessions between them, each looking at all lines, so that the result
 * is the same in one thread and in two: nothing has to be stitched, as nothing was cut.
 */
export type Crew = {
	/** The next free block of memory; waits until both readers are through with one. */
	block(): Promise<Bytes>;
	open(source: SourceInfo): void;
	/** Works on the lines between two positions of a block that `block` gave; what comes back when both are through. */
	parse(bytes: Bytes, from: number, to: number): Promise<void>;
	/** What both are at, when all blocks are worked through. */
	snapshot(): Promise<CrewSnapshot>;
	/** The input is over. */
	end(): Promise<Coverage>;
	/** Lets the threads go. */
	close(): Promise<void>;
};

export type CrewOptions = Omit<ReaderOptions, 'share' | 'latin1'> & {
	readonly threads: number;
	/** A state of an earlier run. */
	readonly state: CrewState | null;
	/** Takes sessions; while it has not come back, no more than a few blocks are parsed ahead. */
	readonly sessions: (batch: SessionBatch) => Promise<void>;
};

const blockSize = 4 << 20;
const blockCount = 6;

export function createCrew(options: CrewOptions): Crew {
	return options.threads > 1 ? createThreads(options) : createSingle(options);
}

function optionsOf({threads: _, state, sessions: __, ...options}: CrewOptions, index: number) {
	return {...options, share: shares[index] ?? 'inbound', state: state?.[index] ?? null};
}

function together(snapshots: readonly ShareSnapshot[]): CrewSnapshot {
	return {
		line: snapshots[0]?.line ?? 0,
		state: snapshots.map(({state}) => state),
		coverage: summedCoverage(snapshots.map(({coverage}) => coverage)),
		open: snapshots.map(({open}) => open).filter(open => open !== undefined),
	};
}

/** Both readers in this thread, one after the other on each block. */
function createSingle(options: CrewOptions): Crew {
	const batches: SessionBatch[] = [];
	const readers = shares.map((_, index) => createParseShare(optionsOf(options, index), batch => batches.push(batch)));
	const free = [0, 1].map(() => Buffer.allocUnsafeSlow(blockSize) as unknown as Bytes);
	const waiting: Array<(bytes: Bytes) => void> = [];

	async function deliver(): Promise<void> {
		for (const batch of batches.splice(0)) await options.sessions(batch);
	}

	return {
		block: async () => free.pop() ?? (await new Promise<Bytes>(resolve => waiting.push(resolve))),
		open(source) {
			for (const reader of readers) reader.open(source);
		},
		async parse(bytes, from, to) {
			for (const reader of readers) reader.block(bytes, from, to);
			const next = waiting.shift();
			if (next) next(bytes);
			else free.push(bytes);
			await deliver();
		},
		async snapshot() {
			const snapshots = readers.map(reader => reader.snapshot());
			await deliver();
			return together(snapshots);
		},
		async end() {
			const coverages = readers.map(reader => reader.end());
			await deliver();
			return summedCoverage(coverages);
		},
		close: async () => undefined,
	};
}

/** Each reader in a thread of its own. Credit is the blocks: none free, none read. */
function createThreads(options: CrewOptions): Crew {
	const memory = Array.from({length: blockCount}, () => new SharedArrayBuffer(blockSize));
	const blocks = memory.map(each => Buffer.from(each) as unknown as Bytes);
	const busy = blocks.map(() => 0);
	const free = [...blocks];
	const waiting: Array<{give: (bytes: Bytes) => void; fail: (error: unknown) => void}> = [];
	const replies: Array<{
		resolve: (answers: Answer[]) => void;
		answers: Answer[];
		missing: number;
		fail: (error: unknown) => void;
	}> = [];
	let delivered: Promise<void> = Promise.resolve();
	let failure: unknown = null;

	function fail(error: unknown): void {
		failure ??= error;
		for (const {fail: tell} of waiting.splice(0)) tell(failure);
		for (const {fail: tell} of replies.splice(0)) tell(failure);
	}

	/** A block goes back when both readers are through and the store has kept up. */
	function release(block: number): void {
		const bytes = blocks[block];
		if (!bytes) return;
		void delivered.then(() => {
			const next = waiting.shift();
			if (next) next.give(bytes);
			else free.push(bytes);
		});
	}

	function took(answer: Answer, index: number): void {
		switch (answer.kind) {
			case 'sessions':
				delivered = delivered.then(() => options.sessions(answer.batch));
				delivered.catch(fail);
				break;
			case 'done':
				busy[answer.block] = (busy[answer.block] ?? 0) - 1;
				if (busy[answer.block] === 0) release(answer.block);
				break;
			default: {
				const reply = replies[0];
				if (!reply) return;
				// In the order of the shares, whoever answers first: a state goes back to the share it came from.
				reply.answers[index] = answer;
				reply.missing--;
				if (reply.missing === 0) {
					replies.shift();
					void delivered.then(() => reply.resolve(reply.answers));
				}
			}
		}
	}

	const threads = shares.map((_, index) => {
		const data: ThreadData = {options: optionsOf(options, index), blocks: memory};
		const file = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);
		// A larger nursery: sessions live just long enough to be copied once too often in the usual one.
		const thread = new Worker(file, {workerData: data, resourceLimits: {maxYoungGenerationSizeMb: 64}});
		thread.on('message', (answer: Answer) => took(answer, index));
		thread.on('error', fail);
		return thread;
	});

	function order(message: Order): void {
		for (const thread of threads) thread.postMessage(message);
	}

	async function ask(kind: 'snapshot' | 'end'): Promise<Answer[]> {
		if (failure !== null) throw failure;
		const answers = new Promise<Answer[]>((resolve, reject) =>
			replies.push({resolve, answers: [], missing: shares.length, fail: reject}),
		);
		order({kind});
		return answers;
	}

	return {
		async block() {
			if (failure !== null) throw failure;
			return free.pop() ?? (await new Promise<Bytes>((give, tell) => waiting.push({give, fail: tell})));
		},
		open: source => order({kind: 'open', source}),
		async parse(bytes, from, to) {
			if (failure !== null) throw failure;
			const block = blocks.indexOf(bytes);
			busy[block] = shares.length;
			order({kind: 'block', block, from, to});
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
			await Promise.all(threads.map(thread => thread.terminate()));
		},
	};
}
