import {parentPort, workerData} from 'node:worker_threads';
import {systemZone} from '../log/lines/clock.ts';
import type {Bytes} from '../log/reader-options.ts';
import type {Records} from '../log/records.ts';
import {createLineStage, type LineStage} from './line-stage.ts';
import type {LineAnswer, LineOrder, LineThreadData, StageMessage} from './messages.ts';
import {createRingWriter} from './records-ring.ts';

/** The thread of the first stage: lines out of blocks become records in shared memory. */
const {ring, records: port} = workerData as LineThreadData;
const writer = createRingWriter(ring);
let room = writer.next();

function answer(message: LineAnswer, memory: ArrayBuffer[] = []): void {
	parentPort?.postMessage(message, memory);
}

function hand(message: StageMessage): void {
	port.postMessage(message);
}

function full({used, filled}: Records): Records {
	hand({kind: 'records', index: room.index, used, filled});
	room = writer.next();
	return room.records;
}

let lines: LineStage;

// Looked for while nothing is to be done yet: it takes longer than the first block.
systemZone();

parentPort?.on('message', (order: LineOrder) => {
	switch (order.kind) {
		case 'begin':
			lines = createLineStage(order.options, room.records, full);
			break;
		case 'open':
			lines.open(order.source);
			break;
		case 'block': {
			const {memory, from, to} = order;
			lines.block(Buffer.from(memory) as unknown as Bytes, from, to);
			answer({kind: 'done', memory, lines: lines.read()}, [memory]);
			break;
		}
		case 'line':
			answer({kind: 'line', line: lines.line()});
			break;
		case 'snapshot':
			hand({kind: 'snapshot', lines: lines.snapshot(order.last), last: order.last});
			break;
		case 'end':
			hand({kind: 'end', lines: lines.end()});
			break;
	}
});
