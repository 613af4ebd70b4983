import type {Worker} from 'node:worker_threads';
import type {SourceInfo} from '../log/reader-options.ts';
import type {StageOptions} from './line-stage.ts';
import type {LineAnswer, LineOrder} from './messages.ts';

/** The first stage in other threads, as it is spoken to; what is asked of it is done in order. */
export type LineSide = {
	open(source: SourceInfo): void;
	/** Takes the memory of a block; comes back when the next may come. */
	block(memory: ArrayBuffer, from: number, to: number): Promise<void>;
	/** `answer` gets how many lines of the current source were read, when all blocks are. */
	line(answer: (line: number) => void): void;
	/** Lines of all sources that were read so far. */
	readonly lines: number;
	/** Sends the second stage its state behind the blocks, and that they end there. */
	snapshot(last: boolean): void;
	end(): void;
	/** The records that a reader has in a place were taken. */
	taken(reader: number, place: number): void;
	/** A thread has failed: who waits for room waits no more. */
	fail(error: unknown): void;
	close(): Promise<unknown>;
};

/** One thread reads all lines, and hands its records to the second stage itself; `done` takes the memory of blocks that were read. */
export function createLineSide(lines: Worker, options: StageOptions, done: (memory: ArrayBuffer) => void): LineSide {
	const waiting: Array<(line: number) => void> = [];
	let read = 0;

	function order(message: LineOrder, memory: ArrayBuffer[] = []): void {
		lines.postMessage(message, memory);
	}

	lines.on('message', (answer: LineAnswer) => {
		if (answer.kind === 'done') {
			read = answer.lines;
			done(answer.memory);
		} else waiting.shift()?.(answer.line);
	});
	order({kind: 'begin', options});
	return {
		open: source => order({kind: 'open', source}),
		block: async (memory, from, to) => order({kind: 'block', memory, from, to}, [memory]),
		line(answer) {
			waiting.push(answer);
			order({kind: 'line'});
		},
		get lines() {
			return read;
		},
		snapshot: last => order({kind: 'snapshot', last}),
		end: () => order({kind: 'end'}),
		taken: () => undefined,
		fail: () => undefined,
		close: () => lines.terminate(),
	};
}
