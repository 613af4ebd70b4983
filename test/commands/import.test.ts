import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	copyFileSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import {DuckDBInstance} from '@duckdb/node-api';
import test from 'ava';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {importFiles} from '../../src/commands/reading/import-files.ts';
import {prepareImport} from '../../src/commands/reading/import-store.ts';
import {expand} from '../../src/ingest/sources/expand.ts';
import {openStore} from '../../src/store/store.ts';
import {verifyDatabase} from '../../src/store/verify.ts';
import {plainEnvironment as env, programIn} from '../program.ts';
import {
	differences,
	foundIn,
	heldIn,
	importing,
	newFolder,
	none,
	now,
	quietIo,
	whereabouts,
} from './fixture/importing.ts';

const real = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url));
const other = readFileSync(new URL('../../samples/real/rfc5424.log', import.meta.url));

function put(folder: string, name: string, text: Buffer): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

test.serial('importing twice, by another name or packed adds nothing', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const log = put(folder, 'mail.log', real);
	t.regex((await importing(db, log)).said.at(-1) ?? '', /read 1 file; sessions \+\d{3}, lines in all 1756$/);
	const held = await heldIn(db);
	t.deepEqual(differences(held, await foundIn([{name: log, text: real}])), none);
	t.regex((await importing(db, log)).said.at(-1) ?? '', /read 0 files, nothing new in 1; sessions \+0, /);
	renameSync(log, `${log}.1`);
	await importing(db, `${log}.1`);
	const packed = put(folder, 'mail.log.2.gz', gzipSync(real));
	const {said} = await importing(db, packed, `${log}.1`);
	t.regex(said[0] ?? '', /mail\.log\.2\.gz: nothing new \(read before as .*mail\.log\.?1?\)/);
	t.deepEqual(differences(await heldIn(db), held), none);
});

test.serial('a packed file is known again when it is unpacked, and goes on where it grew', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const cut = real.indexOf(10, 150_000) + 1;
	await importing(db, put(folder, 'a.gz', gzipSync(real.subarray(0, cut))));
	await importing(db, put(folder, 'b.log', real.subarray(0, cut)));
	t.deepEqual(
		differences(await heldIn(db, whereabouts), await foundIn([{name: 'x', text: real.subarray(0, cut)}], whereabouts)),
		none,
	);
	await importing(db, put(folder, 'c.gz', gzipSync(real)));
	t.deepEqual(differences(await heldIn(db, whereabouts), await foundIn([{name: 'x', text: real}], whereabouts)), none);
});

test.serial('a file that begins like a known one and goes on otherwise is another file', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const half = real.indexOf(10, 100_000) + 1;
	const quarter = real.indexOf(10, 50_000) + 1;
	const branch = Buffer.concat([real.subarray(0, quarter), other]);
	const first = put(folder, 'one.log', real.subarray(0, half));
	const second = put(folder, 'two.log', branch);
	await importing(db, first);
	const {said} = await importing(db, second);
	t.regex(said.at(-1) ?? '', /read 1 file;/);
	const whole = await foundIn([
		{name: first, text: real.subarray(0, half)},
		{name: second, text: branch},
	]);
	t.is((await heldIn(db)).sessions.length, whole.sessions.length);
	const again = await importing(db, first, second);
	t.regex(again.said.at(-1) ?? '', /nothing new in 2; sessions \+0/);
});

test.serial('several hosts that log to files of their own are all there, each once', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	// Logged by hosts of their own, with logins of their own.
	const logs = {
		'a.example': real,
		'b.example': Buffer.from(
			other
				.toString()
				.replaceAll(' vm ', ' b ')
				.replaceAll(/session=<.{6}/g, 'session=<bbbbbb'),
		),
	};
	for (const [host, text] of Object.entries(logs)) {
		mkdirSync(join(folder, 'logs', host), {recursive: true});
		put(join(folder, 'logs', host), 'mail.log', text.subarray(0, text.indexOf(10, 100_000) + 1));
	}
	await importing(db, join(folder, 'logs'));
	for (const [host, text] of Object.entries(logs)) put(join(folder, 'logs', host), 'mail.log', text);
	await importing(db, join(folder, 'logs'));
	const held = await heldIn(db);
	for (const [host, text] of Object.entries(logs)) {
		const name = join(folder, 'logs', host, 'mail.log');
		const alone = await foundIn([{name, text}]);
		const mine = held.sessions.filter(row => row.includes(`"source":${JSON.stringify(name)}`));
		t.deepEqual(differences({sessions: mine, coverage: alone.coverage}, alone), none, host);
	}
	t.is(held.coverage.lines, 2 * 1756);
});

