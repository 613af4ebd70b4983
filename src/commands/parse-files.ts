import type {Crew} from '../batch/crew.ts';
import {readBlocks} from '../ingest/blocks.ts';
import type {Source} from '../ingest/source.ts';
import {SourceProblem} from '../ingest/source-problem.ts';
import type {Bytes} from '../log/reader-options.ts';
import type {Io} from './io.ts';

/** Where to go on in a file of which the beginning was read before. */
export type Resume = {readonly offset: number; readonly lines: number};

export type ParseFile = {
	readonly source: Source;
	readonly resume: Resume;
	/** A last line without an end is left for later: it is still being written. */
	readonly growing: boolean;
};

export type ParseFileOptions = {
	readonly io: Io;
	readonly signal: AbortSignal;
	/** Bytes as stored that were read. */
	readonly onBytes: (count: number) => void;
	/** So far the file was parsed, all whole lines; `bytes` of text since the last call. */
	readonly parsed: (offset: number, bytes: number) => Promise<void>;
};

export type ParsedFile = {readonly problem: string | null; readonly opened: boolean; readonly offset: number};

const newline = 10;

/**
 * Hands a file to a crew, block by block. What is wrong with the file is a sentence in `problem`, and what stood before the
 * damage was parsed; throws only what the crew throws.
 */
export async function parseFile(crew: Crew, file: ParseFile, options: ParseFileOptions): Promise<ParsedFile> {
	const {source, resume, growing} = file;
	let offset = resume.offset;
	let opened = false;
	try {
		const blocks = readBlocks(source, {
			into: () => crew.block(),
			stdin: options.io.stdin,
			signal: options.signal,
			onBytes: options.onBytes,
			startAt: resume.offset,
		});
		for await (const block of blocks) {
			if (!opened) crew.open({name: source.name, modified: source.modified, line: resume.lines});
			opened = true;
			let {to} = block;
			let end = block.endOffset;
			if (block.unended && growing) {
				// The newline that ends it here is not in the file.
				const whole = to < 2 ? 0 : block.bytes.lastIndexOf(newline, to - 2) + 1;
				end -= to - whole - 1;
				to = whole;
			}
			await crew.parse(block.bytes as Bytes, Math.min(block.from, to), to);
			const bytes = end - offset;
			offset = end;
			await options.parsed(offset, bytes);
		}
		return {problem: null, opened, offset};
	} catch (error) {
		if (error instanceof SourceProblem) return {problem: error.message, opened, offset};
		throw error;
	}
}
