import {pipeline} from 'node:stream/promises';
import split2 from 'split2';
import {createLineLimit, cutMark, lineLimit} from './line-limit.ts';

/** Takes one line, without its line ending. What it throws ends the run: the store is broken, not the line. */
export type TakeLine = (text: string) => void;

const newline = 10;
const carriageReturn = 13;
const lineFeed = Buffer.from('\n');

/**
 * Feeds bytes to split2, which calls `line` for each line: LF or CRLF, the last one also without an ending, a byte order
 * mark at the start left out. Reading waits while lines are worked on. When `chunks` throws, or `wasCut()` says that it
 * ended before its time, the unfinished last line is marked as cut, so that half a line is never taken for a whole one.
 * Gives what `chunks` threw, or null; throws what `line` threw.
 */
export async function readLines(
	chunks: AsyncIterable<Buffer>,
	line: TakeLine,
	wasCut: () => boolean = () => false,
	limit: number = lineLimit,
): Promise<unknown> {
	let damage: unknown = null;
	async function* whole(): AsyncGenerator<Buffer> {
		let last = newline;
		let cut = false;
		try {
			for await (const chunk of chunks) {
				last = chunk.at(-1) ?? last;
				yield chunk;
			}
			cut = wasCut();
		} catch (error) {
			damage = error;
			cut = true;
		}
		if (cut && last !== newline) yield cutMark;
		// Cut between the two bytes of a line ending: the line is whole.
		else if (last === carriageReturn) yield lineFeed;
	}
	let first = true;
	const splitter = split2((text: string) => {
		if (first) {
			first = false;
			line(text.startsWith('\uFEFF') ? text.slice(1) : text);
		} else line(text);
	});
	// Nothing comes out of it: lines are taken in the mapper, which makes back-pressure exact.
	splitter.resume();
	await pipeline(whole, createLineLimit(limit), splitter);
	return damage;
}
