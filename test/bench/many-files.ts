/** What an import costs that finds nothing new in many small files. */
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {benchFolder} from './bench-log.ts';
import type {Measurement} from './measure.ts';
import {importAgain} from './tlsaudit.ts';

/** One host's log each, as central loggers keep them. */
const count = 1010;
const bytes = 10_000;
const newline = 10;

/** Cuts a log into small ones, and gives their folder. */
function cut(file: string): string {
	const folder = join(benchFolder, 'many');
	rmSync(folder, {recursive: true, force: true});
	mkdirSync(folder, {recursive: true});
	const text = readFileSync(file);
	let from = 0;
	for (let at = 0; at < count; at++) {
		const end = text.indexOf(newline, Math.min(from + bytes, text.length - 1)) + 1;
		writeFileSync(join(folder, `host${at}.log`), text.subarray(from, end));
		from = end;
	}
	return folder;
}

/** Imports the files, then the same again and again; and one file alone, which shows what the program costs by itself. */
export async function manyFiles(
	file: string,
	runs: number,
): Promise<{readonly many: Measurement; readonly one: Measurement; readonly count: number}> {
	const folder = cut(file);
	const all = await importAgain(folder, [folder, join(folder, 'host0.log')], runs);
	const [many, one] = all;
	if (many === undefined || one === undefined) throw new RangeError('nothing was measured');
	return {many, one, count};
}
