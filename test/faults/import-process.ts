/** `tlsaudit import` as a process of its own, so that it can be killed. */
import {spawn} from 'node:child_process';
import {statSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

export const bin = process.env.TLSAUDIT_BIN ?? fileURLToPath(new URL('../../bin/tlsaudit.js', import.meta.url));

export type Ended = {
	readonly status: number | null;
	readonly ended: NodeJS.Signals | null;
	readonly said: string;
	readonly out: string;
	readonly seconds: number;
};

/** When a process gets a signal: after so many ms, counted from when the file `growth` has grown once, if it names one. */
type Kill = {readonly ms: number; readonly signal: NodeJS.Signals; readonly growth?: string};

const sizeOf = (file: string): number => statSync(file, {throwIfNoEntry: false})?.size ?? 0;

/**
 * Calls back once the file has grown by more than a new write-ahead log has, whatever a former run left in it; stops looking
 * when `stop` is called.
 */
function whenGrown(file: string, then: () => void): {readonly stop: () => void} {
	let least = sizeOf(file);
	const looking = setInterval(() => {
		const size = sizeOf(file);
		least = Math.min(least, size);
		if (size - least < 10_000) return;
		clearInterval(looking);
		then();
	}, 1);
	return {stop: () => clearInterval(looking)};
}

/** Runs tlsaudit; with `kill` it gets that signal then. */
export async function tlsaudit(words: readonly string[], kill: Kill | null = null): Promise<Ended> {
	const begun = performance.now();
	const env = {...process.env, TZ: 'UTC', NO_COLOR: '1', NODE_V8_COVERAGE: undefined};
	const child = spawn(process.execPath, [bin, ...words], {stdio: ['ignore', 'pipe', 'pipe'], env});
	let timer: NodeJS.Timeout | undefined;
	const arm = (): void => {
		if (kill !== null) timer = setTimeout(() => child.kill(kill.signal), kill.ms);
	};
	const watched = kill?.growth === undefined ? null : whenGrown(kill.growth, arm);
	if (watched === null) arm();
	let said = '';
	let out = '';
	child.stderr.on('data', (text: Buffer) => {
		said += text.toString();
	});
	child.stdout.on('data', (text: Buffer) => {
		out += text.toString();
	});
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (status, ended) => {
			clearTimeout(timer);
			watched?.stop();
			resolve({status, ended, said, out, seconds: (performance.now() - begun) / 1000});
		});
	});
}

export const importUntil = (words: readonly string[], kill: Parameters<typeof tlsaudit>[1]): Promise<Ended> =>
	tlsaudit(['import', ...words], kill);

/** The JSON report of a database. */
export async function report(db: string): Promise<string> {
	return (await tlsaudit(['report', '--db', db, '--format', 'json'])).out;
}
