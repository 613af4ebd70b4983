import type {Bytes} from '../log/reader-options.ts';
import {createRecords, recordBytes, recordInts} from '../log/records.ts';
import {type Crew, type CrewOptions, stageOptions, usualBlock} from './crew.ts';
import {createDelivery} from './delivery.ts';
import {createJoinStage} from './join-stage.ts';
import {createLineStage} from './line-stage.ts';

/** A crew with both stages in this thread, one after the other on each batch of records. */
export function createSingle(options: CrewOptions): Crew {
	const delivery = createDelivery(options.sessions);
	const join = createJoinStage(stageOptions(options), batch => delivery.send(batch, taken => join.reuse(taken)));
	const room = createRecords(new Int32Array(recordInts), Buffer.allocUnsafeSlow(recordBytes) as unknown as Bytes);
	const lines = createLineStage(stageOptions(options), room, records => {
		join.take(records);
		records.used = 0;
		records.filled = 0;
		return records;
	});
	const size = options.blockBytes ?? usualBlock;
	const free = [0, 1].map(() => Buffer.allocUnsafeSlow(size) as unknown as Bytes);
	const waiting: Array<(bytes: Bytes) => void> = [];

	return {
		block: async () => free.pop() ?? (await new Promise<Bytes>(resolve => waiting.push(resolve))),
		open: source => lines.open(source),
		async parse(bytes, from, to) {
			lines.block(bytes, from, to);
			const next = waiting.shift();
			if (next) next(bytes);
			else free.push(bytes);
			await delivery.room();
		},
		line: async () => lines.line(),
		get lines() {
			return lines.read();
		},
		async snapshot(last = false) {
			const snapshot = join.snapshot(lines.snapshot(last), last);
			await delivery.done();
			return snapshot;
		},
		async end() {
			const coverage = join.end(lines.end());
			await delivery.done();
			return coverage;
		},
		close: () => delivery.stop(),
	};
}