test.serial('rows that look the same stay as many as they are when open sessions are written anew', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const head = '2026-11-24T08:40:05.000000+00:00 mx postfix/smtp[7]:';
	const failure = `${head} SSL_connect error to mx.example.net[192.0.2.1]:25: -1\n`;
	const text = Buffer.from(
		`${failure}2026-11-24T08:40:05.000000+00:00 mx postfix/smtp[7]: message repeated 3 times: [ SSL_connect error to mx.example.net[192.0.2.1]:25: -1]\n${head.replace('05.0', '59.0')} connect to mx.example.net[192.0.2.1]:25: Connection refused\n`,
	);
	const log = join(folder, 'mail.log');
	for (let to = 1; to <= text.length; to += 37) {
		writeFileSync(log, text.subarray(0, to));
		await importing(db, log);
	}
	writeFileSync(log, text);
	await importing(db, log);
	t.deepEqual(differences(await heldIn(db), await foundIn([{name: log, text}])), none);
});

test.serial('a truncated archive gives what could be read, and the whole one later exactly the rest', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const packed = gzipSync(real);
	const broken = put(folder, 'mail.log.2.gz', packed.subarray(0, packed.length - 9000));
	for (const time of ['the first time', 'again']) {
		const {incomplete, said} = await importing(db, broken);
		t.true(incomplete, time);
		t.regex(said[0] ?? '', /mail\.log\.2\.gz: /);
	}
	const part = await heldIn(db, whereabouts);
	t.true(part.coverage.lines > 500 && part.coverage.lines < 1756);
	t.is(part.coverage.malformed, 0);
	writeFileSync(broken, packed);
	t.false((await importing(db, broken)).incomplete);
	t.deepEqual(differences(await heldIn(db, whereabouts), await foundIn([{name: 'x', text: real}], whereabouts)), none);
	writeFileSync(broken, packed.subarray(0, packed.length - 9000));
	t.true((await importing(db, broken)).incomplete);
	t.is((await heldIn(db)).coverage.lines, 1756);
});

test.serial('--keep prunes what is older', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const log = put(folder, 'mail.log', real);
	await importing(db, '--keep', '90d', log);
	const all = await heldIn(db);
	t.true(all.sessions.length > 100);
	await importing(db, '--keep', '2d', log);
	t.is((await heldIn(db)).sessions.length, 0);
	await importing(db, log);
	t.is((await heldIn(db)).sessions.length, 0);
});

test.serial('an import says how many sessions it added and how many --keep deleted', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const log = put(folder, 'mail.log', real);
	const told = async (...words: string[]): Promise<string> => (await importing(db, ...words)).said.join('\n');
	const all = /sessions \+(\d+), lines/.exec(await told(log))?.[1];
	t.regex(await told('--keep', '2d', log), new RegExp(`sessions \\+0, ${all} deleted by --keep, lines`));
	const other = join(folder, 'other.db');
	const {said} = await importing(other, '--keep', '2d', log);
	t.regex(said.join('\n'), new RegExp(`sessions \\+${all}, ${all} deleted by --keep, lines`));
});

test.serial(
	'a state that this program cannot read any more costs the open sessions their rest, and nothing else',
	async t => {
		const folder = newFolder();
		const db = join(folder, 'x.db');
		const cut = real.indexOf(10, 100_000) + 1;
		const log = put(folder, 'mail.log', real.subarray(0, cut));
		await importing(db, log);
		const before = await heldIn(db);
		const store = await openStore({path: db});
		await store.run('update import_states set format = 0');
		await store.close();
		writeFileSync(log, real);
		await importing(db, log);
		const after = await heldIn(db);
		t.deepEqual(differences({...before, coverage: after.coverage}, after).extra, []);
		t.is(after.coverage.lines, 1756);
	},
);

/** Imports a log and does something to it when its first block was read. */
async function importDuring(db: string, log: string, meanwhile: () => void): Promise<string[]> {
	const {io} = quietIo();
	const words = ['import', '--timezone', 'UTC', '--threads', '1', '--block-bytes', '140000', '--db', db, log];
	const settings = await readSettings(readFlags(words), now);
	const {sources} = await expand([log]);
	const store = await openStore({path: db});
	let blocks = 0;
	try {
		const onBytes = (): void => {
			if (++blocks === 1) meanwhile();
		};
		const {signal} = new AbortController();
		const {remembered, steps} = await prepareImport(store);
		const target = {remembered, steps: async () => steps};
		return (await importFiles(target, sources, settings, io, signal, {bytes: onBytes, linesFrom: () => undefined}))
			.problems;
	} finally {
		await store.close();
	}
}

