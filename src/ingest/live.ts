import {finished} from 'node:stream/promises';
import split2 from 'split2';
import {createLineLimit, cutMark} from './line-limit.ts';

/** Takes one line, without its line ending. Must not throw. */
export type TakeLine = (text: string) => void;

const newline = 10;

/**
 * Feeds bytes to split2, which calls `line` for each line: LF or CRLF, the last one also without an ending, a byte order
 * mark at the start left out. Reading waits while lines are worked on. When `chunks` throws, or `wasCut()` says that it
 * ended before its time, the unfinished last line is marked as cut, so that half a line is never taken for a whole one.
 */
export async function readLines(
	chunks: AsyncIterable<Buffer>,
	line: TakeLine,
	wasCut: () => boolean = () => false,
): Promise<void> {
	let first = true;
	const limiter = createLineLimit();
	const splitter = split2((text: string) => {
		if (first) {
			first = false;
			line(text.startsWith('\uFEFF') ? text.slice(1) : text);
		} else line(text);
	});
	limiter.pipe(splitter).resume();
	let last = newline;
	const end = async (cut: boolean): Promise<void> => {
		if (cut && last !== newline) limiter.write(cutMark);
		limiter.end();
		await finished(splitter);
	};
	try {
		for await (const chunk of chunks) {
			if (chunk.length === 0) continue;
			last = chunk.at(-1) ?? newline;
			if (!limiter.write(chunk)) await new Promise(resolve => limiter.once('drain', resolve));
		}
	} catch (error) {
		await end(true);
		throw error;
	}
	await end(wasCut());
}
