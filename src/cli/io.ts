import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import {open} from 'node:fs/promises';
import type {Readable, Writable} from 'node:stream';
import type {Page} from '../report/text/layout.ts';
import {errorLine, unwritable} from './exit.ts';
import {pageOf} from './page.ts';

/** The outside of a command: where it reads, where data and warnings go. */
export type Io = {
	readonly stdin: Readable & {readonly isTTY?: boolean};
	/** Standard input is a terminal or a device such as /dev/null: no log comes from there. */
	readonly inputIsDevice: boolean;
	/** Data; waits when the reader is slow. */
	readonly write: (text: string) => Promise<void>;
	/** A problem or a warning: one line on standard error. */
	readonly complain: (sentence: string) => void;
	/** The same, but only where `--quiet` is not set. */
	readonly warn: (sentence: string) => void;
	/** The same, but only with `--verbose`. */
	readonly detail: (sentence: string) => void;
	readonly colour: boolean;
	/** How wide data may be, and whether some of it may be cut. */
	readonly page: Page;
	/** Standard error, where it is a terminal on which something may move; else null. */
	readonly terminal: Writable | null;
};

/** Writes with back-pressure: waits for the stream to drain when it is full. */
async function writeTo(stream: Writable, text: string): Promise<void> {
	if (text !== '' && !stream.write(text)) await once(stream, 'drain');
}

function isDevice(descriptor: number): boolean {
	try {
		return fstatSync(descriptor).isCharacterDevice();
	} catch {
		// It is closed.
		return true;
	}
}

/** The process's own streams. */
export function createIo(options: {readonly quiet?: boolean; readonly verbose?: boolean; readonly color: boolean}): Io {
	const {stdin, stdout, stderr, env} = process;
	const complain = (sentence: string): void => {
		stderr.write(errorLine(sentence));
	};
	const nothing = (): void => undefined;
	const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
	const refused = !options.color || env.FORCE_COLOR === '0' || env.TERM === 'dumb';
	return {
		stdin,
		inputIsDevice: isDevice(0),
		write: text => writeTo(stdout, text),
		complain,
		warn: options.quiet ? nothing : complain,
		detail: options.verbose ? complain : nothing,
		terminal: stderr.isTTY && !options.quiet && env.TERM !== 'dumb' ? stderr : null,
		page: pageOf(stdout, env),
		colour: !refused && (forced || stdout.isTTY === true),
	};
}

/**
 * Writes a file where nothing is yet, or where `overwrite` lets go what is there; for its owner only, unless `mode` says otherwise.
 * Throws one sentence.
 */
export async function writeNew(path: string, text: string, overwrite: boolean, mode = 0o600): Promise<void> {
	try {
		const file = await open(path, overwrite ? 'w' : 'wx', mode);
		try {
			// What was there would keep its mode, and what is new has that of the umask.
			if ((await file.stat()).isFile()) await file.chmod(mode);
			await file.writeFile(text);
		} finally {
			await file.close();
		}
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		const there = `${path}: is there already, and may be in use; name another file, or give --overwrite`;
		throw new Error(code === 'EEXIST' ? there : unwritable(path, error), {cause: error});
	}
}
