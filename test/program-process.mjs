/**
 * Two parts of `program.ts`. The worker owns a process and passes on what it is asked, while the thread of the tests waits.
 * The process runs the program as often as it is asked.
 */
import {fork} from 'node:child_process';
import {Readable, Writable} from 'node:stream';
import {fileURLToPath} from 'node:url';
import {isMainThread, workerData} from 'node:worker_threads';

const program = new URL('../bin/tlsaudit.js', import.meta.url).href;

function ownProcess() {
	const {signal, port, cwd} = workerData;
	let child;
	const answer = message => {
		port.postMessage(message);
		Atomics.store(signal, 0, 1);
		Atomics.notify(signal, 0);
	};
	const start = () => {
		const made = fork(fileURLToPath(import.meta.url), {
			cwd,
			execArgv: [],
			serialization: 'advanced',
			stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
		});
		made.on('message', answer);
		made.on('exit', status => {
			if (child === made) child = undefined;
			answer({status, out: '', err: 'the process of the program ended'});
		});
		return made;
	};
	port.on('message', message => {
		child ??= start();
		child.send(message);
	});
}

/** Keeps what is written to a stream of the process; gives the text. */
function collect(name) {
	const pieces = [];
	const value = new Writable({
		write(piece, _encoding, done) {
			pieces.push(piece);
			done();
		},
	});
	Object.defineProperty(process, name, {configurable: true, value});
	return () => Buffer.concat(pieces).toString();
}

let runs = 0;

async function run({words, input, env}) {
	for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
	for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
	process.argv = [process.execPath, fileURLToPath(program), ...words];
	process.exitCode = undefined;
	Object.defineProperty(process, 'stdin', {
		configurable: true,
		value: Readable.from(input.length === 0 ? [] : [Buffer.from(input)], {objectMode: false}),
	});
	const [out, err] = [collect('stdout'), collect('stderr')];
	const before = new Map(process.eventNames().map(event => [event, process.listeners(event)]));
	runs += 1;
	// The program is evaluated anew, what it loads is there already.
	await import(`${program}?${runs}`);
	const status = process.exitCode ?? 0;
	process.exitCode = undefined;
	for (const event of process.eventNames())
		for (const listener of process.listeners(event))
			if (!before.get(event)?.includes(listener)) process.off(event, listener);
	process.send({status, out: out(), err: err()});
}

if (isMainThread) process.on('message', run);
else ownProcess();
