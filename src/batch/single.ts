import type {Bytes} from '../log/reader-options.ts';
import {summedCoverage} from '../tls/coverage.ts';
import type {SessionBatch} from '../tls/session-batch.ts';
import {type Crew, type CrewOptions, optionsOf, shares, together, usualBlock} from './crew.ts';
import {createParseShare} from './parse-share.ts';

/** A crew with both readers in this thread, one after the other on each block. */
export function createSingle(options: CrewOptions): Crew {
	const batches: Array<{batch: SessionBatch; reader: number}> = [];
	const readers = shares.map((_, reader) =>
		createParseShare(optionsOf(options, reader), batch => batches.push({batch, reader})),
	);
	const size = options.blockBytes ?? usualBlock;
	const free = [0, 1].map(() => Buffer.allocUnsafeSlow(size) as unknown as Bytes);
	const waiting: Array<(bytes: Bytes) => void> = [];

	async function deliver(): Promise<void> {
		for (const {batch, reader} of batches.splice(0)) {
			await options.sessions(batch);
			readers[reader]?.reuse(batch);
		}
	}

	return {
		block: async () => free.pop() ?? (await new Promise<Bytes>(resolve => waiting.push(resolve))),
		open(source) {
			for (const reader of readers) reader.open(source);
		},
		async parse(bytes, from, to) {
			for (const reader of readers) reader.block(bytes, from, to);
			const next = waiting.shift();
			if (next) next(bytes);
			else free.push(bytes);
			await deliver();
		},
		line: async () => readers[0]?.line() ?? 0,
		async snapshot() {
			const snapshots = readers.map(reader => reader.snapshot());
			await deliver();
			return together(snapshots);
		},
		async end() {
			const coverages = readers.map(reader => reader.end());
			await deliver();
			return summedCoverage(coverages);
		},
		close: async () => undefined,
	};
}
