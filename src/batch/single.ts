import type {Bytes} from '../log/reader-options.ts';
import {summedCoverage} from '../tls/coverage.ts';
import {type Crew, type CrewOptions, readersOf, together, usualBlock} from './crew.ts';
import {createDelivery} from './delivery.ts';
import {createParseShare, type ParseShare} from './parse-share.ts';

/** A crew with all readers in this thread, one after the other on each block. */
export function createSingle(options: CrewOptions): Crew {
	const delivery = createDelivery(options.sessions);
	const readers: ParseShare[] = readersOf(options).map((reader, index) =>
		createParseShare(reader, batch => delivery.send(batch, taken => readers[index]?.reuse(taken))),
	);
	const size = options.blockBytes ?? usualBlock;
	const free = [0, 1].map(() => Buffer.allocUnsafeSlow(size) as unknown as Bytes);
	const waiting: Array<(bytes: Bytes) => void> = [];

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
			await delivery.room();
		},
		line: async () => readers[0]?.line() ?? 0,
		async snapshot() {
			const snapshots = readers.map(reader => reader.snapshot());
			await delivery.done();
			return together(snapshots);
		},
		async end() {
			const coverages = readers.map(reader => reader.end());
			await delivery.done();
			return summedCoverage(coverages);
		},
		close: () => delivery.stop(),
	};
}
