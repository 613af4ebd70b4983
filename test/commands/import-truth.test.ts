import {spawn, spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {writeBusySite} from '../bench/busy-site.ts';
import {differences} from '../bench/truth-check.ts';
import {type Ended, plainEnvironment as env, programIn} from '../program.ts';
import {newFolder} from './fixture/importing.ts';

const bin = new URL('../../bin/tlsaudit.js', import.meta.url).pathname;
const folder = newFolder();
const log = join(folder, 'busy.log');
const descriptor = openSync(log, 'w');
const truth = writeBusySite(descriptor, {bytes: 6_000_000});
closeSync(descriptor);

const program = programIn(folder);
const run = (...words: string[]): Ended => program(words);

/** What of the report of a database is not true. */
const untrue = (db: string): string[] => differences(run('report', '--db', db, '--format', 'json').out, truth);

writeFileSync(`${log}.gz`, gzipSync(readFileSync(log), {level: 1}));
const packers = {zst: ['zstd', '-q', '-1', '-c'], xz: ['xz', '-0', '-c'], bz2: ['bzip2', '-1', '-c']};
const forms = ['plain', 'gz'];
for (const [form, [program = '', ...words]] of Object.entries(packers)) {
	const packed = spawnSync(program, [...words, log], {maxBuffer: 1 << 26});
	if (packed.status !== 0) continue;
	writeFileSync(`${log}.${form}`, packed.stdout);
	forms.push(form);
}

for (const form of forms) {
	for (const threads of form === 'plain' ? ['1', '2', '3', '4', '6'] : ['3', '5']) {
		test.serial(`${form}, threads ${threads}: the counts of an import are those that the log was made with`, t => {
			const db = join(folder, `${form}${threads}.db`);
			const file = form === 'plain' ? log : `${log}.${form}`;
			const {status, err} = run('import', '--db', db, '--threads', threads, file);
			t.is(status, 0, err);
			t.deepEqual(untrue(db), []);
		});
	}
}

test.serial('a log cut in many files of several sizes has the counts of the whole', t => {
	const text = readFileSync(log);
	const parts = join(folder, 'parts');
	mkdirSync(parts);
	let from = 0;
	for (let part = 9; part >= 0; part--) {
		const to = part === 0 ? text.length : text.indexOf(10, from + (part % 3 === 0 ? 40_000 : 750_000)) + 1;
		writeFileSync(join(parts, part === 0 ? 'mail.log' : `mail.log.${part}`), text.subarray(from, to));
		from = to;
	}
	const db = join(folder, 'parts.db');
	t.is(run('import', '--db', db, '--threads', '4', parts).status, 0);
	t.deepEqual(untrue(db), []);
});

test.serial('an import that was killed at any moment is completed by the next one', async t => {
	for (const steps of [1, 4, 9]) {
		const db = join(folder, `killed${steps}.db`);
		const words = ['import', '--db', db, '--threads', steps === 4 ? '4' : '2', '--step-bytes', '600000', log];
		const child = spawn(process.execPath, [bin, ...words], {env, stdio: 'ignore'});
		const ended = new Promise(resolve => child.on('close', resolve));
		await written(`${db}.wal`, steps * 30_000, () => child.exitCode !== null);
		child.kill('SIGKILL');
		await ended;
		t.is(run(...words).status, 0);
		t.deepEqual(untrue(db), []);
	}
});

async function written(file: string, bytes: number, over: () => boolean): Promise<void> {
	while (!over()) {
		try {
			if (readFileSync(file).length >= bytes) return;
		} catch {
			// It is not there yet.
		}
		await after(20);
	}
}

test.serial('a full disk ends an import with one sentence and status 2, and with room it is completed', t => {
	const disk = join(folder, 'disk');
	mkdirSync(disk);
	const mount = (...words: string[]) => spawnSync('mount', words, {stdio: 'ignore'}).status === 0;
	if (!mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)) {
		t.log('skipped: a tmpfs cannot be mounted here');
		t.pass();
		return;
	}
	try {
		const words = ['import', '--db', join(disk, 'x.db'), '--threads', '2', '--step-bytes', '900000', log];
		const full = run(...words);
		t.is(full.status, 2);
		t.regex(full.err, /^tlsaudit: \S+x\.db: the disk is full; [^\n]*: make room and import the same files again\n$/);
		t.true(mount('-o', 'remount,size=64m', disk));
		t.is(run(...words).status, 0);
		t.deepEqual(untrue(join(disk, 'x.db')), []);
	} finally {
		spawnSync('umount', [disk]);
	}
});

test.after.always(() => rmSync(folder, {recursive: true, force: true}));
