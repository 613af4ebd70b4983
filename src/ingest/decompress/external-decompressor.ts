import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {BrokenArchive, MissingProgram, type PackedFormat} from './archive-problem.ts';
import {createFeed, type Feed} from './feed.ts';

/** What unpacks each format from its standard input, and the Debian package it comes in. */
const programs: Readonly<Record<PackedFormat, readonly [program: string, debianPackage: string]>> = {
	gzip: ['gzip', 'gzip'],
	zstd: ['zstd', 'zstd'],
	xz: ['xz', 'xz-utils'],
	bzip2: ['bzip2', 'bzip2'],
};

/** Their words for a file that ends too early; `LC_ALL=C` keeps them English. */
const endsEarly = /unexpected end|ends unexpectedly|premature end|unexpected EOF|truncated/i;

/** Options that the user's environment would add could turn text into something else. */
function cleanEnvironment(): NodeJS.ProcessEnv {
	const {XZ_OPT, XZ_DEFAULTS, BZIP, BZIP2, GZIP, ZSTD_CLEVEL, ...rest} = process.env;
	return {...rest, LC_ALL: 'C'};
}

function start(program: string): ChildProcess {
	return spawn(program, ['-dc'], {
		stdio: ['pipe', 'pipe', 'pipe'],
		env: cleanEnvironment(),
		// Out of the terminal's group: Ctrl-C is for us. When we die, it finds its input closed and ends.
		detached: true,
	});
}

/** Hands over the packed bytes until the program has ended; gives how many it took. */
async function feedProgram(child: ChildProcess, feed: Feed, ended: Promise<unknown>): Promise<number> {
	const {stdin} = child;
	let stored = 0;
	if (stdin === null) return stored;
	stdin.on('error', () => undefined);
	while (stdin.writable) {
		const piece = await feed.next();
		if (piece === null) break;
		stored += piece.length;
		if (!stdin.write(piece)) await Promise.race([once(stdin, 'drain').catch(() => undefined), ended]);
	}
	stdin.end();
	return stored;
}

/**
 * Unpacks with the system's program, which gets the bytes on its standard input and never a file's name. The program is
 * ended when the text is left early, and has always ended when this has.
 */
export async function* throughExternal(
	format: PackedFormat,
	chunks: AsyncGenerator<Buffer>,
	signal: AbortSignal,
): AsyncGenerator<Buffer> {
	const [program, debianPackage] = programs[format];
	const feed = createFeed(chunks);
	const child = start(program);
	let startFailure: NodeJS.ErrnoException | null = null;
	child.on('error', error => {
		startFailure = error;
	});
	const ended = new Promise<number | null>(resolve => child.on('close', resolve));
	let said = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		said = (said + text).slice(0, 1000);
	});
	const feeding = feedProgram(child, feed, ended);
	let text = 0;
	try {
		for await (const piece of child.stdout ?? []) {
			text += (piece as Buffer).length;
			yield piece as Buffer;
		}
		const status = await ended;
		if (startFailure !== null) {
			const {code} = startFailure as NodeJS.ErrnoException;
			throw code === 'ENOENT' ? new MissingProgram(format, program, debianPackage) : startFailure;
		}
		const stored = await feeding;
		if (feed.damage() !== null) throw feed.damage();
		if (status === 0 || signal.aborted) return;
		throw new BrokenArchive(format, endsEarly.test(said) ? 'short' : 'corrupt', stored, text);
	} finally {
		child.stdin?.destroy();
		child.stdout?.destroy();
		child.kill('SIGKILL');
		await ended;
		await feed.close();
	}
}
