import type {MessagePort, Worker} from 'node:worker_threads';
import {type BatchMemory, memoryOf} from '../tls/session-batch.ts';
import {createJoinMessages} from './join-messages.ts';
import type {StageOptions} from './line-stage.ts';
import type {JoinAnswer, JoinOrder, StageMessage} from './messages.ts';
import type {RingMemory} from './records-ring.ts';

/** The second stage, wherever it is done. */
export type Joining = {
	/** Memory of a batch that was taken. */
	reuse(memory: BatchMemory): void;
	close(): Promise<unknown>;
};

/** In a thread of its own. */
export function joinInThread(thread: Worker, options: StageOptions, answer: (message: JoinAnswer) => void): Joining {
	const order = (message: JoinOrder, memory: ArrayBuffer[] = []): void => thread.postMessage(message, memory);
	thread.on('message', answer);
	order({kind: 'begin', options});
	return {
		reuse: memory => order({kind: 'reuse', memory}, memoryOf(memory)),
		close: () => thread.terminate(),
	};
}

export type JoinHereOptions = {
	readonly options: StageOptions;
	readonly ring: RingMemory;
	readonly records: MessagePort;
	readonly answer: (message: JoinAnswer) => void;
	readonly failed: (error: unknown) => void;
	/** Comes back when the store keeps up. */
	readonly room: () => Promise<void>;
};

/** In this thread, between other work. */
export function joinHere({options, ring, records, answer, failed, room}: JoinHereOptions): Joining {
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
