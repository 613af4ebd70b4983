import {createReadStream} from 'node:fs';
import type {Readable} from 'node:stream';
import {explainArchive} from '../decompress/archive-problem.ts';
import {contentOf} from '../decompress/sniff.ts';
import {unpack} from '../decompress/unpack.ts';
import {unreadable} from '../sources/problem.ts';
import {type ConfigSource, largestFile} from './config-source.ts';
import {configTarball} from './config-tarball.ts';

/** A text (output of postconf or doveconf, or a file of configuration), or a directory from a tarball. */
export type ConfigInput =
	| {readonly kind: 'text'; readonly text: string}
	| {readonly kind: 'source'; readonly source: ConfigSource};

/** No tarball of configuration and no output is larger, unpacked. */
const mostBytes = 268_435_456;

async function* counted(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
	let total = 0;
	for await (const chunk of chunks) {
		const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
		total += bytes.length;
		if (total > mostBytes)
			throw new Error(`is larger than ${mostBytes / 1_048_576} MiB unpacked, too large for configuration`);
		yield bytes;
	}
}

/** The first block, and everything from the beginning. */
async function begun(chunks: AsyncGenerator<Buffer>): Promise<readonly [Buffer, AsyncGenerator<Buffer>]> {
	const pieces: Buffer[] = [];
	let length = 0;
	while (length < 1024) {
		const {done, value} = await chunks.next();
		if (done === true) break;
		pieces.push(value);
		length += value.length;
	}
	const first = Buffer.concat(pieces);
	const all = async function* (): AsyncGenerator<Buffer> {
		if (first.length > 0) yield first;
		yield* chunks;
	};
	return [first, all()];
}

function isTar(block: Buffer): boolean {
	return block.length >= 512 && block.toString('latin1', 257, 262) === 'ustar';
}

async function contents(chunks: AsyncGenerator<Buffer>, name: string): Promise<ConfigInput> {
	const [first, all] = await begun(chunks);
	if (isTar(first)) {
		const source = await configTarball(all, name);
		if (source === null) throw new Error('holds no main.cf and no dovecot.conf; pack /etc/postfix into it');
		return {kind: 'source', source};
	}
	const content = contentOf(first);
	if (content.kind === 'refused') throw new Error(content.why.replace(/not a log.*$/, 'not configuration'));
	if (content.kind !== 'text') {
		const {signal} = new AbortController();
		return contents(counted(unpack(content.kind, all, signal)), name);
	}
	const pieces: Buffer[] = [];
	let length = 0;
	for await (const piece of all) {
		length += piece.length;
		if (length > largestFile)
			throw new Error(`is larger than ${largestFile / 1_048_576} MiB, too large for configuration`);
		pieces.push(piece);
	}
	return {kind: 'text', text: Buffer.concat(pieces).toString('utf8')};
}

/**
 * Reads a file, or standard input (`path` null): a tarball, packed or not, or text; recognized by its content, not its name.
 * Throws an `Error` whose message is one sentence for the user.
 */
export async function configFile(path: string | null, stdin: Readable): Promise<ConfigInput> {
	const name = path ?? 'standard input';
	try {
		return await contents(counted(path === null ? stdin : createReadStream(path)), name);
	} catch (error) {
		const archive = explainArchive(error);
		if (archive !== undefined) throw new Error(`${name}: ${archive}`, {cause: error});
		const {code, message} = error as NodeJS.ErrnoException;
		throw new Error(code === undefined ? `${name} ${message}` : unreadable(name, error), {cause: error});
	}
}
