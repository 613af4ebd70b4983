import {createHash} from 'node:crypto';
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import test from 'ava';
import {check} from '../../../src/commands/check.ts';
import {sql} from '../../../src/commands/sql.ts';
import {openStore, type Store} from '../../../src/store/store.ts';
import {standIn} from '../../ingest/journal/fixture/stand-in.ts';
import {importing, newFolder} from '../fixture/importing.ts';
import {exporting, printed} from '../fixture/lakes.ts';
import {type MadeSessions, madeJournal, madeLog} from '../fixture/made-log.ts';

// Whose the files of a lake are, and which lake it is.

const mx1: MadeSessions = {host: 'mx1', day: '2026-11-27', hour: 10, sessions: 5};
const mx2: MadeSessions = {...mx1, host: 'mx2', version: 'TLSv1'};

/** The names of the files of a folder with a hash of their bytes; all, or the segments. */
const filesIn = (folder: string, only = ''): string[] =>
	readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name))
		.filter(path => relative(folder, path).startsWith(only))
		.sort()
		.map(path => `${relative(folder, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
const segmentsIn = (folder: string): string[] => filesIn(folder, 'day=');

async function rows(db: string, query: string): Promise<unknown[]> {
	const {text} = await printed(sql, 'sql', query, '--db', db, '--format', 'json');
	return JSON.parse(text) as unknown[];
}
const hosts = 'select log_host as host, count(*)::int as n from sessions group by all order by all';
/** A database of a log that is written first. */
async function imported(db: string, log: string, text: string, ...words: string[]): Promise<string> {
	writeFileSync(log, text);
	await importing(db, log, ...words);
	return db;
}

/** Sees statements of all writers before they run, until it is called off. */
async function watch(see: (statement: string) => void): Promise<() => void> {
	const store = await openStore();
	const writers = Object.getPrototypeOf(store.writer) as Store['writer'];
	await store.close();
	const {run} = writers;
	writers.run = function (statement, ...more) {
		see(statement);
		return run.call(this, statement, ...more);
	};
	return () => {
		writers.run = run;
	};
}
const sent = async (db: string, lake: string): Promise<string> => (await exporting(db, lake)).said.join();

test.serial('the journals of two hosts are two databases of a lake, whatever their entries say', async t => {
	const folder = newFolder();
	const lake = join(folder, 'lake');
	const journal = join(folder, 'journal');
	Object.assign(process.env, standIn(folder, journal));
	for (const [index, made] of [mx2, mx1, {...mx1, sessions: 7}].entries()) {
		writeFileSync(journal, madeJournal(made, `${index}`.repeat(32)));
		const db = join(folder, `${index}.db`);
		await importing(db, '--journal');
		await exporting(db, lake);
	}
	t.deepEqual(await rows(lake, hosts), [
		{host: 'mx1', n: 12},
		{host: 'mx2', n: 5},
	]);
	const {text} = await printed(check, 'check', '--policy', 'rfc9325', '--format', 'json', '--db', lake);
	t.is(JSON.parse(text).verdict, 'fail');
	// A database that was lost: the same journal again is the same one.
	const before = segmentsIn(lake);
	await importing(join(folder, 'again.db'), '--journal');
	t.regex(await sent(join(folder, 'again.db'), lake), /sent 0 sessions/);
	t.deepEqual(segmentsIn(lake), before);
	// A machine that was cloned together with its name.
	writeFileSync(journal, madeJournal({...mx1, hour: 12}, '1'.repeat(32)));
	await importing(join(folder, 'clone.db'), '--journal');
	for (let attempt = 0; attempt < 2; attempt++)
		await t.throwsAsync(exporting(join(folder, 'clone.db'), lake), {
			message: /: another database has sent sessions under [^\n]*; export to another folder, [^\n]*$/,
		});
	t.deepEqual(segmentsIn(lake), before);
});

test('logs that begin alike with nothing are two databases', async t => {
	const folder = newFolder();
	const lake = join(folder, 'lake');
	for (const made of [mx2, mx1]) {
		const log = join(folder, `${made.host}.log`);
		await exporting(await imported(`${log}.db`, log, `\n \n${madeLog(made)}`), lake);
	}
	t.is((await rows(lake, hosts)).length, 2);
});

test('a log that was sent in steps and is imported anew in one is the same, also when it has grown', async t => {
	const folder = newFolder();
	const [db, again, lake, log] = ['x.db', 'again.db', 'lake', 'x.log'].map(name => join(folder, name)) as [
		string,
		string,
		string,
		string,
	];
	let text = '';
	for (const hour of [9, 10, 11]) {
		text += madeLog({...mx1, hour});
		await imported(db, log, text);
		await exporting(db, lake);
	}
	const before = segmentsIn(lake);
	t.is(before.length, 3);
	await imported(again, log, text);
	t.regex(await sent(again, lake), /sent 0 sessions/);
	t.deepEqual(segmentsIn(lake), before);
	t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 15}]);
	rmSync(again);
	const former = join(folder, 'former.parquet');
	cpSync(
		join(lake, '_tlsaudit', readdirSync(join(lake, '_tlsaudit')).find(name => name.endsWith('.parquet')) ?? ''),
		former,
	);
	await imported(again, log, text + madeLog({...mx1, hour: 12, sessions: 3}));
	t.regex(await sent(again, lake), /sent 3 sessions in 1 segment/);
	t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 18}]);
	t.deepEqual(
		segmentsIn(lake).filter(each => before.includes(each)),
		before,
	);
	// As if it had been killed before it sent its part, and more comes.
	const [part = ''] = readdirSync(join(lake, '_tlsaudit')).filter(name => name.endsWith('.parquet'));
	cpSync(former, join(lake, '_tlsaudit', part));
	const store = await openStore({path: again});
	await store.run(`delete from exported_rows where part = 'published'`);
	await store.close();
	await imported(again, log, text + madeLog({...mx1, hour: 12, sessions: 4}));
	t.regex(await sent(again, lake), /sent 1 session in 1 segment/);
	t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 19}]);
	// The former one is there after all, and has less.
	const whole = filesIn(lake);
	for (let attempt = 0; attempt < 2; attempt++)
		await t.throwsAsync(exporting(db, lake), {
			message: /: another database has sent sessions under [^\n]*; export to another folder, [^\n]*$/,
		});
	t.deepEqual(filesIn(lake), whole);
});

test('a file of another database is never replaced, however often it is tried', async t => {
	const folder = newFolder();
	const [db, other, lake, log] = ['x.db', 'y.db', 'lake', 'x.log'].map(name => join(folder, name)) as [
		string,
		string,
		string,
		string,
	];
	await exporting(await imported(db, log, madeLog(mx1)), lake);
	// As if the export of a former database had not ended.
	rmSync(join(lake, '_tlsaudit'), {recursive: true});
	const before = segmentsIn(lake);
	await imported(other, log, madeLog(mx1) + madeLog({...mx1, hour: 11}));
	for (let attempt = 0; attempt < 3; attempt++)
		await t.throwsAsync(exporting(other, lake), {message: /: is there with other sessions, [^\n]*$/});
	t.deepEqual(segmentsIn(lake), before);
});

test('a lake that is moved goes on where it was, with what --keep has deleted since', async t => {
	const folder = newFolder();
	const [db, lake, moved, log] = ['x.db', 'lake', 'moved', 'x.log'].map(name => join(folder, name)) as [
		string,
		string,
		string,
		string,
	];
	let text = madeLog({...mx1, day: '2026-09-01', version: 'TLSv1'}) + madeLog(mx1);
	await exporting(await imported(db, log, text), lake);
	const before = segmentsIn(lake);
	text += madeLog({...mx1, hour: 11});
	await imported(db, log, text, '--keep', '30d');
	t.deepEqual(await rows(db, hosts), [{host: 'mx1', n: 10}]);
	renameSync(lake, moved);
	t.regex(await sent(db, moved), /sent 5 sessions in 1 segment/);
	t.deepEqual(await rows(moved, hosts), [{host: 'mx1', n: 15}]);
	t.deepEqual(
		segmentsIn(moved).filter(each => before.includes(each)),
		before,
	);
	// A lake whose name was lost, or a database that has forgotten it: what is there is told by its sessions.
	const store = await openStore({path: db});
	for (const table of ['exports', 'exported', 'exported_rows']) await store.run(`delete from ${table}`);
	await store.close();
	rmSync(join(moved, '_tlsaudit', 'id'));
	await imported(db, log, text + madeLog({...mx1, hour: 12, sessions: 2}));
	t.regex(await sent(db, moved), /sent 2 sessions in 1 segment/);
	t.deepEqual(await rows(moved, hosts), [{host: 'mx1', n: 17}]);
	t.regex(await sent(db, moved), /sent 0 sessions/);
});

test('a part that is torn is made anew, and more is sent', async t => {
	const folder = newFolder();
	const [db, lake, log] = ['x.db', 'lake', 'x.log'].map(name => join(folder, name)) as [string, string, string];
	await exporting(await imported(db, log, madeLog(mx1)), lake);
	const [part = ''] = readdirSync(join(lake, '_tlsaudit')).filter(name => name.endsWith('.parquet'));
	const path = join(lake, '_tlsaudit', part);
	writeFileSync(path, readFileSync(path).subarray(0, 500));
	await imported(db, log, madeLog(mx1) + madeLog({...mx1, hour: 11}));
	t.regex(await sent(db, lake), /sent 5 sessions in 1 segment/);
	t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 10}]);
});

test('what was sent is sent again where nothing of it is left, and only then', async t => {
	const folder = newFolder();
	const [db, lake, log] = ['x.db', 'lake', 'x.log'].map(name => join(folder, name)) as [string, string, string];
	const days = ['2026-11-26', '2026-11-27', '2026-11-28'];
	let text = '';
	for (const day of days) {
		text += madeLog({...mx1, day});
		await exporting(await imported(db, log, text), lake);
	}
	const withoutPart = (): void => {
		for (const name of readdirSync(join(lake, '_tlsaudit'))) if (name !== 'id') rmSync(join(lake, '_tlsaudit', name));
	};
	// As where an export was killed before it sent its first part, and a day was removed since.
	withoutPart();
	rmSync(join(lake, `day=${days[0]}`), {recursive: true});
	const left = segmentsIn(lake);
	t.regex(await sent(db, lake), /sent 0 sessions/);
	t.deepEqual(segmentsIn(lake), left);
	text += madeLog({...mx1, day: '2026-11-29', sessions: 2});
	await imported(db, log, text);
	t.regex(await sent(db, lake), /sent 2 sessions in 1 segment/);
	t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 12}]);
	withoutPart();
	for (const name of readdirSync(lake)) if (name.startsWith('day=')) rmSync(join(lake, name), {recursive: true});
	t.regex(await sent(db, lake), /sent 17 sessions in 4 segments/);
	t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 17}]);
});

test('a copy of a lake is filled up, and the lake itself goes on', async t => {
	const folder = newFolder();
	const [db, lake, copy, log] = ['x.db', 'lake', 'copy', 'x.log'].map(name => join(folder, name)) as [
		string,
		string,
		string,
		string,
	];
	let text = madeLog(mx1);
	await exporting(await imported(db, log, text), lake);
	cpSync(lake, copy, {recursive: true});
	text += madeLog({...mx1, day: '2026-11-28'});
	await imported(db, log, text);
	for (const each of [lake, copy, lake]) {
		await exporting(db, each);
		t.deepEqual(await rows(each, hosts), [{host: 'mx1', n: 10}]);
	}
	// A copy of the database, as of a backup, that has read other logs since.
	const former = join(folder, 'former.db');
	cpSync(db, former);
	await imported(db, log, text + madeLog({...mx1, day: '2026-11-29', sessions: 2}));
	await exporting(db, lake);
	await imported(former, log, text + madeLog({...mx1, day: '2026-11-29', sessions: 4}));
	await exporting(former, lake);
	t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 14}]);
});

test.serial('a host may export while the lake is read', async t => {
	const folder = newFolder();
	const [db, lake, later, log] = ['x.db', 'lake', 'later', 'x.log'].map(name => join(folder, name)) as [
		string,
		string,
		string,
		string,
	];
	await exporting(await imported(db, log, madeLog(mx1)), lake);
	cpSync(lake, later, {recursive: true});
	await imported(db, log, madeLog(mx1) + madeLog({...mx1, hour: 11}));
	await exporting(db, later);
	let exported = false;
	const stop = await watch(statement => {
		if (exported || !statement.includes('create table lake_parts')) return;
		exported = true;
		cpSync(later, lake, {recursive: true});
	});
	try {
		t.deepEqual(await rows(lake, hosts), [{host: 'mx1', n: 10}]);
		t.true(exported);
	} finally {
		stop();
	}
});

test('mail held back is in a lake once, whether or not its lines were deleted since', async t => {
	const folder = newFolder();
	const [db, lake, log] = ['x.db', 'lake', 'x.log'].map(name => join(folder, name)) as [string, string, string];
	await imported(db, log, madeLog(mx1));
	const store = await openStore({path: db});
	for (const [id, day] of [
		['A1', '2026-09-01'],
		['A2', '2026-09-02'],
		['A3', '2026-11-27'],
	])
		await store.run(
			`insert into held_lines values (timestamp '${day}', 'mx1', 'postfix/smtp', '${id}', 'example.org', 'not-tls', false, 1)`,
		);
	await store.close();
	const held = `select (select count(*)::int from held_lines) as lines, (select coalesce(sum(held), 0)::int from monthly_held) as sums`;
	await exporting(db, lake);
	t.deepEqual(await rows(lake, held), [{lines: 3, sums: 0}]);
	await importing(db, log, '--keep', '30d');
	t.deepEqual(await rows(db, held), [{lines: 1, sums: 2}]);
	for (let attempt = 0; attempt < 2; attempt++) {
		await exporting(db, lake);
		t.deepEqual(await rows(lake, held), [{lines: 1, sums: 2}]);
	}
});

test('files that no export has ended with are said, and may be what a rule asks for', async t => {
	const folder = newFolder();
	const [db, lake, log] = ['x.db', 'lake', 'x.log'].map(name => join(folder, name)) as [string, string, string];
	await exporting(await imported(db, log, madeLog(mx1)), lake);
	const [segment = ''] = readdirSync(lake, {recursive: true, encoding: 'utf8'}).filter(name =>
		/000001\.parquet$/.test(name),
	);
	const other = join(lake, segment.replace('2026-11-27', '2026-11-28'));
	mkdirSync(dirname(other), {recursive: true});
	cpSync(join(lake, segment), other);
	const {text, said} = await printed(check, 'check', '--policy', 'rfc9325', '--format', 'json', '--db', lake);
	t.regex(
		said.join('\n'),
		/: files are left out \(1\), such as day=2026-11-28[^\n]*: no export has ended with them; [^\n]*$/m,
	);
	t.like(JSON.parse(text), {pass: null, verdict: 'undecided'});
	t.true(existsSync(other));
});

test.serial('a first export sends one batch', async t => {
	const folder = newFolder();
	const [db, lake, log] = ['x.db', 'lake', 'x.log'].map(name => join(folder, name)) as [string, string, string];
	await imported(db, log, madeLog(mx1));
	let batches = 0;
	const stop = await watch(statement => {
		if (statement.startsWith('insert into exports values')) batches++;
	});
	try {
		await exporting(db, lake);
		t.is(batches, 1);
	} finally {
		stop();
	}
});
