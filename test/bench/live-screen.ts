/**
 * The live screen under load, as a user has it: a log is piped into tlsaudit in tmux at a steady rate while keys are pressed.
 * tsx test/bench/live-screen.ts [--rate 100000] [--seconds 120] [--size 160x50] [--program bin/tlsaudit.js]
 * Measured: backlog (lines that could not be written in time), memory, processor time, and how long keys take to show.
 */
import {execFileSync, spawnSync} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {writeBusySite} from './busy-site.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(tmpdir(), 'tlsaudit-live-screen');
const bytesPerLine = 159;
/** What the issue asks for. */
const limits = {backlogLines: 100_000, megabytes: 400, keyMs: 150} as const;

/** Writes the file to standard output at so many lines a second; reports every second how far behind it is. */
async function feed(file: string, rate: number, seconds: number, journal: string): Promise<void> {
	const {createReadStream} = await import('node:fs');
	let written = 0;
	let began = performance.now();
	let reported = 0;
	const behind: number[] = [];
	for await (const chunk of createReadStream(file, {highWaterMark: 1 << 16}) as AsyncIterable<Buffer>) {
		if (written === 0) began = performance.now();
		for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) written += 1;
		if (!process.stdout.write(chunk)) await new Promise(resolve => process.stdout.once('drain', resolve));
		const due = (written / rate) * 1000;
		const passed = performance.now() - began;
		if (passed - reported > 1000) {
			reported = passed;
			behind.push(Math.max(0, Math.round((passed / 1000) * rate - written)));
		}
		if (passed > seconds * 1000) break;
		if (due > passed + 2) await after(due - passed);
	}
	const passed = (performance.now() - began) / 1000;
	writeFileSync(journal, JSON.stringify({written, seconds: passed, behind}));
	// The log goes on, as that of a real site would: the screen stays live.
	await after(3_600_000);
}

const quantile = (values: readonly number[], part: number): number =>
	[...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

/** Resident memory in MB and processor time in seconds of a process. */
function usage(pid: number): {megabytes: number; cpu: number} {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
		.replace(/^.*\) /, '')
		.split(' ');
	return {
		megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000,
		cpu: (Number(fields[11]) + Number(fields[12])) / 100,
	};
}

/** The process that runs the program. */
async function processOf(program: string): Promise<number> {
	for (const id of await readdir('/proc')) {
		if (!/^\d+$/.test(id)) continue;
		const words = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
		if (/^\S*node\0/.test(words) && words.split('\0')[1] === program) return Number(id);
	}
	throw new Error(`no process runs ${program}`);
}

type Options = {rate: number; seconds: number; size: string; program: string; flags: string};

/** A log with lines enough for a run, made if there is none yet. */
function busyLog({rate, seconds}: Options): string {
	mkdirSync(folder, {recursive: true});
	const file = join(folder, 'busy.log');
	const wanted = Math.ceil(rate * (seconds + 5) * bytesPerLine);
	if (!existsSync(file) || statSync(file).size < wanted * 0.95) {
		process.stderr.write(`writing ${Math.round(wanted / 1e6)} MB of log …\n`);
		const descriptor = openSync(file, 'w');
		writeBusySite(descriptor, {bytes: wanted, seed: 7});
		closeSync(descriptor);
	}
	return file;
}

