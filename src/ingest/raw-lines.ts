import {createReadStream} from 'node:fs';
import {PassThrough} from 'node:stream';
import {contentOf} from './decompress/sniff.ts';
import {openSource} from './sources/open.ts';
import {openReading} from './sources/special-file.ts';

/** Lines of a source as their bytes, without what ends them, counted from 1. `from` is the number of the first one given. */
export type Found = {readonly from: number; readonly lines: Buffer[]};

/** The most recent lines of a stream that cannot be read again, in bounded memory. */
export type LineRing = {
	/** The next lines between two positions, each ended by a newline. */
	readonly add: (bytes: Buffer, from: number, to: number) => void;
	/** Lines `first` to `last`, as far as they are still held; null when the first of them is not. */
	readonly get: (first: number, last: number) => Found | null;
};

type Block = {readonly bytes: Buffer; used: number; readonly firstLine: number};

const blockSize = 1 << 20;
const newline = 10;

const carriageReturn = 13;

/** The lines of a piece of text; what is behind the last line break is one if it is not empty. */
function linesOf(bytes: Buffer): Buffer[] {
	const lines: Buffer[] = [];
	for (let at = 0; at < bytes.length; ) {
		const next = bytes.indexOf(newline, at);
		const end = next === -1 ? bytes.length : next;
		lines.push(bytes.subarray(at, end > at && bytes[end - 1] === carriageReturn ? end - 1 : end));
		at = end + 1;
	}
	return lines;
}

/** Holds at least the last `size` bytes of lines and at most 1 MiB more, in blocks that are filled again and again. */
export function createLineRing(size: number): LineRing {
	const most = Math.max(2, Math.ceil(size / blockSize) + 1);
	const blocks: Block[] = [];
	let count = 0;

	function room(need: number): Block {
		const last = blocks.at(-1);
		if (last !== undefined && last.used + need <= blockSize) return last;
		const bytes = blocks.length >= most ? (blocks.shift()?.bytes ?? Buffer.alloc(blockSize)) : Buffer.alloc(blockSize);
		const block = {bytes, used: 0, firstLine: count + 1};
		blocks.push(block);
		return block;
	}

	return {
		add(bytes, from, to) {
			let at = from;
			while (at < to) {
				const end = bytes.indexOf(newline, at) + 1;
				const block = room(end - at);
				block.used += bytes.copy(block.bytes, block.used, at, end);
				count += 1;
				at = end;
			}
		},
		get(first, last) {
			const oldest = blocks[0]?.firstLine;
			if (oldest === undefined || first < oldest || first > count) return null;
			const lines: Buffer[] = [];
			blocks.forEach((block, index) => {
				const end = blocks[index + 1]?.firstLine ?? count + 1;
				if (end <= first || block.firstLine > last) return;
				// Blocks are filled again: what is given out is a copy.
				const all = linesOf(Buffer.from(block.bytes.subarray(0, block.used)));
				lines.push(...all.slice(Math.max(0, first - block.firstLine), Math.min(end, last + 1) - block.firstLine));
			});
			return {from: first, lines};
		},
	};
}

/**
 * Places in a file from which lines can be counted without reading all before them. They are noted when lines are looked up, not
 * when a log is read: reading stays as fast as it is.
 */
export type LineIndex = Map<string, Array<{readonly line: number; readonly offset: number}>>;

/** A place is noted after so many bytes. */
const noteEvery = 1 << 22;
const mostPlaces = 4096;

/** Bytes by which a packed file is known. */
const headBytes = 262;

async function isPacked(path: string): Promise<boolean> {
	const file = await openReading(path);
	try {
		if (!(await file.stat()).isFile()) throw new Error('it is no regular file');
		const head = Buffer.alloc(headBytes);
		const {bytesRead} = await file.read(head, 0, headBytes, 0);
		const {kind} = contentOf(head.subarray(0, bytesRead));
		return kind !== 'text' && kind !== 'refused';
	} finally {
		await file.close();
	}
}

/**
 * Reads lines `first` to `last` of a file again, plain or packed; fewer when the file ends before. A plain file is read from
 * the nearest place known from earlier. Throws the system's error.
 */
export async function readLinesAgain(path: string, first: number, last: number, index: LineIndex): Promise<Found> {
	const packed = await isPacked(path);
	const places = packed ? [] : (index.get(path) ?? []);
	const start = places.findLast(({line}) => line <= first) ?? {line: 1, offset: 0};
	const stop = new AbortController();
	const chunks: AsyncIterable<Buffer> = packed
		? await openSource(
				{name: path, path, modified: null, size: null},
				{stdin: new PassThrough(), signal: stop.signal, onBytes: () => undefined},
			)
		: createReadStream(path, {start: start.offset, highWaterMark: 1 << 18});
	let line = start.line;
	let offset = start.offset;
	let noted = places.at(-1)?.offset ?? 0;
	const wanted: Buffer[] = [];
	for await (const chunk of chunks) {
		let from = 0;
		for (;;) {
			const at = chunk.indexOf(newline, from);
			const end = at === -1 ? chunk.length : at + 1;
			if (line >= first && line <= last) wanted.push(chunk.subarray(from, end));
			from = end;
			if (at === -1) break;
			line += 1;
			if (!packed && offset + from >= noted + noteEvery && places.length < mostPlaces) {
				noted = offset + from;
				places.push({line, offset: noted});
			}
			if (line > last) break;
		}
		offset += chunk.length;
		if (line > last) break;
	}
	if (!packed) index.set(path, places);
	return {from: first, lines: linesOf(Buffer.concat(wanted))};
}
