/** What reading costs on logs of every shape, and with more cores. */
import {statSync} from 'node:fs';
import {cpus} from 'node:os';
import {mostThreads, readersIn} from '../../src/pipeline/workers.ts';
import {benchLog} from './bench-log.ts';
import {type Measurement, measure} from './measure.ts';
import {peers} from './peers.ts';
import {type ShapeName, shapes} from './shape.ts';
import {agreed, type Batch, importWith, readArchive} from './tlsaudit.ts';

export type ShapeRun = {readonly batch: Batch; readonly size: string; readonly runs: number; readonly seed: number};

type Cost = {readonly wall: number; readonly cpu: number};

const middle = (numbers: readonly number[]): number =>
	[...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

function middleOf(runs: readonly Measurement[]): Cost {
	return {wall: middle(runs.map(({wall}) => wall)), cpu: middle(runs.map(({cpu}) => cpu))};
}

/**
 * Prints a table of MB/s, CPU seconds per million lines and per 100,000 sessions, and the ratio to mawk's count of the same
 * log. All shapes take turns, so that a change of the host's load meets them all. Returns a sentence with the ratio of worst to
 * best, and that of thin to dense.
 */
export async function compareShapes(
	{batch, size, runs, seed}: ShapeRun,
	print: (line: string) => void,
): Promise<string> {
	const names = Object.keys(shapes) as ShapeName[];
	const mawk = peers().find(({name}) => name === 'mawk');
	const own = new Map<ShapeName, Measurement[]>(names.map(name => [name, []]));
	const others = new Map<ShapeName, Measurement[]>(names.map(name => [name, []]));
	const remarks = new Map<ShapeName, string>();
	for (let turn = 0; turn < runs; turn++)
		for (const name of names) {
			const log = await benchLog(size, seed, name);
			const {run, counts} = await readArchive(batch, log.file, log.truth);
			own.get(name)?.push(run);
			if (counts !== agreed && !('stretched' in shapes[name])) remarks.set(name, counts);
			if (mawk) others.get(name)?.push(await measure(mawk.command(log.file), mawk.options));
		}
	print('shape       MB/s  CPU s/M lines  CPU s/100k sessions  × mawk');
	const speeds = new Map<ShapeName, number>();
	const cpu = new Map<ShapeName, number>();
	for (const name of names) {
		const {truth} = await benchLog(size, seed, name);
		const cost = middleOf(own.get(name) ?? []);
		const sessions = Object.values(truth.sessions).reduce((sum, count) => sum + count, 0);
		const speed = truth.bytes / 1e6 / cost.wall;
		speeds.set(name, speed);
		cpu.set(name, cost.cpu);
		const cells = [
			name.padEnd(10),
			speed.toFixed(0).padStart(5),
			((cost.cpu * 1e6) / truth.lines).toFixed(2).padStart(14),
			((cost.cpu * 1e5) / sessions).toFixed(2).padStart(20),
			(cost.wall / middleOf(others.get(name) ?? []).wall).toFixed(1).padStart(7),
			` ${shapes[name].what}${remarks.has(name) ? `; ${remarks.get(name)}` : ''}`,
		];
		print(cells.join(' '));
	}
	const worst = Math.max(...speeds.values()) / Math.min(...speeds.values());
	const thin = (cpu.get('thin') ?? 0) / (cpu.get('dense') ?? 1);
	return `Shapes: the best is read ${worst.toFixed(2)} × as fast as the worst; thin takes ${thin.toFixed(2)} × the CPU of dense (wanted at most 1.15: ${thin <= 1.15 ? 'met' : 'MISSED'}).`;
}

/** Prints what an import takes with as many threads and cores as there are, from one on. */
export async function compareCores(file: string, runs: number, print: (line: string) => void): Promise<void> {
	const here = cpus().length;
	const size = statSync(file).size;
	print('threads  read lines  seconds  CPU s  MB/s');
	for (let threads = 1; threads <= Math.min(here, mostThreads); threads++) {
		const all: Measurement[] = [];
		for (let turn = 0; turn < runs; turn++) all.push(await importWith(threads, file));
		const {wall, cpu} = middleOf(all);
		const cells = [
			String(threads).padStart(7),
			String(readersIn(threads)).padStart(11),
			wall.toFixed(2).padStart(8),
			cpu.toFixed(2).padStart(6),
			(size / 1e6 / wall).toFixed(0).padStart(5),
		];
		print(cells.join(' '));
	}
	if (here < mostThreads)
		print(
			`This host has ${here} cores: what ${mostThreads} threads bring was not measured; several read lines from four on.`,
		);
}
