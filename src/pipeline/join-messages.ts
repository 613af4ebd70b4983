import type {BatchMemory, SessionBatch} from '../model/session-batch.ts';
import {createJoinStage} from './join-stage.ts';
import type {StageOptions} from './line-stage.ts';
import type {JoinAnswer, StageMessage} from './messages.ts';
import {createRingReader, type RingMemory} from './records-ring.ts';

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
): JoinMessages {
	const reader = createRingReader(ring);
	const join = createJoinStage(options, (batch: SessionBatch) => answer({kind: 'sessions', batch}));
	return {
		take(message) {
			switch (message.kind) {
				case 'records': {
					const records = reader.batch(message.index, message.used, message.filled);
					if (records) join.take(records);
					reader.free(message.index);
					break;
				}
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
