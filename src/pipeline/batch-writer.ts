import type {SessionBatch} from '../model/session-batch.ts';

/** Batches that wait for the store while parsing goes on: about a second of it, 2.3 MB each. */
const mostWaiting = 4;

/** Batches on their way to the store, one after the other, beside the parsing. */
export type BatchWriter = {
	/** Sends a batch on its way; `taken` is called when its memory is free. Throws nothing: the others report the failure. */
	send(batch: SessionBatch, taken: (batch: SessionBatch) => void): void;
	/** Comes back when few enough batches wait. Throws what the store threw. */
	room(): Promise<void>;
	/** Comes back when all batches so far were taken. Throws what the store threw. */
	done(): Promise<void>;
	/** Sends nothing more; comes back when the store is at rest. Throws nothing. */
	stop(): Promise<void>;
};

/** `failed` is called once with what the store threw; the batches behind it are dropped. */
export function createBatchWriter(
	sessions: (batch: SessionBatch) => Promise<void>,
	failed: (error: unknown) => void = () => undefined,
): BatchWriter {
	let tail: Promise<void> = Promise.resolve();
	/** For each batch under way a promise of its end. */
	const sending: Array<Promise<void>> = [];
	let failure: {readonly error: unknown} | null = null;
	let stopped = false;

	async function write(before: Promise<void>, batch: SessionBatch, taken: (batch: SessionBatch) => void) {
		await before;
		try {
			if (stopped || failure !== null) return;
			await sessions(batch);
			taken(batch);
		} catch (error) {
			failure = {error};
			failed(error);
		} finally {
			sending.shift();
		}
	}

	function check(): void {
		if (failure !== null) throw failure.error;
	}

	return {
		send(batch, taken) {
			tail = write(tail, batch, taken);
			sending.push(tail);
		},
		async room() {
			while (sending.length > mostWaiting) await sending[0];
			check();
		},
		async done() {
			await tail;
			check();
		},
		async stop() {
			stopped = true;
			await tail;
		},
	};
}
