import type {Bytes} from '../log/reader-options.ts';
import {createRecords, type Records, recordBytes, recordInts} from '../log/records.ts';

/** Memory of batches of records, shared by the thread that writes them and the one that takes them. */
export type RingMemory = {
	readonly ints: readonly SharedArrayBuffer[];
	readonly bytes: readonly SharedArrayBuffer[];
	/** By batch: 1 while it is written or waits to be taken. */
	readonly busy: SharedArrayBuffer;
};

/** Batches that may wait: enough that neither thread waits for the other over a pause of the collector. */
const slots = 8;

export function createRingMemory(): RingMemory {
	return {...sharedBatches(slots), busy: new SharedArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT)};
}

/** Memory of batches of records that threads share. */
export type BatchesMemory = Pick<RingMemory, 'ints' | 'bytes'>;

/** What was never written takes no memory. */
export function sharedBatches(slots: number): BatchesMemory {
	const shared = (size: number) => Array.from({length: slots}, () => new SharedArrayBuffer(size));
	return {ints: shared(recordInts * Int32Array.BYTES_PER_ELEMENT), bytes: shared(recordBytes)};
}

/** The batches in shared memory, in either thread. */
export function batchesOf(memory: BatchesMemory): Records[] {
	return memory.ints.map((ints, index) =>
		createRecords(new Int32Array(ints), Buffer.from(memory.bytes[index] ?? ints) as unknown as Bytes),
	);
}

/**
 * The writer's side: batches one after the other, in a circle. `next` stops the thread until the one that is due was taken, so
 * it is not for the main thread.
 */
export function createRingWriter(memory: RingMemory): {next(): {readonly index: number; readonly records: Records}} {
	const batches = batchesOf(memory);
	const busy = new Int32Array(memory.busy);
	let index = slots - 1;
	return {
		next() {
			index = (index + 1) % slots;
			while (Atomics.load(busy, index) === 1) Atomics.wait(busy, index, 1);
			Atomics.store(busy, index, 1);
			const records = batches[index];
			if (records === undefined) throw new RangeError('the ring has no batch');
			records.used = 0;
			records.filled = 0;
			return {index, records};
		},
	};
}

/** The taker's side. */
export function createRingReader(memory: RingMemory): {
	batch(index: number, used: number, filled: number): Records | undefined;
	free(index: number): void;
} {
	const batches = batchesOf(memory);
	const busy = new Int32Array(memory.busy);
	return {
		batch(index, used, filled) {
			const records = batches[index];
			if (records !== undefined) {
				records.used = used;
				records.filled = filled;
			}
			return records;
		},
		free(index) {
			Atomics.store(busy, index, 0);
			Atomics.notify(busy, index);
		},
	};
}
