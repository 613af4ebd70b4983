import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {type MessagePort, receiveMessageOnPort, Worker} from 'node:worker_threads';

export type Ended = {readonly status: number | null; readonly out: string; readonly err: string};
type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of a program under test: one zone and no colours. */
export const plainEnvironment: Environment = {
	...process.env,
	TZ: 'UTC',
	NO_COLOR: '1',
	FORCE_COLOR: undefined,
	NODE_V8_COVERAGE: undefined,
	NODE_DISABLE_COMPILE_CACHE: '1',
};

/**
 * Gives a function that runs `bin/tlsaudit.js` with words and an input and waits for its end. All runs of a test file share
 * one process, which takes them one after the other: most of a short run is the start of Node and of DuckDB. Tests of
 * signals, terminals, closed pipes and kills start a process of their own.
 */
export function programIn(
	cwd: string,
): (words: readonly string[], input?: string | Buffer, env?: Environment) => Ended {
	const signal = new Int32Array(new SharedArrayBuffer(4));
	let worker: Worker | undefined;
	let port: MessagePort | undefined;
	return (words, input = '', env = {}) => {
		if (port === undefined) {
			const channel = new MessageChannel();
			port = channel.port1 as unknown as MessagePort;
			const {port2} = channel;
			worker = new Worker(new URL('program-process.mjs', import.meta.url), {
				workerData: {signal, port: port2, cwd},
				transferList: [port2 as unknown as MessagePort],
				execArgv: [],
			});
			worker.unref();
			port.unref();
		}
		Atomics.store(signal, 0, 0);
		port.postMessage({words, input, env: {...plainEnvironment, ...env}});
		Atomics.wait(signal, 0, 0);
		return receiveMessageOnPort(port)?.message as Ended;
	};
}

const bin = fileURLToPath(new URL('../bin/tlsaudit.js', import.meta.url));

/** A process of the program, what it has said so far, and how it ends. */
export type Running = {
	readonly child: ChildProcess;
	readonly out: () => string;
	readonly err: () => string;
	readonly ended: Promise<[number | null, string | null]>;
};

/** Starts a process of its own. */
export function startIn(cwd: string, words: readonly string[]): Running {
	const child = spawn(process.execPath, [bin, ...words], {
		cwd,
		env: plainEnvironment,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let [out, err] = ['', ''];
	child.stdin?.on('error', () => undefined);
	child.stdout?.on('data', chunk => {
		out += chunk;
	});
	child.stderr?.on('data', chunk => {
		err += chunk;
	});
	return {child, out: () => out, err: () => err, ended: once(child, 'close') as Running['ended']};
}
