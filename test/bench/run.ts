/**
 * npm run bench -- [--size 300M] [--only NAME]… [--runs 3] [--full] [--cores]: what tlsaudit costs on a busy site's log,
 * beside what others cost, and on logs of other shapes. NAME: plain, gz, zst, live, growth, shapes, many, zcat or a peer. --full
 * grows to 4 GB; --cores reads with 1, 2, 3 … threads on as many cores. It reports and judges, and fails no build: the exit
 * status is 0 however slow the host.
 */
import {statSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import {parseArgs} from 'node:util';
import {type BenchLog, benchLog, compressed} from './bench-log.ts';
import {parseSize} from './busy-site.ts';
import {compareCores, compareShapes} from './compare-shapes.ts';
import {manyFiles} from './many-files.ts';
import {installed, type Measurement, measure, median} from './measure.ts';
import {peers} from './peers.ts';
import {agreed, type Batch, batchCommand, readArchive, readLive, type Verdict} from './tlsaudit.ts';

const seed = 1;
const {values} = parseArgs({
	options: {
		size: {type: 'string', default: '300M'},
		only: {type: 'string', multiple: true, default: []},
		runs: {type: 'string', default: '3'},
		full: {type: 'boolean', default: false},
		cores: {type: 'boolean', default: false},
	},
});
const runs = Math.max(1, Number(values.runs));
/** Wall seconds of the median run by the row's name, for the ratios at the end. */
const seconds = new Map<string, number>();
const sentences: string[] = [];

const known = ['plain', 'gz', 'zst', 'live', 'growth', 'shapes', 'many', 'zcat', ...peers().map(({name}) => name)];
const strange = values.only.find(name => !known.includes(name));
if (strange === undefined) await bench();
else print(`Nothing here is called «${strange}»; --only takes one of ${known.join(', ')}.`);

async function bench(): Promise<void> {
	print(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, medians of ${runs}`);
	const load = loadavg()[0] ?? 0;
	if (load > 0.5)
		sentences.push(
			`Other work ran on the host (load ${load.toFixed(1)} at the start): seconds are too many, MB/s too few.`,
		);
	const log = await prepare(values.size);
	print(row('', 'input', 'seconds', 'CPU s', 'MB/s', 'peak MB', ''));
	await measurePeers(log);
	await measureZcat(log);
	const program = await batchCommand();
	if ('missing' in program) sentences.push(program.missing);
	else await measureTlsaudit(program.batch, log);
	if ('batch' in program && program.batch === 'report') {
		sentences.push('The command import does not exist yet: report was measured in its place.');
	}
	ratios();
	for (const sentence of sentences) print(sentence);
}

async function measurePeers(log: BenchLog): Promise<void> {
	for (const peer of peers().filter(({name}) => wanted(name))) {
		if (peer.program !== null && !installed(peer.program)) {
			sentences.push(`${peer.name} is left out: it is not installed.`);
			continue;
		}
		const run = await median(runs, () => measure(peer.command(log.file), peer.options));
		const worked = run.status === 0 && run.stdout.includes(peer.proof);
		if (worked) note(peer.name, 'plain', run, log, peer.what);
		else sentences.push(`${peer.name} is left out: it failed (${run.stderr.trim().split('\n').at(-1)}).`);
	}
}

async function measureZcat(log: BenchLog): Promise<void> {
	if (!wanted('zcat')) return;
	const file = await compressed(log.file, 'gz');
	if (file === null) return void sentences.push('zcat is left out: gzip did not make its file.');
	const run = await median(runs, () => measure([`zcat '${file}' | wc -l`], {shell: true}));
	note('zcat', 'gz', run, log, Number(run.stdout) === log.truth.lines ? '| wc -l' : '| wc -l, WRONG NUMBER OF LINES');
}

async function measureTlsaudit(batch: Batch, log: BenchLog): Promise<void> {
	if (wanted('plain')) await archive('plain', batch, log.file, log);
	for (const suffix of ['gz', 'zst'] as const) {
		if (!wanted(suffix)) continue;
		const file = await compressed(log.file, suffix);
		if (file === null) sentences.push(`The ${suffix} input is left out: its compressor is not installed.`);
		else await archive(suffix, batch, file, log);
	}
	if (wanted('live')) await live(log);
	if (wanted('growth')) await growth(batch);
	if (wanted('shapes')) {
		const sentence = await compareShapes({batch, size: values.size, runs, seed}, print);
		sentences.push(sentence);
	}
	if (wanted('many') && batch === 'import') await many(log);
	if (values.cores) await compareCores(log.file, runs, print);
}

async function archive(name: string, batch: Batch, file: string, log: BenchLog): Promise<void> {
	const verdicts: Verdict[] = [];
	const run = await median(runs, async () => {
		const verdict = await readArchive(batch, file, log.truth);
		verdicts.push(verdict);
		return verdict.run;
	});
	// The row shows the median run; its remark the worst verdict of all.
	const shown = verdicts.find(({counts}) => counts !== agreed) ?? verdicts[0];
	if (shown !== undefined) report(`tlsaudit ${name}`, name, {...shown, run}, log, batch);
}

async function live(log: BenchLog): Promise<void> {
	if (!installed('taskset')) return void sentences.push('The live path is left out: taskset is not installed.');
	const verdict = await readLive(log.file, log.truth);
	report('tlsaudit live', 'stdin', verdict, log, 'one core');
	if (verdict.failed) return;
	const rate = Math.round(log.truth.lines / verdict.run.wall);
	const wish = rate >= 150_000 ? 'met' : 'MISSED';
	sentences.push(`Live: ${rate.toLocaleString('en')} lines/s on one core (wanted 150,000: ${wish}).`);
}

/** Cost by size: the rate should stay and the peak should stand still. */
async function growth(batch: Batch): Promise<void> {
	for (const size of new Set(values.full ? ['50M', '500M', '4G'] : ['50M', values.size])) {
		const log = await prepare(size);
		report(`tlsaudit ${size}`, 'plain', await readArchive(batch, log.file, log.truth), log, `growth, ${batch}`);
	}
}

/** Small files in which nothing is new: what each costs beside the start of the program. */
async function many(log: BenchLog): Promise<void> {
	const {many: all, one, count} = await manyFiles(log.file, runs);
	const each = (unit: 'wall' | 'cpu'): string => (((all[unit] - one[unit]) * 1000) / count).toFixed(2);
	sentences.push(
		`${count} small files with nothing new: ${all.wall.toFixed(2)} s, CPU ${all.cpu.toFixed(2)} s; each ${each('wall')} ms, CPU ${each('cpu')} ms.`,
	);
}

function report(name: string, input: string, {run, counts, failed}: Verdict, log: BenchLog, how: string): void {
	if (failed) sentences.push(`${name} (${how}) is left out: it ${counts}`);
	else note(name, input, run, log, `${how}; ${counts}`);
}

async function prepare(size: string): Promise<BenchLog> {
	parseSize(size);
	const log = await benchLog(size, seed);
	const {lines, bytes, sessions} = log.truth;
	const count = Object.values(sessions).reduce((sum, more) => sum + more, 0);
	const cost = log.made === null ? 'kept from an earlier run' : `made in ${log.made.wall.toFixed(1)} s`;
	print(`log of ${megabytes(bytes)} MB: ${lines} lines, ${count} sessions, ${cost} (${log.file})`);
	await measure([`cat '${log.file}' > /dev/null`], {shell: true});
	return log;
}

/** Rates count plain bytes, also for compressed input. */
function note(name: string, input: string, run: Measurement, log: BenchLog, remark: string): void {
	seconds.set(name, run.wall);
	const rate = (statSync(log.file).size / 1e6 / run.wall).toFixed(0);
	print(row(name, input, run.wall.toFixed(2), run.cpu.toFixed(2), rate, megabytes(run.peak), remark));
}

function ratios(): void {
	const own = seconds.get('tlsaudit plain');
	const versus = (name: string, wish: string, holds: (times: number) => boolean): void => {
		const other = seconds.get(name);
		if (own === undefined || other === undefined) return;
		sentences.push(
			`tlsaudit takes ${(own / other).toFixed(2)} × the time of ${name}${wish === '' ? '' : ` (${wish}: ${holds(own / other) ? 'met' : 'MISSED'})`}.`,
		);
	};
	versus('mawk', 'wanted at most 5 ×', times => times <= 5);
	versus('duckdb', 'wanted at most 1.7 ×', times => times <= 1.7);
	versus('lnav', 'wanted at most 1/8', times => times <= 1 / 8);
	versus('lnav-hops', '', () => true);
	versus('pflogsumm', 'wanted at most 1/12', times => times <= 1 / 12);
	const [gz, zcat] = [seconds.get('tlsaudit gz'), seconds.get('zcat')];
	if (gz !== undefined && zcat !== undefined) {
		sentences.push(
			`gz takes ${(gz / zcat).toFixed(2)} × the time of zcat | wc -l (wanted at most 1.4 ×: ${gz / zcat <= 1.4 ? 'met' : 'MISSED'}).`,
		);
	}
}

function wanted(name: string): boolean {
	return values.only.length === 0 || values.only.includes(name);
}

function megabytes(bytes: number): string {
	return (bytes / 1e6).toFixed(0);
}

function row(
	name: string,
	input: string,
	wall: string,
	cpu: string,
	rate: string,
	peak: string,
	remark: string,
): string {
	return `${name.padEnd(16)} ${input.padEnd(6)} ${wall.padStart(8)} ${cpu.padStart(7)} ${rate.padStart(6)} ${peak.padStart(8)}  ${remark}`.trimEnd();
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}
