/** `tlsaudit import` as a process of its own, so that it can be killed. */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';

export const bin = process.env.TLSAUDIT_BIN ?? fileURLToPath(new URL('../../bin/tlsaudit.js', import.meta.url));

export type Ended = {
	readonly status: number | null;
	readonly ended: NodeJS.Signals | null;
	readonly said: string;
	readonly out: string;
	readonly seconds: number;
};

/** Runs tlsaudit; with `kill` it gets that signal after so many ms. */
export async function tlsaudit(
	words: readonly string[],
	kill: {readonly ms: number; readonly signal: NodeJS.Signals} | null = null,
): Promise<Ended> {
	const begun = performance.now();
	const env = {...process.env, TZ: 'UTC', NO_COLOR: '1', NODE_V8_COVERAGE: undefined};
	const child = spawn(process.execPath, [bin, ...words], {stdio: ['ignore', 'pipe', 'pipe'], env});
	const timer = kill === null ? undefined : setTimeout(() => child.kill(kill.signal), kill.ms);
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
