import type {Io} from '../../cli/io.ts';
import {type Block, readBlocks} from '../../ingest/blocks.ts';
import {BrokenArchive} from '../../ingest/decompress/archive-problem.ts';
import {joinTail} from '../../ingest/sources/fingerprint.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {SourceProblem} from '../../ingest/sources/source-problem.ts';
import type {Bytes} from '../../log/reader-options.ts';
import type {Pipeline} from '../../pipeline/pipeline.ts';

/** A place in a file's text up to which it was read. */
export type ReadUpTo = {
	readonly offset: number;
	/** The text bytes before the offset; null where they are not known. */
	readonly tail: Uint8Array | null;
};

export type ParseFile = {
	readonly source: Source;
	/** Where to go on in a file of which the beginning was read before. */
	readonly resume: ReadUpTo & {readonly lines: number};
	/** A last line without an end is left for later: it is still being written. */
	readonly growing: boolean;
	/** So is one that a signal or the end of a broken archive cut off, which can be read whole another time. */
	readonly resumable: boolean;
};

export type ParseFileOptions = {
	readonly io: Io;
	readonly signal: AbortSignal;
	/** Bytes as stored that were read. */
	readonly onBytes: (count: number) => void;
	/** So far the file was parsed, all whole lines; `bytes` of text since the last call. */
	readonly parsed: (upTo: ReadUpTo, bytes: number) => Promise<void>;
};

export type ParsedFile = ReadUpTo & {
	readonly problem: string | null;
	/** What was not read may be of a log. */
	readonly mayHoldLog: boolean;
	/** It is a corrupt archive: what was parsed last may never have been in it. */
	readonly corrupt: boolean;
	readonly opened: boolean;
	/** Some lines were parsed. */
	readonly brought: boolean;
	/** The text ends with a whole line; of what a plain file that does not is a part nobody knows. */
	readonly endsWhole: boolean;
};

const newline = 10;
/** Longer than any whole line in a block: such a one was cut, and its end in the file is not known. */
const longest = 65_536;

export const beginning: ReadUpTo & {readonly lines: number} = {offset: 0, tail: new Uint8Array(), lines: 0};

/**
 * Hands a file to a pipeline, block by block. What is wrong with the file is a message in `problem`, and what was before the
 * damage was parsed; throws only what the pipeline throws.
 */
export async function parseFile(pipeline: Pipeline, file: ParseFile, options: ParseFileOptions): Promise<ParsedFile> {
	const {source, resume} = file;
	let upTo: ReadUpTo = {offset: resume.offset, tail: resume.tail};
	let opened = false;
	let brought = false;
	let endsWhole = true;
	try {
		const blocks = readBlocks(source, {
			into: () => pipeline.block(),
			stdin: options.io.stdin,
			signal: options.signal,
			onBytes: options.onBytes,
			onWaiting: options.io.warn,
			startAt: resume.offset,
		});
		for await (const block of blocks) {
			opened = true;
			endsWhole = !block.unended;
			const whole = wholeLines(block, file);
			const from = Math.min(block.from, whole.to);
			// A file that brings no line does not end what another one left open.
			if (!brought && from < whole.to) {
				pipeline.open({name: source.name, modified: source.modified, line: resume.lines});
				brought = true;
			}
			const next = {offset: whole.end, tail: tailAt(block, whole, upTo.tail)};
			// From here on the block is the pipeline's.
			await pipeline.parse(block.bytes as Bytes, from, whole.to);
			const bytes = whole.end - upTo.offset;
			upTo = next;
			await options.parsed(upTo, bytes);
		}
		return {problem: null, mayHoldLog: true, corrupt: false, opened, brought, endsWhole, ...upTo};
	} catch (error) {
		if (!(error instanceof SourceProblem)) throw error;
		const {cause} = error;
		const corrupt = cause instanceof BrokenArchive && cause.kind === 'corrupt' && !cause.isSound;
		return {problem: error.message, mayHoldLog: error.mayHoldLog, corrupt, opened, brought, endsWhole, ...upTo};
	}
}

/** The lines of a block that may be parsed: up to where in the block, and up to where in the file's text. */
type WholeLines = {readonly to: number; readonly end: number};

function wholeLines(block: Block, {growing, resumable}: ParseFile): WholeLines {
	const {bytes, to, endOffset: end} = block;
	if (!block.unended) return {to, end};
	// The newline that ends it here is not in the file, nor is the mark of one that was cut.
	const cut = to >= 3 && bytes[to - 2] === 0 && bytes[to - 3] === 0;
	const whole = to < 2 ? 0 : bytes.lastIndexOf(newline, to - 2) + 1;
	const length = to - whole - 1 - (cut ? 2 : 0);
	if (!(growing || (resumable && cut)) || length >= longest) return {to, end};
	return {to: whole, end: end - length};
}

/** The text before the end of a block's lines; lines that were cut because they are too long hide where it is. */
function tailAt(block: Block, {to, end}: WholeLines, before: Uint8Array | null): Uint8Array | null {
	const length = end - block.startOffset;
	if (length === 0) return before;
	const added = block.unended && to === block.to ? 1 : 0;
	if (length !== to - added) return null;
	return joinTail(before ?? new Uint8Array(), block.bytes.subarray(0, length));
}
