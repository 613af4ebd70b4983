import type {Readable} from 'node:stream';
import {readLines, type TakeLine} from './live.ts';
import {openSource} from './open.ts';
import type {Source} from './source.ts';
import {explainSource} from './source-problem.ts';

export type IngestOptions = {
	/** A source begins; the lines that follow are its lines. */
	readonly open: (source: Source) => void;
	readonly line: TakeLine;
	readonly stdin: Readable;
	/** Ends reading; what was read stays. */
	readonly signal: AbortSignal;
	/** Bytes read so far, as stored. */
	readonly onProgress?: (bytes: number, source: Source) => void;
};

export type Ingested = {
	/** One sentence for each source that could not be read, or not to its end. */
	readonly problems: string[];
	/** Sources of which at least the beginning was read. */
	readonly opened: number;
	readonly bytes: number;
};

/**
 * Reads sources one after another, line by line, in bounded memory. A source that fails is a sentence in `problems`, and
 * the next one is read. Throws only what `line` and `open` throw.
 */
export async function ingest(sources: readonly Source[], options: IngestOptions): Promise<Ingested> {
	const problems: string[] = [];
	let opened = 0;
	let bytes = 0;
	for (const source of sources) {
		if (options.signal.aborted) break;
		const onBytes = (count: number): void => {
			bytes += count;
			options.onProgress?.(bytes, source);
		};
		let chunks: AsyncGenerator<Buffer>;
		try {
			chunks = await openSource(source, {stdin: options.stdin, signal: options.signal, onBytes});
		} catch (error) {
			problems.push(explainSource(source, error));
			continue;
		}
		opened += 1;
		options.open(source);
		const damage = await readLines(chunks, options.line, () => options.signal.aborted);
		if (damage !== null) problems.push(explainSource(source, damage));
	}
	return {problems, opened, bytes};
}
