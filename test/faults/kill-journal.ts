/**
 * Kills at random moments what reads a journal into a database, while entries come, and goes on: tsx test/faults/kill-journal.ts
 * [--kills 20] [--seed 1] [--real]. Every second one is an import, the others follow as the screen does. In the end the database must
 * hold what a single import of the journal holds. With --real the journal is that of a journald of its own (root, Linux), else a
 * stand-in for journalctl. Needs `npm run build`.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

import {parseArgs} from 'node:util';
import {random} from '../bench/random.ts';
import {differences, heldIn} from '../commands/fixture/importing.ts';
import {besideJournald, toJournald} from '../ingest/journal/fixture/journald.ts';
import {entriesOf, standIn} from '../ingest/journal/fixture/stand-in.ts';
import {bin, importUntil} from './import-process.ts';

const {values} = parseArgs({
	options: {
		kills: {type: 'string', default: '20'},
		seed: {type: 'string', default: '1'},
		real: {type: 'boolean', default: false},
	},
});

const log = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8');
const watching = fileURLToPath(new URL('../commands/fixture/watch-process.ts', import.meta.url));
const typescript = new URL('../typescript.mjs', import.meta.url).href;

/** Runs this again beside a journald. */
async function again(): Promise<number> {
	const [program = '', ...words] = besideJournald(process.execPath, ...process.execArgv, ...process.argv.slice(1));
	const child = spawn(program, words, {stdio: 'inherit'});
	const [status] = (await once(child, 'close')) as [number | null];
	return status ?? 1;
}

function start(db: string, isImport: boolean): ChildProcess {
	const words = isImport
		? [bin, 'import', '--journal', '--timezone', 'UTC', '--db', db, '--step-bytes', '20000']
		: ['--import', typescript, watching, db];
	return spawn(process.execPath, words, {stdio: ['ignore', 'pipe', 'inherit']});
}

/** Puts the next lines into the journal. */
function createWriter(journal: string): {readonly next: (count: number) => void; readonly left: () => number} {
	const lines = values.real ? log.split('\n') : entriesOf(log);
	let at = 0;
	return {
		next(count) {
			const some = lines.slice(at, at + count);
			at += some.length;
			if (values.real) toJournald(some);
			else appendFileSync(journal, some.join(''));
		},
		left: () => lines.length - at,
	};
}

async function kills(): Promise<number> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-kill-journal-'));
	const journal = join(folder, 'journal.jsonl');
	writeFileSync(journal, '');
	if (!values.real) Object.assign(process.env, standIn(folder, journal));
	const db = join(folder, 'killed.db');
	const writer = createWriter(journal);
	writer.next(50);
	const chance = random(Number(values.seed));
	const count = Number(values.kills);
	const portion = Math.ceil(writer.left() / count / 4);
	let within = 0;
	for (let kill = 1; kill <= count; kill++) {
		const child = start(db, kill % 2 === 0);
		const ended = once(child, 'close');
		// Who follows says so.
		if (kill % 2 === 1) await once(child.stdout as Readable, 'data');
		child.stdout?.resume();
		const until = performance.now() + 500 + chance.below(4500);
		for (let written = 0; performance.now() < until; written++) {
			if (written < 4) writer.next(portion);
			await after(50 + chance.below(200));
		}
		child.kill('SIGKILL');
		await ended;
		const lines = existsSync(db) ? (await heldIn(db)).coverage.lines : 0;
		if (lines > 0) within++;
		console.log(`${kill}: killed; ${lines} lines are in the database`);
	}
	writer.next(writer.left());
	const single = join(folder, 'single.db');
	for (const each of [db, single]) {
		const {status, said} = await importUntil(['--db', each, '--journal', '--timezone', 'UTC'], null);
		if (status !== 0) throw new Error(said);
	}
	const whole = await heldIn(single);
	const {extra, missing, coverage} = differences(await heldIn(db), whole);
	const wrong = extra.length + missing.length + (coverage === null ? 0 : 1);
	console.log(
		`${count} kills, ${within} of them with something in the database; ${whole.sessions.length} sessions of ${whole.coverage.lines} lines: ${
			wrong === 0 ? 'none lost, none doubled' : JSON.stringify({extra, missing, coverage})
		}`,
	);
	rmSync(folder, {recursive: true, force: true});
	return wrong === 0 && whole.sessions.length > 100 ? 0 : 1;
}

process.exitCode = values.real && process.env.JOURNALD === undefined ? await again() : await kills();