test.serial(
	'a file that is copied and truncated while it is read keeps what was read, and its copy adds the rest',
	async t => {
		const folder = newFolder();
		const db = join(folder, 'x.db');
		const log = put(folder, 'mail.log', real);
		const problems = await importDuring(db, log, () => {
			copyFileSync(log, `${log}.1`);
			truncateSync(log, 0);
		});
		t.is(problems.length, 1);
		t.regex(problems[0] ?? '', /mail\.log: was truncated while it was read, after \d+ bytes, which are kept; /);
		const {lines} = (await heldIn(db)).coverage;
		t.true(lines > 100 && lines < 1756, `${lines} lines`);
		await importing(db, folder);
		t.deepEqual(
			differences(await heldIn(db, whereabouts), await foundIn([{name: 'x', text: real}], whereabouts)),
			none,
		);
	},
);

test.serial('a file that is rotated while it is read is read to its end, and once', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const log = put(folder, 'mail.log', real);
	const begun = other.subarray(0, other.indexOf(10, 30_000) + 1);
	const problems = await importDuring(db, log, () => {
		renameSync(log, `${log}.1`);
		put(folder, 'mail.log', begun);
	});
	t.deepEqual(problems, []);
	t.deepEqual(differences(await heldIn(db), await foundIn([{name: log, text: real}])), none);
	const {said} = await importing(db, folder);
	t.regex(said.at(-1) ?? '', /read 1 file, nothing new in 1; /);
	t.is((await heldIn(db)).coverage.lines, 1756 + begun.toString().split('\n').length - 1);
	t.regex((await importing(db, folder)).said.at(-1) ?? '', /nothing new in 2; sessions \+0/);
});

const bin = new URL('../../bin/tlsaudit.js', import.meta.url).pathname;

test.serial('report --db with files holds what import and report do', async t => {
	const folder = newFolder();
	const log = put(folder, 'mail.log', real);
	const program = programIn(folder);
	const run = (...words: string[]) => program(['--timezone', 'UTC', ...words]);
	t.is(run('import', '--db', 'one.db', log).status, 0);
	const one = run('report', '--db', 'one.db', '--format', 'json');
	const two = run('report', '--db', 'two.db', '--format', 'json', log);
	t.is(one.status, 0);
	t.is(two.out, one.out);
	t.is(run('report', '--db', 'two.db', '--format', 'json', log).out, one.out);
	t.deepEqual(differences(await heldIn(join(folder, 'two.db')), await heldIn(join(folder, 'one.db'))), none);
});

test.serial('more threads and small blocks and steps give what one thread gives', async t => {
	const folder = newFolder();
	const log = put(folder, 'mail.log', real);
	const words = ['--timezone', 'UTC', '--threads', '2', '--block-bytes', '131080', '--step-bytes', '50000'];
	const whole = await foundIn([{name: log, text: real}]);
	const program = programIn(folder);
	for (const more of [
		['--threads', '2'],
		['--threads', '3'],
		['--threads', '5'],
		words,
		[...words, '--threads', '4'],
	]) {
		rmSync(join(folder, 'x.db'), {force: true});
		const {status, err} = program(['import', '--db', 'x.db', ...more, log]);
		t.is(status, 0, err);
		t.deepEqual(differences(await heldIn(join(folder, 'x.db')), whole), none);
	}
});

