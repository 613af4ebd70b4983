import {parentPort, workerData} from 'node:worker_threads';
import {systemZone} from '../log/lines/clock.ts';
import {createAheadMessages} from './ahead-messages.ts';
import type {AheadOrder, AheadThreadData} from './messages.ts';

/** One of several threads of the first stage. */
const take = createAheadMessages(workerData as AheadThreadData, (message, moved = []) =>
	parentPort?.postMessage(message, moved),
);

// Looked for while nothing is to be done yet: it takes longer than the first block.
systemZone();

parentPort?.on('message', (order: AheadOrder) => take(order));
