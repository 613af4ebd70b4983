/**
 * Imports onto a disk that is too small: tsx test/faults/full-disk.ts [--size 100M] [--disk 6m,8m,12m]. Needs the right to
 * mount a tmpfs and `npm run build`. It must end with status 2 and one sentence; what was there must still be there, and
 * after room was made the same import must come to the whole.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {benchLog} from '../bench/bench-log.ts';
import {differences} from '../bench/truth-check.ts';
import {importUntil, report, tlsaudit} from './import-process.ts';

const {values} = parseArgs({
	options: {
		size: {type: 'string', default: '100M'},
		disk: {type: 'string', default: '1m,3m,5m,6m,8m,12m'},
		'step-bytes': {type: 'string', default: '8000000,67108864'},
		room: {type: 'string', default: '200m'},
	},
});

const mount = (...words: string[]): boolean => spawnSync('mount', words, {stdio: 'ignore'}).status === 0;

const log = await benchLog(values.size, 1);
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-full-'));
let bad = 0;
let filled = 0;
let cases = 0;

/** Lines that the database says were read, or its complaint. */
async function linesIn(db: string): Promise<number | string> {
	// It answers, and ends with 2: the log is not read to its end.
	const {out, said} = await tlsaudit(['sql', 'select sum(lines) as n from coverage', '--db', db, '--format', 'json']);
	return out === '' ? said : ((JSON.parse(out) as Array<{n: number | null}>)[0]?.n ?? 0);
}

async function onDisk(disk: string, step: string, threads: string): Promise<void> {
	if (!mount('-t', 'tmpfs', '-o', `size=${disk}`, 'tmpfs', folder)) {
		console.log('skipped: a tmpfs cannot be mounted here');
		process.exit(0);
	}
	cases++;
	const problems: string[] = [];
	try {
		const db = join(folder, 'x.db');
		const words = ['--db', db, '--threads', threads, '--step-bytes', step, log.file];
		const first = await importUntil(words, null);
		let before: number | string = 0;
		if (first.status === 0) console.log(`disk ${disk}: large enough (${statSync(db).size >> 10} KiB)`);
		else {
			filled++;
			if (first.status !== 2) problems.push(`status ${first.status} ${first.ended}`);
			if (!/^tlsaudit: [^\n]*x\.db[^\n]*disk is full[^\n]*\n$/.test(first.said))
				problems.push(`said: ${first.said.trim()}`);
			mount('-o', `remount,size=${values.room}`, folder);
			before = statSync(db, {throwIfNoEntry: false}) ? await linesIn(db) : 0;
			if (typeof before === 'string') problems.push(`does not open: ${before.trim()}`);
		}
		const second = await importUntil(words, null);
		if (second.status !== 0) problems.push(`with room: ${second.said.trim()}`);
		else problems.push(...differences(await report(db), log.truth));
		console.log(`disk ${disk}, step ${step}, threads ${threads}: at ${before} lines, ${problems.join('; ') || 'fine'}`);
	} finally {
		spawnSync('umount', [folder], {stdio: 'ignore'});
	}
	bad += problems.length > 0 ? 1 : 0;
}

for (const disk of values.disk.split(','))
	for (const [index, step] of values['step-bytes'].split(',').entries())
		await onDisk(disk, step, index % 2 === 0 ? '1' : '2');
console.log(`${cases} disks, ${filled} of them too small, ${bad} with a problem`);
rmSync(folder, {recursive: true, force: true});
process.exitCode = bad === 0 ? 0 : 1;