test.serial('a sound copy of an archive that was corrupt never counts twice', async t => {
	const folder = newFolder();
	const packed = gzipSync(real);
	const db = join(folder, 'x.db');
	// What is behind its end is no text, and the text was found right.
	await importing(db, put(folder, 'a.gz', Buffer.concat([packed, Buffer.from('junk')])));
	const {said} = await importing(db, put(folder, 'b.gz', packed));
	t.regex(said.at(-1) ?? '', /sessions \+0, lines in all 1756$/);
	t.deepEqual(differences(await heldIn(db, whereabouts), await foundIn([{name: 'x', text: real}], whereabouts)), none);

	// Text that was never in the log, as bytes in the middle of it are others than they were.
	const other = join(folder, 'y.db');
	const spoilt = gzipSync(real, {level: 0});
	// In the middle: size, beginning and end of the file are those of the sound one.
	spoilt.fill('?\n', 100_000, 101_000);
	await importing(other, put(folder, 'c.gz', spoilt));
	const before = await heldIn(other);
	const {said: refused, incomplete} = await importing(other, put(folder, 'd.gz', gzipSync(real, {level: 0})));
	t.true(incomplete);
	t.regex(
		refused[0] ?? '',
		/d\.gz: begins like .*c\.gz, which was corrupt when it was read, and is not read, so that no /,
	);
	t.deepEqual(differences(await heldIn(other), before), none);
	t.true((await importing(other, put(folder, 'd.log', real))).incomplete);
	t.deepEqual(differences(await heldIn(other), before), none);
	// The very same file finds its damage again, and adds nothing either.
	const {said: again} = await importing(other, join(folder, 'c.gz'));
	t.regex(again[0] ?? '', /c\.gz: the gzip file is corrupt; /);
	t.deepEqual(differences(await heldIn(other), before), none);
});

test.serial('a pipe is refused: it could not be known again', async t => {
	const folder = newFolder();
	const pipe = join(folder, 'mail.log');
	t.is(spawnSync('mkfifo', [pipe]).status, 0);
	const log = put(folder, 'other.log', other);
	const {said, incomplete} = await importing(join(folder, 'x.db'), pipe, log);
	t.true(incomplete);
	t.regex(said[0] ?? '', /mail\.log: is no regular file and cannot be known again; name the file it comes from$/);
	t.regex(said.at(-1) ?? '', /read 1 file; sessions \+[1-9]/);
});

test.serial(
	'stamps without a zone are in the zone of the system, or the one that was named, in any number of threads',
	t => {
		const folder = newFolder();
		const line = 'Jul  1 12:00:00 mx dovecot: imap-login: Login: user=<ana>, rip=192.0.2.1, lip=192.0.2.2, TLS\n';
		const log = put(folder, 'mail.log', Buffer.from(line));
		const program = programIn(folder);
		const run = (TZ: string, ...words: string[]) => program(words, '', {TZ});
		const zones = [
			['UTC', [], '12:00:00'],
			['Asia/Tokyo', [], '03:00:00'],
			['Asia/Tokyo', ['--timezone', 'Europe/Berlin'], '10:00:00'],
		] as const;
		for (const threads of ['1', '3', '5'])
			for (const [TZ, named, time] of zones) {
				rmSync(join(folder, 'x.db'), {force: true});
				t.is(run(TZ, 'import', '--db', 'x.db', '--threads', threads, '--year', '2026', ...named, log).status, 0);
				const found = run('UTC', 'sql', '--db', 'x.db', '--format', 'csv', 'select started_at as began from sessions');
				t.true(found.out.includes(`2026-07-01T${time}`), `${threads} ${TZ} ${found.out}${found.err}`);
			}
	},
);

test.serial('a locked database is one sentence with the number of the process that has it', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const holder = await DuckDBInstance.create(db);
	const log = put(folder, 'mail.log', real);
	const {status, stderr} = spawnSync(process.execPath, [bin, 'import', '--db', db, log], {env, encoding: 'utf8'});
	holder.closeSync();
	t.is(status, 2);
	t.regex(
		stderr,
		new RegExp(`^tlsaudit: .*x\\.db: the database is in use by process ${process.pid} .*; wait for it or stop it\\n$`),
	);
});

test.serial('an interrupted import ends with status 130, and the next one completes it', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const many = Buffer.concat(Array.from({length: 24}, () => real));
	const log = put(folder, 'mail.log', many);
	const words = [
		'--timezone',
		'UTC',
		'--db',
		db,
		'--threads',
		'1',
		'--block-bytes',
		'140000',
		'--step-bytes',
		'1000000',
	];
	const child = spawn(process.execPath, [bin, 'import', ...words, log], {env, stdio: ['ignore', 'ignore', 'pipe']});
	let said = '';
	child.stderr.on('data', (text: Buffer) => {
		said += text.toString();
	});
	const ended = once(child, 'close');
	// The first step is in the write-ahead log: it is at work.
	const written = () => statSync(`${db}.wal`, {throwIfNoEntry: false})?.size ?? 0;
	while (child.exitCode === null && written() < 40_000) await after(5);
	child.kill('SIGINT');
	t.is((await ended)[0], 130);
	t.regex(said, /; interrupted, import again for the rest\n$/);
	const {lines} = (await heldIn(db)).coverage;
	t.true(lines < 24 * 1756, `${lines} lines`);
	await importing(db, '--threads', '1', log);
	const held = await heldIn(db);
	t.is(held.coverage.lines, 24 * 1756);
	t.deepEqual(differences(held, await foundIn([{name: log, text: many}])), none);
});