async function measure(options: Options): Promise<boolean> {
	const {rate, seconds, size, program, flags} = options;
	const file = busyLog(options);
	const journal = join(folder, 'journal.json');
	rmSync(journal, {force: true});
	const socket = `live-screen-${process.pid}`;
	const tmux = (...words: string[]): string => execFileSync('tmux', ['-L', socket, ...words], {encoding: 'utf8'});
	const [columns = '160', rows = '50'] = size.split('x');
	const feeder = `node --import tsx '${import.meta.filename}' --feed '${file}' --rate ${rate} --seconds ${seconds} --journal '${journal}'`;
	tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'live', '-x', columns, '-y', rows, 'env LANG=C.UTF-8 sh');
	try {
		tmux('send-keys', '-t', 'live', `cd '${root}' && ${feeder} | node '${program}' ${flags}; echo ENDED`, 'Enter');
		const began = performance.now();
		const screen = (): string => tmux('capture-pane', '-t', 'live', '-p');
		const until = async (test: (text: string) => boolean, ms: number): Promise<number> => {
			const from = performance.now();
			while (performance.now() - from < ms) {
				if (test(screen())) return performance.now() - from;
				await after(4);
			}
			return Number.NaN;
		};
		await until(text => text.includes('tlsaudit  '), 15_000);
		const first = performance.now() - began;
		const pid = await processOf(program);
		const memory: number[] = [];
		const keys: number[] = [];
		const before = usage(pid);
		const path: ReadonlyArray<readonly [string, string]> = [
			['2', ' Violations'],
			['3', ' Peers'],
			['7', ' Sessions'],
			['4', ' Ciphers'],
			['1', ' Overview'],
		];
		let turn = 0;
		while (performance.now() - began < seconds * 1000) {
			const [key, title] = path[turn % path.length] ?? ['1', ' Overview'];
			turn += 1;
			const sent = performance.now();
			tmux('send-keys', '-t', 'live', key);
			const waited = await until(text => text.split('\n')[2]?.startsWith(title) === true, 5000);
			keys.push(Number.isNaN(waited) ? 5000 : performance.now() - sent);
			memory.push(usage(pid).megabytes);
			await after(900 + (turn % 7) * 60);
		}
		const passed = (performance.now() - began) / 1000;
		const cpu = ((usage(pid).cpu - before.cpu) / passed) * 100;
		await until(() => existsSync(journal), 15_000);
		await after(1500);
		const shown = /([\d,]+) lines(?!\/)/.exec(screen())?.[1]?.replaceAll(',', '');
		const fed = JSON.parse(readFileSync(journal, 'utf8')) as {written: number; seconds: number; behind: number[]};
		const third = Math.floor(memory.length / 3);
		const early = quantile(memory.slice(third, 2 * third), 0.5);
		const late = quantile(memory.slice(2 * third), 0.5);
		const worstBehind = Math.max(0, ...fed.behind.slice(3));
		const result = {
			'first screen, ms (with the feeder’s start)': Math.round(first),
			'lines written': fed.written,
			'lines a second': Math.round(fed.written / fed.seconds),
			'lines on the screen at the end': Number(shown),
			'most lines behind schedule': worstBehind,
			'memory, MB, most': Math.round(Math.max(...memory)),
			'memory, MB, middle third → last third (median)': `${Math.round(early)} → ${Math.round(late)}`,
			'processor, % of one core': Math.round(cpu * 10) / 10,
			'keys pressed': keys.length,
			'key to screen, ms, median': Math.round(quantile(keys, 0.5)),
			'key to screen, ms, p95': Math.round(quantile(keys, 0.95)),
			'key to screen, ms, worst': Math.round(Math.max(...keys)),
		};
		for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(50)} ${value}\n`);
		return (
			worstBehind < limits.backlogLines &&
			Math.max(...memory) <= limits.megabytes &&
			quantile(keys, 0.95) <= limits.keyMs &&
			Number(shown) >= fed.written - 2000
		);
	} finally {
		spawnSync('tmux', ['-L', socket, 'kill-server']);
	}
}

async function command(): Promise<void> {
	const {values} = parseArgs({
		options: {
			rate: {type: 'string', default: '100000'},
			seconds: {type: 'string', default: '120'},
			size: {type: 'string', default: '160x50'},
			program: {type: 'string', default: join(root, 'bin/tlsaudit.js')},
			flags: {type: 'string', default: ''},
			feed: {type: 'string'},
			journal: {type: 'string', default: ''},
		},
	});
	const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
	if (values.feed !== undefined) return feed(values.feed, rate, seconds, values.journal);
	if (spawnSync('tmux', ['-V']).status !== 0) throw new Error('tmux is not installed; the live screen is not measured');
	const good = await measure({rate, seconds, size: values.size, program: values.program, flags: values.flags});
	process.stdout.write(good ? 'within the limits\n' : 'NOT within the limits\n');
	process.exitCode = good ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await command();
