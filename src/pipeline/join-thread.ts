import {parentPort, workerData} from 'node:worker_threads';
import {memoryOf} from '../model/session-batch.ts';
import {createJoinMessages, type JoinMessages} from './join-messages.ts';
import type {JoinAnswer, JoinOrder, JoinThreadData, StageMessage} from './messages.ts';

/** The thread of the second stage: records become sessions. DuckDB stays on the main thread. */
const {ring, records, ahead} = workerData as JoinThreadData;

/** Columns are handed over, not copied. */
function memoryIn(message: JoinAnswer): ArrayBuffer[] {
	if (message.kind === 'sessions') return memoryOf(message.batch);
	return message.kind === 'snapshot' ? message.snapshot.open.flatMap(memoryOf) : [];
}

let join: JoinMessages;

parentPort?.on('message', (order: JoinOrder) => {
	if (order.kind === 'reuse') {
		join.reuse(order.memory);
		return;
	}
	const answer = (message: JoinAnswer): void => parentPort?.postMessage(message, memoryIn(message));
	join = createJoinMessages(order.options, ring, answer, ahead);
	// Records wait in their port until somebody listens.
	records.on('message', (message: StageMessage) => join.take(message));
});