test.serial('steps end by files and by time, so that a kill among many small files loses little', async t => {
	const folder = newFolder();
	mkdirSync(join(folder, 'logs'));
	const line = (file: number): string =>
		`2026-11-24T08:40:05.${String(file).padStart(6, '0')}+00:00 mx dovecot: imap-login: Login: user=<u${file}>, rip=192.0.2.1, lip=192.0.2.2, TLS\n`;
	for (let file = 0; file < 1010; file++)
		writeFileSync(join(folder, 'logs', `${String(file).padStart(4, '0')}.log`), line(file));
	const steps = async (db: string): Promise<number> => (await verifyDatabase(db)).steps;
	const [one, two] = [join(folder, 'one.db'), join(folder, 'two.db')];
	await importing(one, '--threads', '1', join(folder, 'logs'));
	// One of 1000 files, and the last; more where the host is slow.
	t.true((await steps(one)) >= 2);
	t.is((await heldIn(one)).sessions.length, 1010);
	t.regex((await importing(one, '--threads', '1', join(folder, 'logs'))).said.at(-1) ?? '', /nothing new in 1010; /);

	const log = put(folder, 'mail.log', Buffer.concat(Array.from({length: 8}, () => real)));
	await importing(two, '--threads', '1', '--block-bytes', '140000', '--step-seconds', '0.001', log);
	t.true((await steps(two)) > 10);
	const slow = await heldIn(two);
	const three = join(folder, 'three.db');
	await importing(three, '--threads', '1', log);
	t.is(await steps(three), 1);
	t.deepEqual(differences(slow, await heldIn(three)), none);
});

test.serial('of two imports into one database at the same time one waits or is refused in one sentence', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const log = put(folder, 'mail.log', Buffer.concat(Array.from({length: 20}, () => real)));
	const runs = [1, 2].map(async () => {
		const words = [bin, 'import', '--timezone', 'UTC', '--db', db, log];
		const child = spawn(process.execPath, words, {env, stdio: ['ignore', 'ignore', 'pipe']});
		let said = '';
		child.stderr.on('data', (text: Buffer) => {
			said += text.toString();
		});
		const [status] = await once(child, 'close');
		return {status, said};
	});
	const ended = await Promise.all(runs);
	t.true(ended.some(({status}) => status === 0));
	for (const {status, said} of ended)
		if (status !== 0) {
			t.is(status, 2);
			t.regex(said, /^tlsaudit: .*x\.db: the database is in use by process \d+ .*; wait for it or stop it\n$/);
		}
	t.is((await heldIn(db)).coverage.lines, 20 * 1756);
});

test.serial(
	'many files are looked at ahead: grown, new, packed and copied ones among unchanged ones each count once',
	async t => {
		const folder = newFolder();
		const db = join(folder, 'x.db');
		const lines = real.toString().trimEnd().split('\n');
		const part = (at: number, count = 40): Buffer =>
			Buffer.from(`${lines.slice(at * 50, at * 50 + count).join('\n')}\n`);
		const names = Array.from({length: 24}, (_, at) => `host${String(at).padStart(2, '0')}.log`);
		for (const [at, name] of names.entries()) put(folder, name, part(at));
		await importing(db, folder);
		t.regex((await importing(db, folder)).said.at(-1) ?? '', /read 0 files, nothing new in 24; sessions \+0, /);
		// Behind a dozen that are as they were: one that grew, a packed copy and a copy of that, and a new one.
		put(folder, names[13] ?? '', part(13, 50));
		rmSync(join(folder, names[15] ?? ''));
		put(folder, `${names[15]}.2.gz`, gzipSync(part(15)));
		put(folder, `${names[15]}.3.gz`, gzipSync(part(15)));
		put(folder, 'host17a.log', part(25));
		const {said} = await importing(db, folder);
		t.regex(said.at(-1) ?? '', /read 2 files, nothing new in \d+; /, said.join('\n'));
		t.is((await heldIn(db)).coverage.lines, 24 * 40 + 10 + 40);
		t.regex((await importing(db, folder)).said.at(-1) ?? '', /read 0 files, nothing new in 2\d; sessions \+0, /);
		t.is((await verifyDatabase(db)).faults.length, 0);
	},
);
