/** Runs a command as a child and says what it cost. */
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export type Measurement = {
	/** Seconds from start to exit. */
	readonly wall: number;
	/** Seconds of user and system time of the command and of the children it waited for. */
	readonly cpu: number;
	/** The largest resident set of a single process, in bytes. */
	readonly peak: number;
	readonly status: number | null;
	/** Standard output, its first 16 MB. */
	readonly stdout: string;
	readonly stderr: string;
};

export type MeasureOptions = {readonly env?: NodeJS.ProcessEnv; readonly shell?: boolean};

const gnuTime = '/usr/bin/time';
const keptOutput = 16_000_000;

/**
 * Runs the command with nothing on its standard input. CPU and memory come from GNU time (wait4 of a small parent, so
 * this process's own size does not count) or, where that is not installed, from /proc every 10 ms, which misses the
 * last moments and the children of a shell. Rejects when the command cannot be started.
 */
export async function measure(command: readonly string[], options: MeasureOptions = {}): Promise<Measurement> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-measure-'));
	const report = join(folder, 'time');
	const timed = existsSync(gnuTime) ? [gnuTime, '-f', '%U %S %M', '-o', report] : [];
	const [program = '', ...words] = [...timed, ...(options.shell ? ['sh', '-c', command.join(' ')] : command)];
	try {
		const started = process.hrtime.bigint();
		const child = spawn(program, words, {stdio: ['ignore', 'pipe', 'pipe'], env: options.env ?? process.env});
		const polled = {cpu: 0, peak: 0};
		const polling = timed.length === 0 ? setInterval(() => poll(child.pid, polled), 10) : undefined;
		const stdout = collect(child.stdout);
		const stderr = collect(child.stderr);
		const status = await new Promise<number | null>((resolve, reject) => {
			child.on('error', reject);
			child.on('close', resolve);
		}).finally(() => clearInterval(polling));
		const wall = Number(process.hrtime.bigint() - started) / 1e9;
		const cost = timed.length === 0 ? polled : readCost(report);
		return {wall, ...cost, status, stdout: stdout(), stderr: stderr()};
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Of several runs the one whose wall time is the median. */
export async function median(runs: number, run: () => Promise<Measurement>): Promise<Measurement> {
	const all: Measurement[] = [];
	for (let n = 0; n < runs; n++) all.push(await run());
	all.sort((a, b) => a.wall - b.wall);
	const middle = all[all.length >> 1];
	if (middle === undefined) throw new RangeError('a median needs at least one run');
	return middle;
}

/** Whether the shell finds the program. */
export function installed(program: string): boolean {
	return spawnSync('sh', ['-c', `command -v ${program}`], {stdio: 'ignore'}).status === 0;
}

function collect(stream: NodeJS.ReadableStream): () => string {
	const parts: Buffer[] = [];
	let kept = 0;
	stream.on('data', (part: Buffer) => {
		if (kept < keptOutput) parts.push(part);
		kept += part.length;
	});
	return () => Buffer.concat(parts).toString('utf8');
}

/** The last line that GNU time wrote; a line about a failed command may stand before it. */
function readCost(file: string): {cpu: number; peak: number} {
	const last = readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
	const [user = 0, system = 0, kilobytes = 0] = last.split(' ').map(Number);
	return {cpu: user + system, peak: kilobytes * 1024};
}

/** proc(5): VmHWM in `status`, utime and stime (100 ticks a second) are fields 14 and 15 of `stat`. */
function poll(pid: number | undefined, into: {cpu: number; peak: number}): void {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		into.peak = Math.max(into.peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /, '')
			.split(' ');
		into.cpu = (Number(fields[11]) + Number(fields[12])) / 100;
	} catch {
		// The process has ended between two looks.
	}
}
