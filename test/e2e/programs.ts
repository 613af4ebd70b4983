import {execFile, spawn} from 'node:child_process';
import {setTimeout as after} from 'node:timers/promises';

export type Ran = {readonly status: number; readonly out: string; readonly said: string};

/** Runs a program to its end; the servers inside the tests' own process go on meanwhile. Kills it after `limit` ms. */
export function run(program: string, words: readonly string[], input = '', limit = 60_000): Promise<Ran> {
	return new Promise((resolve, reject) => {
		const child = execFile(
			program,
			[...words],
			{encoding: 'utf8', maxBuffer: 1 << 28, timeout: limit},
			(error, out, said) => {
				if (error && typeof error.code !== 'number')
					reject(new Error(`${program} ${words.join(' ')}: ${error.message}`));
				else resolve({status: typeof error?.code === 'number' ? error.code : 0, out, said});
			},
		);
		// A program may end without reading what it was given.
		child.stdin?.on('error', () => {});
		child.stdin?.end(input);
	});
}

/** Like `run`, for programs that must succeed; gives what they wrote. */
export async function must(program: string, words: readonly string[], input = ''): Promise<string> {
	const {status, out, said} = await run(program, words, input);
	if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${(said + out).slice(-2000)}`);
	return out;
}

export type Daemon = {readonly pid: number; end(): Promise<void>};

/** Starts a server that stays in the foreground; `end` asks it to stop and waits until it has. */
export function startDaemon(program: string, words: readonly string[]): Daemon {
	const child = spawn(program, [...words], {stdio: ['ignore', 'ignore', 'pipe']});
	let said = '';
	child.stderr.on('data', (text: Buffer) => {
		said += text.toString();
	});
	const ended = new Promise<number | null>(resolve => {
		child.on('error', () => resolve(-1));
		child.on('exit', resolve);
	});
	return {
		pid: child.pid ?? -1,
		async end() {
			child.kill('SIGTERM');
			const status = await Promise.race([ended, after(10_000, 'late' as const)]);
			if (status === 'late') child.kill('SIGKILL');
			if (status !== 0 && status !== null) throw new Error(`${program} ended with ${status}: ${said}`);
		},
	};
}

/** Asks every 50 ms until `test` holds; throws with `what` after `limit` ms. */
export async function until(what: string, test: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
	const end = Date.now() + limit;
	while (!(await test())) {
		if (Date.now() > end) throw new Error(`waited ${limit / 1000} s in vain: ${what}`);
		await after(50);
	}
}
