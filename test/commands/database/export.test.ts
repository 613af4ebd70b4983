import {createHash} from 'node:crypto';
import {
	chmodSync,
	copyFileSync,
	cpSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import test from 'ava';
import {exitStatus} from '../../../src/cli/exit.ts';
import {readFlags} from '../../../src/cli/flags.ts';
import {readSettings} from '../../../src/cli/settings.ts';
import {check} from '../../../src/commands/check.ts';
import {exportSessions} from '../../../src/commands/database/export.ts';
import {verify} from '../../../src/commands/database/verify.ts';
import {importLogs} from '../../../src/commands/import.ts';
import {report} from '../../../src/commands/report.ts';
import {sql} from '../../../src/commands/sql.ts';
import {openStore} from '../../../src/store/store.ts';
import {makeSessions} from '../../bench/made-sessions.ts';
import {importing, newFolder, now, quietIo} from '../fixture/importing.ts';
import {databaseAndLake, exporting, printed, threeLogs} from '../fixture/lakes.ts';

/** The files of a folder with a hash of their bytes. */
const filesIn = (folder: string): ReadonlyArray<readonly [string, string]> =>
	readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name))
		.sort()
		.map(path => [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')] as const);

const segmentsIn = (folder: string): ReturnType<typeof filesIn> =>
	filesIn(folder).filter(([name]) => name.startsWith('day='));

const count = async (db: string): Promise<string> =>
	(await printed(sql, 'sql', 'select count(*)::int as n from sessions', '--db', db, '--format', 'json')).text;

const refusal = (db: string, ...words: string[]) => printed(report, 'report', ...words, '--db', db);

const segmentOf = (lake: string): string => {
	const found = filesIn(lake).find(([name]) => name.startsWith('day='));
	return join(lake, found?.[0] ?? '');
};

test('the same sessions make the same files, and sending again writes none', async t => {
	const {lake, folder} = await databaseAndLake();
	const files = filesIn(lake);
	t.is(files.filter(([name]) => name.startsWith('day=')).length, 3);
	for (const [name] of files) t.is(statSync(join(lake, name)).mode & 0o777, 0o600);
	const times = files.map(([name]) => statSync(join(lake, name)).mtimeMs);
	for (const log of ['mx1.log', 'mx2.log', 'mx3.log'])
		t.regex((await exporting(join(folder, `${log}.db`), lake)).said.join(), /sent 0 sessions in 0 segments/);
	t.deepEqual(
		filesIn(lake).map(([name]) => statSync(join(lake, name)).mtimeMs),
		times,
	);
	// Another lake, by databases that were made anew.
	const again = join(folder, 'again');
	for (const log of ['mx1.log', 'mx2.log', 'mx3.log']) {
		const db = join(folder, `${log}.again.db`);
		await importing(db, join(folder, log));
		await exporting(db, again);
		// A database that was lost and made anew sends what is there already.
		await exporting(db, lake);
	}
	// Their parts say whose they are.
	t.deepEqual(segmentsIn(again), segmentsIn(lake));
	t.deepEqual(
		segmentsIn(lake),
		files.filter(([name]) => name.startsWith('day=')),
	);
});

test('sessions of a day that was sent go into the next segment, and a log that was cut open ones again when they end', async t => {
	const folder = newFolder();
	const [log = ''] = threeLogs(folder);
	const lines = readFileSync(log, 'utf8').split(/(?<=\n)/);
	const [db, lake] = [join(folder, 'x.db'), join(folder, 'lake')];
	for (const share of [0.3, 0.31, 0.9, 1]) {
		writeFileSync(log, lines.slice(0, Math.ceil(lines.length * share)).join(''));
		await importing(db, log);
		await exporting(db, lake);
		t.is(await count(lake), await count(db));
	}
	t.true(filesIn(lake).filter(([name]) => name.startsWith('day=')).length >= 3);
	const all = await Promise.all(
		[db, lake].map(path => printed(sql, 'sql', 'from sessions order by all', '--db', path, '--format', 'json')),
	);
	t.deepEqual(all[1], all[0]);
});

test('sessions that were open when the parser forgot them are sent as they are', async t => {
	const folder = newFolder();
	const [log = '', other = ''] = threeLogs(folder);
	const [db, lake] = [join(folder, 'x.db'), join(folder, 'lake')];
	await importing(db, log);
	t.regex((await exporting(db, lake)).said.join(), /[1-9]\d* still open/);
	const store = await openStore({path: db});
	// As after a new release whose parser remembers in another way.
	await store.run('update import_states set format = -1');
	await store.close();
	await importing(db, other);
	await exporting(db, lake);
	const all = await Promise.all(
		[db, lake].map(path => printed(sql, 'sql', 'from sessions order by all', '--db', path, '--format', 'json')),
	);
	t.deepEqual(all[1], all[0]);
});

test('rows of a live log, which no import has brought, are sent, and those that come later, too', async t => {
	const folder = newFolder();
	const [log = ''] = threeLogs(folder);
	const [db, lake] = [join(folder, 'x.db'), join(folder, 'lake')];
	await importing(db, log);
	await exporting(db, lake);
	for (const pid of [1, 2]) {
		const store = await openStore({path: db});
		await store.run(
			`insert into session_rows by name select * replace (null as step, ${pid} as pid) from session_rows limit 5`,
		);
		await store.close();
		t.regex((await exporting(db, lake)).said.join(), /sent 5 sessions/);
		t.is(await count(lake), await count(db));
	}
});

test('another database with other sessions under the same name is refused, and nothing of the lake changes', async t => {
	const folder = newFolder();
	const [log = ''] = threeLogs(folder);
	const [db, other, lake] = [join(folder, 'x.db'), join(folder, 'y.db'), join(folder, 'lake')];
	await importing(db, log);
	await exporting(db, lake);
	const files = filesIn(lake);
	const lines = readFileSync(log, 'utf8').split(/(?<=\n)/);
	writeFileSync(log, lines.slice(0, 900).join(''));
	await importing(other, log);
	await t.throwsAsync(exporting(other, lake), {
		message:
			/: another database has sent sessions under [\da-f]{16} that this one does not have; export to another folder, [^\n]*$/,
	});
	t.deepEqual(filesIn(lake), files);
});

test('what cannot be read of a lake is one sentence', async t => {
	const {lake, folder} = await databaseAndLake();
	const copy = (): string => {
		const path = join(folder, `copy-${Math.random()}`);
		cpSync(lake, path, {recursive: true});
		return path;
	};
	const torn = copy();
	writeFileSync(segmentOf(torn), readFileSync(segmentOf(torn)).subarray(0, 3000));
	await t.throwsAsync(refusal(torn), {
		message: /^\/[^\n]*000001\.parquet: is torn, [^\n]*; copy it again, or export to another folder$/,
	});
	const newer = copy();
	renameSync(segmentOf(newer), segmentOf(newer).replace('/s1-', '/s2-'));
	await t.throwsAsync(refusal(newer), {
		message: /has format 2 of a lake, this program knows up to 1; use a newer tlsaudit$/,
	});
	const foreign = copy();
	copyFileSync(segmentOf(foreign), join(foreign, 'other.parquet'));
	await t.throwsAsync(refusal(foreign), {
		message: /other\.parquet: was not made by tlsaudit export; remove it from the lake, or [^\n]*$/,
	});
	const partless = copy();
	rmSync(join(partless, '_tlsaudit'), {recursive: true});
	await t.throwsAsync(refusal(partless), {
		message: /: no export into the lake has ended, or its folder _tlsaudit was not copied; /,
	});
	const gone = copy();
	const host = filesIn(gone).find(([name]) => name.includes('mx3'))?.[0] ?? '';
	rmSync(join(gone, host));
	await t.throwsAsync(refusal(gone), {message: /log_host=mx3\/s1-[^\n]*: is gone; copy it again, [^\n]*$/});
	// As the sentence says, an export to another folder makes the same file.
	const anew = newFolder();
	await exporting(join(folder, 'mx3.log.db'), anew);
	copyFileSync(join(anew, host), join(gone, host));
	t.deepEqual((await refusal(gone)).said, []);
	await t.throwsAsync(refusal(newFolder()), {message: /: no file of a lake is there; /});
	await t.throwsAsync(refusal('/nowhere/*.parquet'), {message: /: no file of a lake is there; /});
});

test('the oldest days of a lake are removed to keep it small, and a later one that is gone is a loss', async t => {
	const folder = newFolder();
	const [db, lake] = [join(folder, 'x.db'), join(folder, 'lake')];
	await makeSessions(db, {sessions: 60, hosts: 2, days: 6});
	await exporting(db, lake);
	const days = readdirSync(lake)
		.filter(name => name.startsWith('day='))
		.sort();
	t.is(days.length, 6);
	const without = async (...gone: readonly number[]) => {
		const copy = join(folder, `without-${gone.join('-')}`);
		cpSync(lake, copy, {recursive: true});
		for (const each of gone) rmSync(join(copy, days[each] ?? ''), {recursive: true});
		const {text, said, outcome} = await printed(
			check,
			...['check', '--max-violations', '1000', '--max-undecided', '100%', '--format', 'json', '--db', copy],
		);
		return {
			partial: JSON.parse(text).partial,
			said: said.join('\n').replaceAll(folder, ''),
			status: exitStatus(outcome),
		};
	};
	const whole = {partial: false, said: '', status: 0};
	t.deepEqual(await without(), whole);
	t.deepEqual(await without(0), whole);
	t.deepEqual(await without(0, 1, 2), whole);
	const advice = 'copy what is lost again (an export to another folder makes the same files)';
	t.deepEqual(await without(0, 2), {
		...{partial: true, status: 2},
		said: `/without-0-2: the folder ${days[2]} is gone; ${advice}`,
	});
	t.deepEqual(await without(2, 5), {
		...{partial: true, status: 2},
		said: `/without-2-5: 2 folders of days are gone, such as ${days[2]}; ${advice}`,
	});
	t.like(await without(0, 1, 2, 3, 4, 5), {partial: true, status: 2});
});

test('files of a database that has no part are left out, and said to be', async t => {
	const {lake, folder} = await databaseAndLake();
	const copy = join(folder, 'copy');
	cpSync(lake, copy, {recursive: true});
	const [, fingerprint] =
		/s1-([^-]+)-/.exec(filesIn(copy).find(([name]) => name.includes('log_host=mx1'))?.[0] ?? '') ?? [];
	rmSync(join(copy, '_tlsaudit', `s1-${fingerprint}.parquet`));
	for (const [command, ...words] of [['report'], ['check'], ['sql', 'select count(*) from sessions']]) {
		const run = {report, check, sql}[command ?? ''] ?? report;
		const {said, outcome} = await printed(run, command ?? '', ...words, '--db', copy);
		t.is(exitStatus(outcome), 2);
		t.regex(
			said.join('\n'),
			/files are left out \(1\), such as day=[^\n]*mx1[^\n]*: no export of their database has ended, [^\n]*copy it, too/,
		);
	}
	// What it has breaks nothing: that is no pass, as the rest may.
	const {text} = await printed(check, 'check', '--max-violations', '1000', '--format', 'json', '--db', copy);
	t.like(JSON.parse(text), {pass: null, verdict: 'undecided', partial: true});
});

/** Whether this process may read everything, as root may: then it cannot be refused. */
const mayAll = process.getuid?.() === 0;

test.serial('a lake, or a folder of it, that may not be read is said to be, not that it is empty', async t => {
	const {lake} = await databaseAndLake();
	const day = dirname(dirname(segmentOf(lake)));
	// A test that runs as root does this as another user.
	const lower = (): void => void (mayAll && process.seteuid?.(65_534));
	const raise = (): void => void (mayAll && process.seteuid?.(0));
	const open = (path: string, mode: number): void => {
		raise();
		chmodSync(path, mode);
		lower();
	};
	const all = [dirname(lake), lake, ...readdirSync(lake, {recursive: true}).map(name => join(lake, String(name)))];
	for (const path of [dirname(dirname(lake)), ...all]) chmodSync(path, 0o755);
	try {
		open(dirname(lake), 0);
		await t.throwsAsync(refusal(lake), {message: /: permission denied; run it as a user who may read what is there$/});
		open(dirname(lake), 0o755);
		for (const path of [lake, join(lake, '_tlsaudit'), day, dirname(segmentOf(lake)), segmentOf(lake)]) {
			open(path, 0);
			await t.throwsAsync(
				refusal(lake),
				{message: /: permission denied; run it as a user who may read the lake$/},
				path,
			);
			open(path, 0o755);
		}
		// A database is opened for writing: another place is no help to who named one that is there.
		const db = join(dirname(lake), 'mx1.log.db');
		open(db, 0);
		await t.throwsAsync(exporting(db, join(dirname(lake), 'x')), {
			message: /: permission denied; run it as a user who may write to the database, or [^\n]*$/,
		});
	} finally {
		raise();
	}
});

test('a lake is only read', async t => {
	const {lake, folder} = await databaseAndLake();
	const before = filesIn(lake);
	const log = join(folder, 'mx1.log');
	for (const attempt of [
		printed(importLogs, 'import', '--db', lake, log),
		printed(report, 'report', '--db', lake, log),
		printed(sql, 'sql', 'select 1', '--write', '--db', lake),
	])
		await t.throwsAsync(attempt, {message: /: a lake is only read; /});
	await t.throwsAsync(exporting(lake, join(folder, 'x')), {message: /: is a lake; /});
	await t.throwsAsync(
		printed(sql, 'sql', `copy (select 1 as x) to '${lake}/day=2026-11-29/x.parquet' (format parquet)`, '--db', lake),
		{message: /COPY is refused/},
	);
	await t.throwsAsync(printed(sql, 'sql', `from read_csv('/etc/passwd')`, '--db', lake), {message: /^sql: /});
	t.deepEqual(filesIn(lake), before);
});

test('a pattern chooses days and hosts, with what their databases say', async t => {
	const {lake} = await databaseAndLake();
	const asked = async (pattern: string): Promise<unknown> =>
		JSON.parse(
			(
				await printed(
					sql,
					...['sql', '--format', 'json', '--db', `${lake}/${pattern}`],
					`select list(distinct log_host order by log_host) as hosts, count(*)::int as n,
						(select sum(lines)::int from coverage) as lines from sessions`,
				)
			).text,
		);
	const day = await asked('day=2026-11-24/**/*.parquet');
	t.deepEqual(day, await asked('*/log_host=mx1/*.parquet'));
	t.like((day as unknown[])[0], {hosts: ['mx1'], lines: 1756});
	t.like(((await asked('day=2026-11-29/*/*.parquet')) as unknown[])[0], {hosts: ['mx2', 'mx3']});
	t.deepEqual(await asked(''), await asked('**/*.parquet'));
});

test('a lake is compared with a database, and no database with a lake', async t => {
	const {db, lake} = await databaseAndLake();
	const [one, other] = await Promise.all(
		[db, `${lake}/**/*.parquet`].map(path =>
			printed(report, 'report', '--compare', `${db}`, '--format', 'json', '--db', path),
		),
	);
	t.true((one?.text.length ?? 0) > 10_000);
	t.is(JSON.parse(other?.text ?? '').hops.length, JSON.parse(one?.text ?? '').hops.length);
	await t.throwsAsync(printed(report, 'report', '--compare', lake, '--db', db), {
		message: /: is a lake; compare with a span or a database$/,
	});
});

test('export says what it lacks', async t => {
	const folder = newFolder();
	await t.throwsAsync(exporting(join(folder, 'none.db'), join(folder, 'lake')), {
		message: /none\.db: no such database; /,
	});
	const [log = ''] = threeLogs(folder);
	await importing(join(folder, 'x.db'), log);
	for (const word of ['s3://bucket/lake', 'http://me@127.0.0.1:8123/x', 'clickhouse:/me@127.0.0.1/x', 'clickhouse:x'])
		await t.throwsAsync(exporting(join(folder, 'x.db'), word), {
			message: /^--to: [a-z0-9]+:\/* is no place that export knows; name a folder, or clickhouse:[^\n]*$/,
		});
	const unplaced = await readSettings(readFlags(['export', '--db', join(folder, 'x.db')]), now);
	await t.throwsAsync(exportSessions(unplaced, quietIo().io), {message: /^export needs a folder or a server; /});

	for (const [path, kind] of [
		[folder, 'lake'],
		['clickhouse://me@127.0.0.1/x', 'server'],
	] as const)
		await t.throwsAsync(verify(await readSettings(readFlags(['db', 'verify', path]), now), quietIo().io), {
			message: `${path}: is a ${kind}; db verify looks at a database`,
		});

	await t.throwsAsync(exporting(join(folder, 'x.db'), log), {
		message: /: a file is in the way; name a folder with --to$/,
	});
});
