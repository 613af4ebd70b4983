import {spawnSync} from 'node:child_process';
import {appendFileSync, copyFileSync, readFileSync, statSync, unlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {readFlags} from '../../src/cli/flags.ts';
import type {Io} from '../../src/cli/io.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {screenDataOf} from '../../src/commands/screen-data.ts';
import {planWatching} from '../../src/commands/watch-plan.ts';
import {openWatching, type Watching} from '../../src/commands/watch-reading.ts';
import type {ListedSession} from '../../src/model/sessions.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import {heldIn, importing, newFolder, now} from './fixture/importing.ts';
import {ioWith} from './fixture/io.ts';

const log = fileURLToPath(new URL('../../samples/founding-case.log', import.meta.url));
const long = fileURLToPath(new URL('../../samples/real/rfc3339.log', import.meta.url));

const settingsOf = (words: readonly string[]) => readSettings(readFlags(['--timezone', 'UTC', ...words]), now);

/** Opens what a screen would show, with a device for standard input unless a test gives one. */
async function watching(words: readonly string[], io: Partial<Io> = {inputIsDevice: true}): Promise<Watching> {
	const settings = await settingsOf(words);
	const outside = ioWith(io);
	return openWatching(settings, outside, await planWatching(settings, outside));
}

async function until(test: () => boolean | Promise<boolean>): Promise<void> {
	for (let turn = 0; turn < 400; turn += 1) {
		if (await test()) return;
		await after(25);
	}
	throw new Error('it never came');
}

const read = (screen: Watching): Promise<void> => until(() => screen.progress().phase === 'ended');

const sessionsIn = async ({store}: Watching): Promise<number> =>
	Number((await store.all('select count(*)::double as n from session_rows'))[0]?.n);

test('a database is asked where it lies: it is not changed, and several ask it at once', async t => {
	const db = join(newFolder(), 'mail.db');
	await importing(db, log);
	const [bytes, changed] = [readFileSync(db), statSync(db).mtimeMs];
	const one = await watching(['--db', db]);
	const other = await watching(['--db', db]);
	for (const screen of [one, other]) {
		t.like(screen.progress(), {phase: 'ended', sessions: 15, problems: []});
		t.is((await screen.coverage()).lines, 57);
		const data = screenDataOf(screen, await settingsOf(['--db', db]), findPolicy('founding'));
		const {rows, verdict} = await data.overview({}, 60);
		t.is(verdict, 'fail');
		t.is(
			rows.reduce((sum, row) => sum + row.violations, 0),
			5,
		);
		t.deepEqual(await screen.stop(), {incomplete: false});
	}
	t.true(readFileSync(db).equals(bytes));
	t.is(statSync(db).mtimeMs, changed);
});

test('archives come to the screen as to a report, and their raw lines are found again, packed or not', async t => {
	const folder = newFolder();
	const text = readFileSync(long);
	// It may not be installed.
	const packer = 'xz';
	const xz = spawnSync(packer, ['-c'], {input: text});
	for (const name of ['a.log', 'b.log.gz', ...(xz.status === 0 ? ['c.log.xz'] : [])]) {
		const path = join(folder, name);
		if (name.endsWith('.gz')) writeFileSync(path, gzipSync(text));
		else if (name.endsWith('.xz')) writeFileSync(path, xz.stdout);
		else copyFileSync(long, path);
		const screen = await watching([path]);
		await read(screen);
		t.like(screen.progress(), {sessions: 277, problems: []}, name);
		t.is(screen.version() > 0, true);
		t.is((await screen.coverage()).lines, screen.progress().lines);
		const [row] = await screen.store.all<ListedSession>(
			'select * from sessions where first_line > 900 order by first_line limit 1',
		);
		const {first_line: from, last_line: to} = row ?? {};
		const raw = await screen.rawLines(row ?? {}, 0);
		t.deepEqual(
			raw.lines.map(line => line.text),
			text
				.toString()
				.split('\n')
				.slice(Number(from) - 1, Number(to)),
			name,
		);
		t.true(raw.lines[0]?.own);
		await screen.stop();
	}
});

test('a database is brought up to date by the files beside it, and never counts them twice', async t => {
	const folder = newFolder();
	const db = join(folder, 'mail.db');
	const file = join(folder, 'mail.log');
	copyFileSync(log, file);
	for (const turn of [1, 2]) {
		const screen = await watching(['--db', db, file]);
		await read(screen);
		t.is(await sessionsIn(screen), 15, `turn ${turn}`);
		t.is((await screen.coverage()).lines, 57);
		t.deepEqual(await screen.stop(), {incomplete: false});
	}
	t.is((await heldIn(db)).sessions.length, 15);
});

test('what streams in beside a database is shown with it, kept in it, and never deleted from it', async t => {
	const db = join(newFolder(), 'mail.db');
	await importing(db, log);
	const stdin = new PassThrough();
	const screen = await watching(['--db', db, '-'], {stdin});
	stdin.write(readFileSync(log));
	await until(async () => (await sessionsIn(screen)) >= 15 + 14);
	t.is(screen.progress().phase, 'live');
	t.is((await screen.coverage()).lines, 57 + 57);
	stdin.end();
	await read(screen);
	await screen.stop();
	const held = await heldIn(db);
	t.is(held.sessions.length, 30);
	t.is(held.coverage.lines, 57 + 57);
});

test('a followed file goes on coming', async t => {
	const file = join(newFolder(), 'mail.log');
	const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
	writeFileSync(file, `${lines.slice(0, 30).join('\n')}\n`);
	const screen = await watching(['--follow', file]);
	await until(() => screen.progress().phase === 'live' && screen.progress().lines === 30);
	appendFileSync(file, `${lines.slice(30).join('\n')}\n`);
	await until(() => screen.progress().lines === 57);
	t.is((await screen.rawLines({source: file, first_line: 55, last_line: 55}, 0)).lines[0]?.text, lines[54]);
	t.deepEqual(await screen.stop(), {incomplete: false});
});

const wholeRow = async (screen: Watching, user: string): Promise<ListedSession> => {
	const [row] = await screen.store.all<ListedSession>(
		`select * from sessions where username = '${user}' order by first_line`,
	);
	if (row === undefined) throw new Error(`no session of ${user}`);
	return row;
};

test('the lines of a session that a database remembers, and why they are missing when its log is gone or another', async t => {
	const folder = newFolder();
	const file = join(folder, 'mail.log');
	const db = join(folder, 'mail.db');
	copyFileSync(log, file);
	await importing(db, file);
	const screen = await watching(['--db', db]);
	const row = await wholeRow(screen, 'scanner@example.org');
	const {first_line: first, last_line: last} = row;
	const lines = readFileSync(log, 'latin1').trimEnd().split('\n');
	const found = await screen.rawLines(row, 3);
	t.is(found.problem, null);
	t.is(found.note, null);
	t.deepEqual(
		found.lines.map(({bytes}) => Buffer.from(bytes).toString('latin1')),
		lines.slice(Number(first) - 1 - 3, Number(last) + 3),
	);
	t.is(found.lines.find(({own}) => own)?.number, Number(first));
	t.true(found.lines.every(({own, text}) => !own || text.includes(`[${row.pid}]`)));
	writeFileSync(file, readFileSync(long));
	const other = await screen.rawLines(row, 3);
	t.regex(
		other.note ?? '',
		/mail\.log has other lines in this place than when it was read: it was rotated or replaced/,
	);
	t.false(other.lines.some(({own}) => own));
	writeFileSync(file, `${lines.slice(0, Number(last) - 1).join('\n')}\n`);
	t.regex((await screen.rawLines(row, 3)).note ?? '', /ends before line \d+, where the session ends/);
	writeFileSync(file, 'one line\n');
	t.regex((await screen.rawLines(row, 3)).problem ?? '', /has no line \d+ any more/);
	unlinkSync(file);
	t.regex(
		(await screen.rawLines(row, 3)).problem ?? '',
		/mail\.log is not here .*a database keeps sessions, not their lines/,
	);
	await screen.stop();
});

test('a line is there to the byte, what is no text in it included', async t => {
	const file = join(newFolder(), 'mail.log');
	const odd = Buffer.from(readFileSync(log, 'latin1').replace('carla@', 'carl\u00E4@'), 'latin1');
	writeFileSync(file, odd);
	const screen = await watching([file]);
	await read(screen);
	const {lines} = await screen.rawLines({source: file, first_line: 55, last_line: 55}, 0);
	t.is(
		Buffer.from(lines[0]?.bytes ?? new Uint8Array()).toString('latin1'),
		String(odd.toString('latin1').split('\n')[54]),
	);
	await screen.stop();
});

test('lines of a pipe are kept for a while, and then it is said that they are not', async t => {
	const stdin = new PassThrough();
	const screen = await watching(['-'], {stdin});
	stdin.write(readFileSync(log));
	await until(async () => (await sessionsIn(screen)) >= 14);
	const row = await wholeRow(screen, 'scanner@example.org');
	t.true((await screen.rawLines(row, 0)).lines[0]?.own);
	const noise = Buffer.from(`${'x'.repeat(1000)}\n`.repeat(1000));
	for (let turn = 0; turn < 30; turn += 1) stdin.write(noise);
	await until(() => screen.progress().lines >= 57 + 30_000);
	t.regex(
		(await screen.rawLines(row, 0)).problem ?? '',
		/came from a pipe and are no longer kept: the newest 24 MB are/,
	);
	stdin.end();
	await read(screen);
	await screen.stop();
});

test('a session that goes on for very many lines is shown by its beginning and its end, and that is said', async t => {
	const file = join(newFolder(), 'mail.log');
	const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
	const [connect, ...rest] = lines.filter(line => line.includes('[2101]'));
	const noise = 'Oct 12 08:02:00 mx1 postfix/qmgr[7]: 4F1A2B3C4D: removed\n'.repeat(30_000);
	writeFileSync(file, `${connect}\n${noise}${rest.join('\n')}\n`);
	const screen = await watching([file]);
	await read(screen);
	const row = await wholeRow(screen, 'ana@example.org');
	const {note, lines: shown} = await screen.rawLines(row, 0);
	t.regex(note ?? '', /goes on for 30,\d+ lines of the log; lines 10,001 to 20,\d+ are left out here/);
	t.deepEqual(
		shown.filter(({own}) => own).map(({text}) => text),
		[connect, ...rest].slice(0, 4),
	);
	await screen.stop();
});
