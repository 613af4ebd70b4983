import {once} from 'node:events';
import {appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {readFlags, type Stop} from '../src/cli/flags.ts';
import {bothSums, type Report} from './metrics/counted.ts';
import {readSamples, type Sample, sums} from './metrics/exposition.ts';
import {freePort} from './metrics/free-port.ts';
import {programIn, type Running, startIn} from './program.ts';
import {left, run, within} from './ui/in-terminal.ts';
import {missing, program} from './ui/tmux.ts';

const log = fileURLToPath(new URL('../samples/real/rfc3339.log', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-metrics-'));
const tlsaudit = programIn(folder);

const start = (...words: string[]): Running => startIn(folder, words);

/** Status and words of an answer; null where nobody answers. */
async function ask(port: number, path: string): Promise<{status: number; text: string} | null> {
	try {
		const response = await fetch(`http://127.0.0.1:${port}${path}`);
		return {status: response.status, text: await response.text()};
	} catch {
		return null;
	}
}

/** Waits until something holds, however busy the host is. */
async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
	for (let turn = 0; turn < 600; turn += 1) {
		const found = await look();
		if (found !== null) return found;
		await after(100);
	}
	throw new Error(`never: ${what}`);
}

const health = (port: number, status: number): Promise<true> =>
	until(`health ${status}`, async () => ((await ask(port, '/healthz'))?.status === status ? true : null));

const linesRead = (samples: readonly Sample[]): number =>
	samples.reduce((sum, {name, value}) => sum + (name === 'tlsaudit_lines_total' ? value : 0), 0);

/** The counters, once so many lines were read and the sessions that are over with them are counted, which is once a second. */
const countersAt = (port: number, lines: number): Promise<Sample[]> =>
	until(`${lines} lines`, async () => {
		const samples = readSamples((await ask(port, '/metrics'))?.text ?? '');
		return linesRead(samples) === lines && samples.some(({name}) => name === 'tlsaudit_sessions_total')
			? samples
			: null;
	});

const text = readFileSync(log, 'utf8');
const lineCount = text.split('\n').length - 1;

test('a report on standard input serves what it counts until the input ends, and prints what it always prints', async t => {
	const port = await freePort();
	const running = start('report', '--metrics', `127.0.0.1:${port}`, '--format', 'json');
	await health(port, 200);
	running.child.stdin?.write(text);
	const samples = await countersAt(port, lineCount);
	t.is((await ask(port, '/healthz'))?.text, 'reading\n');
	t.true((samples.find(({name}) => name === 'tlsaudit_lag_seconds')?.value ?? 0) > 0);
	running.child.stdin?.end();
	const [status] = await running.ended;
	t.is(status, 0);
	t.is(running.err(), '');
	t.is(await ask(port, '/healthz'), null);
	t.is(running.out(), tlsaudit(['report', '--format', 'json'], text).out);
	// Sessions that the end of the input cuts off are not over before.
	const report: Report = JSON.parse(running.out());
	const {inMetrics, inReport} = bothSums(samples, report);
	t.deepEqual(inMetrics.lines, inReport.lines);
	const all = report.hops.reduce((sum, row) => sum + row.sessions, 0);
	const counted = samples.reduce((sum, {name, value}) => sum + (name === 'tlsaudit_sessions_total' ? value : 0), 0);
	t.true(counted <= all && counted > all * 0.9, `${counted} of ${all}`);
});

test('a signal ends it at once, with clients connected, too', async t => {
	const port = await freePort();
	const running = start('report', '--metrics', String(port));
	await health(port, 200);
	const idle = connect(port, '127.0.0.1');
	idle.on('error', () => undefined);
	await once(idle, 'connect');
	running.child.kill('SIGINT');
	const [status] = await running.ended;
	t.is(status, 130);
	t.regex(running.out(), /^Nothing read: there are no lines in the input;/);
	t.is(await ask(port, '/healthz'), null);
	idle.destroy();
});

test('a file is followed, through rotation', async t => {
	const port = await freePort();
	const path = join(folder, 'growing.log');
	const lines = text.split(/(?<=\n)/);
	writeFileSync(path, lines.slice(0, 100).join(''));
	const running = start('--follow', path, '--metrics', String(port));
	await countersAt(port, 100);
	appendFileSync(path, lines.slice(100, 900).join(''));
	await countersAt(port, 900);
	renameSync(path, `${path}.1`);
	writeFileSync(path, lines.slice(900).join(''));
	await countersAt(port, lineCount);
	running.child.kill('SIGTERM');
	t.is((await running.ended)[0], 143);
});

test('a port in use is one sentence, before anything is read or made', async t => {
	const taken = createServer().listen(0, '127.0.0.1');
	await once(taken, 'listening');
	const {port} = taken.address() as {port: number};
	const {status, out, err} = tlsaudit(['report', '--db', 'never.db', '--metrics', `127.0.0.1:${port}`, '-'], text);
	t.is(status, 2);
	t.is(out, '');
	t.is(
		err,
		`tlsaudit: --metrics 127.0.0.1:${port}: another program listens there; choose another port, or end that program\n`,
	);
	t.false(existsSync(join(folder, 'never.db')));
	taken.close();
});

test('where nothing goes on there is nothing to count', t => {
	const sentence = /^tlsaudit: --metrics counts a log while it comes in; pipe one in: .*\n$/;
	for (const words of [['report', log], [log]]) {
		const {status, out, err} = tlsaudit([...words, '--metrics', '9464'], text);
		t.is(status, 2);
		t.is(out, '');
		t.regex(err, sentence);
	}
	for (const command of ['check', 'import', 'sessions'])
		t.regex(
			tlsaudit([command, '--metrics', '9464', log]).err,
			/^tlsaudit: --metrics: \w+ does not take it; tlsaudit without a command and report do\n/,
		);
});

test('another address than this host’s own is told of, unless warnings are off', async t => {
	const port = await freePort();
	const words = ['report', '--metrics', `0.0.0.0:${port}`, '-'];
	t.regex(
		tlsaudit(words, text).err,
		new RegExp(
			`^tlsaudit: --metrics 0\\.0\\.0\\.0:${port}: everyone who reaches this address can read how much mail comes`,
		),
	);
	t.is(tlsaudit([...words, '--quiet'], text).err, '');
	const own = tlsaudit(['report', '--metrics', `127.0.0.9:${port}`, '--verbose', '-'], text);
	t.is(own.err, `tlsaudit: metrics are served at http://127.0.0.9:${port}/metrics\n`);
});

/** What `--metrics` means; the complaint where it means nothing. */
function listen(value: string): unknown {
	try {
		return readFlags(['report', '--metrics', value, '-']).options.metrics;
	} catch (error) {
		return (error as Stop).sentence;
	}
}

test('an address and a port, or a port alone', t => {
	t.deepEqual(listen('127.0.0.1:9464'), {address: '127.0.0.1', port: 9464});
	t.deepEqual(listen('9464'), {address: '127.0.0.1', port: 9464});
	t.deepEqual(listen('localhost:9464'), {address: '127.0.0.1', port: 9464});
	t.deepEqual(listen('0.0.0.0:80'), {address: '0.0.0.0', port: 80});
	t.deepEqual(listen('[::1]:9464'), {address: '::1', port: 9464});
	t.deepEqual(listen('[::]:9464'), {address: '::', port: 9464});
	for (const wrong of [
		'',
		':9464',
		'*:9464',
		'::1:9464',
		'[127.0.0.1]:9464',
		'[]:1',
		'mx.example:1',
		'127.1:1',
		'0',
		'65536',
		'127.0.0.1',
	])
		t.regex(
			String(listen(wrong)),
			/expected an IP address and a port, such as 127\.0\.0\.1:9464, \[::1\]:9464 or 9464;/,
			wrong,
		);
});

(missing() === null ? test.serial : test.serial.skip)(
	`the screen serves all of a log, also when it has ended ${missing() ?? ''}`,
	async t => {
		const port = await freePort();
		await within(t, 120, 30, async tmux => {
			run(tmux, `cat '${log}' | node ${program} --metrics 127.0.0.1:${port}`);
			await tmux.shows('all read', 'submission   465');
			await health(port, 503);
			const samples = await countersAt(port, lineCount);
			const report: Report = JSON.parse(tlsaudit(['report', '--format', 'json'], text).out);
			const {inMetrics, inReport} = bothSums(samples, report);
			t.deepEqual(inMetrics, inReport);
			t.true(sums(samples, 'tlsaudit_failures_total', 'whose').length > 0);
			const idle = connect(port, '127.0.0.1');
			idle.on('error', () => undefined);
			await once(idle, 'connect');
			tmux.press('q');
			await left(t, tmux, 0);
			t.is(await ask(port, '/healthz'), null);
			idle.destroy();
		});
	},
);
