import type {Bytes} from '../log/reader-options.ts';
import {createRecords, recordBytes, recordInts} from '../log/records.ts';
import {createBatchWriter} from './batch-writer.ts';
import {createJoinStage} from './join-stage.ts';
import {createLineStage} from './line-stage.ts';
import {type Pipeline, type PipelineOptions, stageOptions, usualBlock} from './pipeline.ts';

/** A pipeline with both stages in this thread, one after the other on each batch of records. */
export function createSingle(options: PipelineOptions): Pipeline {
	const writer = createBatchWriter(options.sessions);
	const join = createJoinStage(stageOptions(options), batch => writer.send(batch, taken => join.reuse(taken)));
	const room = createRecords(new Int32Array(recordInts), Buffer.allocUnsafeSlow(recordBytes) as unknown as Bytes);
	const lines = createLineStage(stageOptions(options), room, records => {
		join.take(records, 0);
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
			await writer.room();
		},
		line: async () => lines.line(),
		get lines() {
			return lines.read();
		},
		async snapshot(last = false) {
			const snapshot = join.snapshot(lines.snapshot(last), last);
			await writer.done();
			return snapshot;
		},
		async end() {
			const coverage = join.end(lines.end());
			await writer.done();
			return coverage;
		},
		close: () => writer.stop(),
	};
}
