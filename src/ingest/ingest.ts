import type {Readable} from 'node:stream';
import {follow} from './follow.ts';
import {readLines, type TakeLines} from './live.ts';
import type {Unreadable} from './sources/expand.ts';
import {openSource} from './sources/open.ts';
import type {Source} from './sources/source.ts';
import {explainSource, SourceProblem} from './sources/source-problem.ts';

/*
 * In: what the user names: files, folders, patterns, archives, pipes. Out: blocks of whole lines, each ended by a newline, by way of
 * `blocks.ts` (files) or `live.ts` (what streams in). This folder must not know what a line says.
 */

export type IngestOptions = {
	/** A source begins; the lines that follow are its lines. */
	readonly open: (source: Source) => void;
	readonly lines: TakeLines;
	readonly stdin: Readable;
	/** Ends reading; what was read stays. */
	readonly signal: AbortSignal;
	/** Takes a sentence when there is nothing to read yet and reading waits. */
	readonly onWaiting?: (sentence: string) => void;
	/** Bytes read so far, as stored. */
	readonly onProgress?: (bytes: number, source: Source) => void;
};

export type Ingested = {
	/** One sentence for each source that could not be read, or not to its end. */
	readonly problems: string[];
	/** The same with their names, of those that may hold a log. */
	readonly unread: readonly Unreadable[];
	/** Sources of which at least the beginning was read. */
	readonly opened: number;
	readonly bytes: number;
};

/**
 * Reads sources one after another, as their lines come, in bounded memory. A source that fails is a sentence in `problems`, and
 * the next one is read. Throws only what `lines` and `open` throw.
 */
export async function ingest(sources: readonly Source[], options: IngestOptions): Promise<Ingested> {
	const problems: string[] = [];
	const unread: Unreadable[] = [];
	const failed = (source: Source, error: unknown, opened: boolean): void => {
		const {message: problem, mayHoldLog} = new SourceProblem(source, error, opened);
		problems.push(problem);
		if (mayHoldLog) unread.push({name: source.name, problem});
	};
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
			const {stdin, signal, onWaiting} = options;
			chunks = await openSource(source, {stdin, signal, onBytes, onWaiting});
		} catch (error) {
			failed(source, error, false);
			continue;
		}
		opened += 1;
		options.open(source);
		const damage = await readLines(chunks, options.lines, () => options.signal.aborted);
		if (damage !== null) failed(source, damage, true);
	}
	return {problems, unread, opened, bytes};
}

export type FollowedOptions = Pick<IngestOptions, 'open' | 'lines' | 'signal'> & {
	/** So many bytes more were read. */
	readonly onBytes: (count: number) => void;
	/** All that there is was read. */
	readonly onCaughtUp?: (() => void) | undefined;
	readonly onRotation?: (() => void) | undefined;
};

/** Reads one file as it grows, through rotations, until the signal; see `follow`. Throws only what `lines` and `open` throw. */
export async function ingestFollowed(
	source: Source & {readonly path: string},
	{open, lines, signal, onBytes, onCaughtUp, onRotation}: FollowedOptions,
): Promise<Ingested> {
	let opened = 0;
	let bytes = 0;
	const chunks = follow(source.path, {
		signal,
		...(onCaughtUp === undefined ? {} : {onCaughtUp}),
		...(onRotation === undefined ? {} : {onRotation}),
		onBytes(count) {
			bytes += count;
			onBytes(count);
		},
	});
	// The file is opened with the first piece.
	const take: TakeLines = (bytes, from, to) => {
		if (opened === 0) open(source);
		opened = 1;
		lines(bytes, from, to);
	};
	const damage = await readLines(chunks, take, () => signal.aborted);
	// What it says is of this moment: a file that is followed goes on.
	return {problems: damage === null ? [] : [explainSource(source, damage)], unread: [], opened, bytes};
}
