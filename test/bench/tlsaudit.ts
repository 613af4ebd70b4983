/** tlsaudit itself, as its users start it. */
import {existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {benchFolder} from './bench-log.ts';
import {installed, type Measurement, measure, median} from './measure.ts';
import type {Truth} from './site.ts';
import {differences} from './truth-check.ts';

const root = join(import.meta.dirname, '../..');
const launcher = join(root, 'bin/tlsaudit.js');

/** What a verdict says when nothing differs. */
export const agreed = 'counts equal the truth';

export type Batch = 'import' | 'report';
/** A run of the program and what its counts were worth, in a sentence. */
export type Verdict = {
	readonly run: Measurement;
	readonly counts: string;
	/** It ended with an error: what it took says nothing. */
	readonly failed: boolean;
};

/** `import`; `report` while that command is not there; or the sentence that says why nothing can be measured. */
export async function batchCommand(): Promise<{readonly batch: Batch} | {readonly missing: string}> {
	if (!existsSync(launcher)) return {missing: 'tlsaudit is not measured: bin/tlsaudit.js does not exist yet.'};
	const works = async (words: readonly string[]): Promise<boolean> => (await tlsaudit(words)).status === 0;
	if (!(await works(['--version'])))
		return {missing: 'tlsaudit is not measured: it does not start; run npm run build.'};
	// Help for a command that does not exist is the program's own help; only the command's own names it.
	const help = await tlsaudit(['import', '--help']);
	return {batch: /usage: \S+ import\b/i.test(help.stdout) ? 'import' : 'report'};
}

/** Reads the file into a new database (or into a report) and holds the result against the truth. */
export async function readArchive(batch: Batch, file: string, truth: Truth): Promise<Verdict> {
	if (batch === 'report') {
		const run = await tlsaudit(['report', '--format', 'json', file]);
		return judge(run, run, truth);
	}
	const database = join(benchFolder, 'bench.duckdb');
	for (const stale of [database, `${database}.wal`]) rmSync(stale, {force: true});
	const run = await tlsaudit(['import', '--quiet', '--db', database, file]);
	return judge(run, await tlsaudit(['report', '--format', 'json', '--db', database]), truth);
}

/** Imports with so many threads, on as many cores where the host can hold a program to some. */
export async function importWith(cores: number, file: string): Promise<Measurement> {
	const database = join(benchFolder, 'cores.duckdb');
	for (const stale of [database, `${database}.wal`]) rmSync(stale, {force: true});
	const held = installed('taskset') ? ['taskset', '-c', cores === 1 ? '0' : `0-${cores - 1}`] : [];
	const words = ['import', '--quiet', '--threads', String(cores), '--db', database, file];
	return measure([...held, process.execPath, launcher, ...words]);
}

/** Imports a folder, then names in turn that the database knows already; gives the median of each. */
export async function importAgain(folder: string, names: readonly string[], runs: number): Promise<Measurement[]> {
	const database = join(benchFolder, 'again.duckdb');
	for (const stale of [database, `${database}.wal`]) rmSync(stale, {force: true});
	const words = ['import', '--quiet', '--db', database];
	await tlsaudit([...words, folder]);
	const found = names.map((): Measurement[] => []);
	for (let turn = 0; turn < runs; turn++)
		for (const [index, name] of names.entries()) found[index]?.push(await tlsaudit([...words, name]));
	return Promise.all(found.map(all => median(all.length, async () => all.pop() as Measurement)));
}

/** The live path: lines through standard input, the program on one core. */
export async function readLive(file: string, truth: Truth): Promise<Verdict> {
	const command = `cat '${file}' | taskset -c 0 '${process.execPath}' '${launcher}' report --format json -`;
	const run = await measure([command], {shell: true});
	return judge(run, run, truth);
}

function tlsaudit(words: readonly string[]): Promise<Measurement> {
	return measure([process.execPath, launcher, ...words]);
}

function judge(run: Measurement, report: Measurement, truth: Truth): Verdict {
	for (const {status, stderr} of [run, report]) {
		if (status === 0) continue;
		return {run, counts: `FAILED with status ${status}: ${stderr.trim().split('\n').at(-1)}`, failed: true};
	}
	try {
		const wrong = differences(report.stdout, truth);
		if (wrong.length === 0) return {run, counts: agreed, failed: false};
		const some = `${wrong.slice(0, 4).join(' ')}${wrong.length > 4 ? ' …' : ''}`;
		return {run, counts: `${wrong.length} COUNTS DIFFER: ${some}`, failed: false};
	} catch (error) {
		return {run, counts: `NO REPORT to check: ${(error as Error).message}`, failed: true};
	}
}
