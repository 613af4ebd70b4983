import {addLines, keepNames} from '../log/ahead/line-numbers.ts';
import type {BatchMemory, SessionBatch} from '../model/session-batch.ts';
import {createJoinStage} from './join-stage.ts';
import type {StageOptions} from './line-stage.ts';
import type {JoinAnswer, StageMessage} from './messages.ts';
import {batchesOfPlace} from './places.ts';
import {type BatchesMemory, batchesOf, createRingReader, type RingMemory} from './records-ring.ts';

/** The second stage as it is spoken to, in a thread of its own or in the main one. */
export type JoinMessages = {
	/** From the first stage. */
	take(message: StageMessage): void;
	/** Memory of a batch that was taken. */
	reuse(memory: BatchMemory): void;
};

/** Makes the stage; `answer` takes what it says. */
export function createJoinMessages(
	options: StageOptions,
	ring: RingMemory,
	answer: (message: JoinAnswer) => void,
	ahead: readonly BatchesMemory[] = [],
): JoinMessages {
	const reader = createRingReader(ring);
	const places = ahead.map(batchesOf);
	const join = createJoinStage(options, (batch: SessionBatch) => answer({kind: 'sessions', batch}));

	/** The records of a block that was read before its turn. */
	function takeAhead({reader, place, sizes, lines, again}: StageMessage & {kind: 'ahead'}): void {
		for (const [index, [used, filled]] of sizes.entries()) {
			const records = places[reader]?.[place * batchesOfPlace + index];
			if (records === undefined) throw new RangeError(`reader ${reader} has no place ${place}`);
			records.used = used;
			records.filled = filled;
			if (again) keepNames(records);
			else addLines(records, lines);
			join.take(records, reader);
		}
		answer({kind: 'taken', reader, place});
	}

	return {
		take(message) {
			switch (message.kind) {
				case 'records': {
					const records = reader.batch(message.index, message.used, message.filled);
					// Who reads in order beside those that read ahead has a number behind theirs.
					if (records) join.take(records, ahead.length);
					reader.free(message.index);
					break;
				}
				case 'ahead':
					takeAhead(message);
					break;
				case 'snapshot':
					answer({kind: 'snapshot', snapshot: join.snapshot(message.lines, message.last)});
					break;
				case 'end':
					answer({kind: 'end', coverage: join.end(message.lines)});
					break;
			}
		},
		reuse: memory => join.reuse(memory),
	};
}
