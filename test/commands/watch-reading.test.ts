import {spawnSync} from 'node:child_process';
import {appendFileSync, copyFileSync, readFileSync, statSync, writeFileSync} from 'node:fs';
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
		const [first] = await screen.store.all<{first_line: number; last_line: number; source: string}>(
			'select first_line, last_line, source from sessions where first_line > 900 order by first_line limit 1',
		);
		const {first_line: from = 0, last_line: to = 0, source = ''} = first ?? {};
		const raw = await screen.rawLines(source, from, to, 0);
		t.deepEqual(
			raw.lines,
			text
				.toString()
				.split('\n')
				.slice(from - 1, to),
			name,
		);
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
	t.is((await screen.rawLines(file, 55, 55, 0)).lines[0], lines[54]);
	t.deepEqual(await screen.stop(), {incomplete: false});
});
