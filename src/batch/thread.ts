import {parentPort, workerData} from 'node:worker_threads';
import type {Bytes} from '../log/reader-options.ts';
import {memoryOf} from '../tls/session-batch.ts';
import type {Answer, Order, ThreadData} from './messages.ts';
import {createParseShare, type ParseShare} from './parse-share.ts';

/** A parsing thread: one share of the sessions out of blocks that lie in shared memory. DuckDB stays on the main thread. */
const {blocks} = workerData as ThreadData;
const buffers = blocks.map(memory => Buffer.from(memory) as unknown as Bytes);

function answer(message: Answer, memory: ArrayBuffer[] = []): void {
	parentPort?.postMessage(message, memory);
}

let share: ParseShare;

parentPort?.on('message', (order: Order) => {
	switch (order.kind) {
		case 'begin':
			share = createParseShare(order.options, batch => answer({kind: 'sessions', batch}, memoryOf(batch)));
			break;
		case 'open':
			share.open(order.source);
			break;
		case 'block': {
			const bytes = buffers[order.block];
			if (bytes) share.block(bytes, order.from, order.to);
			answer({kind: 'done', block: order.block});
			break;
		}
		case 'reuse':
			share.reuse(order.memory);
			break;
		case 'line':
			answer({kind: 'line', line: share.line()});
			break;
		case 'snapshot': {
			const snapshot = share.snapshot();
			answer({kind: 'snapshot', snapshot}, snapshot.open.flatMap(memoryOf));
			break;
		}
		case 'end':
			answer({kind: 'end', coverage: share.end()});
			break;
	}
});
