import type {Readable} from 'node:stream';
import {contentOf} from '../decompress/sniff.ts';
import {unpack} from '../decompress/unpack.ts';
import {openPlainFile, type PlainFile} from './plain-file.ts';
import {whereNow} from './relocated.ts';
import type {Source} from './source.ts';
import {specialChunks} from './special-file.ts';
import {untilStopped} from './until-stopped.ts';

/** The bytes of a source that are not a log; `why` ends a sentence that begins with the source's name. */
export class NotALog extends Error {
	readonly why: string;
	constructor(why: string) {
		super(why);
		this.why = why;
	}
	/** A log may be in it, in a form that cannot be read; images, programs and databases hold none. */
	get mayHoldLog(): boolean {
		return !/^is (?:a program|an image|a PDF|an SQLite|a DuckDB)/.test(this.why);
	}
}

/** Enough to know any signature by: a pipe may deliver less at first. */
const enough = 262;

async function* joined(
	head: readonly Buffer[],
	rest: AsyncIterator<Buffer>,
	damage: Error | null,
): AsyncGenerator<Buffer> {
	try {
		yield* head;
		if (damage !== null) throw damage;
		for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
	} finally {
		await rest.return?.();
	}
}

/** Looks at the first bytes and unpacks what is packed. Throws `NotALog`. */
async function unpacked(chunks: AsyncGenerator<Buffer>, input: Input, depth = 0): Promise<AsyncGenerator<Buffer>> {
	const head: Buffer[] = [];
	let length = 0;
	let damage: Error | null = null;
	try {
		while (length < enough) {
			const next = await chunks.next();
			if (next.done === true) break;
			head.push(next.value);
			length += next.value.length;
			// A line is there: a live log must not wait for more. Neither of the archive signatures holds a newline early.
			if (next.value.includes(10) && length >= 6) break;
		}
	} catch (error) {
		if (length === 0) throw error;
		damage = error as Error;
	}
	const content = contentOf(Buffer.concat(head));
	if (content.kind === 'refused') {
		await chunks.return(undefined);
		throw new NotALog(content.why);
	}
	const whole = joined(head, chunks, damage);
	if (content.kind === 'text') return whole;
	if (depth === 2) throw new NotALog('is packed more than twice; unpack it first');
	return unpacked(unpack(content.kind, whole, input.signal, input.transient), input, depth + 1);
}

export type Input = {
	readonly stdin: Readable;
	readonly signal: AbortSignal;
	readonly onBytes: (count: number) => void;
	/** Takes a sentence when there is nothing to read yet and reading waits. */
	readonly onWaiting?: ((sentence: string) => void) | undefined;
	/** Pieces of text are transient: one may be gone when the next is read. */
	readonly transient?: boolean;
};

/** Bytes of a file taken at once. */
const chunkSize = 262_144;

async function* fileChunks(file: PlainFile, signal: AbortSignal): AsyncGenerator<Buffer> {
	try {
		while (!signal.aborted) {
			const chunk = Buffer.allocUnsafe(chunkSize);
			const length = await file.read(chunk, 0, chunkSize);
			if (length === 0) return;
			yield chunk.subarray(0, length);
		}
	} finally {
		await file.close();
	}
}

async function storedBytes(source: Source, {stdin, signal}: Input): Promise<AsyncGenerator<Buffer>> {
	if (source.output !== undefined) return source.output(signal);
	if (source.path === null) return untilStopped(stdin, signal);
	const path = await whereNow({...source, path: source.path});
	const file = await openPlainFile(path, signal);
	return file === null ? specialChunks(path, signal) : fileChunks(file, signal);
}

/** Time without a byte after which it is said that reading waits, ms. */
const silenceMs = 1000;

/** A named file that gives nothing looks like a program that hangs. Of standard input everybody knows it. */
function sayWaiting({name, path}: Source, {onWaiting, signal}: Input): NodeJS.Timeout | undefined {
	if (path === null || onWaiting === undefined) return undefined;
	const say = (): void => {
		if (!signal.aborted) onWaiting(`${name}: nothing to read yet; waiting for a program that writes into it`);
	};
	return setTimeout(say, silenceMs);
}

/** The text bytes of a source, unpacked; ends early on the signal. Throws the system's error, `Shrunk` or `NotALog`. */
export async function openSource(source: Source, input: Input): Promise<AsyncGenerator<Buffer>> {
	const stored = await storedBytes(source, input);
	async function* counted(): AsyncGenerator<Buffer> {
		const waiting = sayWaiting(source, input);
		try {
			for await (const chunk of stored) {
				clearTimeout(waiting);
				input.onBytes(chunk.length);
				yield chunk;
			}
		} finally {
			clearTimeout(waiting);
		}
	}
	return unpacked(counted(), input);
}
