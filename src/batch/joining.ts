import {type MessagePort, Worker} from 'node:worker_threads';
import {type BatchMemory, memoryOf} from '../tls/session-batch.ts';
import {createJoinMessages} from './join-messages.ts';
import type {StageOptions} from './line-stage.ts';
import type {JoinAnswer, JoinOrder, JoinThreadData, StageMessage} from './messages.ts';
import type {RingMemory} from './records-ring.ts';
import {threadFile} from './thread-file.ts';

/** The second stage, wherever it is done. */
export type Joining = {
	/** Memory of a batch that was taken. */
	reuse(memory: BatchMemory): void;
	close(): Promise<unknown>;
};

/** In a thread of its own. */
export function createJoiningThread(
	data: JoinThreadData,
	answer: (message: JoinAnswer) => void,
	failed: (error: unknown) => void,
): Joining {
	const thread = new Worker(threadFile('join-thread'), {
		workerData: data,
		transferList: [data.records],
		// A larger nursery: sessions live just long enough to be copied once too often in the usual one.
		resourceLimits: {maxYoungGenerationSizeMb: 24},
	});
	thread.on('message', answer);
	thread.on('error', failed);
	return {
		reuse: memory => thread.postMessage({kind: 'reuse', memory} satisfies JoinOrder, memoryOf(memory)),
		close: () => thread.terminate(),
	};
}

/** Here, between other work; `room` holds it back while the store does not keep up. */
export function createJoiningHere(
	options: StageOptions,
	ring: RingMemory,
	records: MessagePort,
	answer: (message: JoinAnswer) => void,
	failed: (error: unknown) => void,
	room: () => Promise<void>,
): Joining {
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
		reuse: memory => join.order({kind: 'reuse', memory}),
		async close() {
			records.close();
			await tail.catch(() => undefined);
		},
	};
}
