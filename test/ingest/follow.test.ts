import {appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {follow} from '../../src/ingest/follow.ts';
import {readLines} from '../../src/ingest/live.ts';
import {eachLine} from './fixture/lines-in.ts';

type Following = {
	readonly path: string;
	readonly lines: string[];
	readonly rotations: string[];
	readonly until: (count: number) => Promise<void>;
};

async function following(t: ExecutionContext, text: string, work: (at: Following) => Promise<void>): Promise<string[]> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-follow-'));
	const path = join(folder, 'mail.log');
	writeFileSync(path, text);
	const stop = new AbortController();
	const lines: string[] = [];
	const rotations: string[] = [];
	const chunks = follow(path, {signal: stop.signal, every: 10, onRotation: how => rotations.push(how)});
	const reading = readLines(
		chunks,
		eachLine(line => lines.push(line)),
	);
	const until = async (count: number): Promise<void> => {
		for (let turn = 0; turn < 300 && lines.length < count; turn += 1) await after(10);
		if (lines.length < count) t.log(lines);
		t.true(lines.length >= count, `${lines.length} of ${count} lines came`);
	};
	try {
		await work({path, lines, rotations, until});
	} finally {
		stop.abort();
		t.is(await reading, null);
		rmSync(folder, {recursive: true, force: true});
	}
	return lines;
}

test('what a file holds comes first, then what is added', async t => {
	const lines = await following(t, 'one\ntwo\n', async ({path, until}) => {
		await until(2);
		appendFileSync(path, 'three\n');
		await until(3);
	});
	t.deepEqual(lines, ['one', 'two', 'three']);
});

test('a line written in pieces comes once and whole', async t => {
	const lines = await following(t, 'one\n', async ({path, until}) => {
		await until(1);
		appendFileSync(path, 'tw');
		await after(60);
		appendFileSync(path, 'o\n');
		await until(2);
	});
	t.deepEqual(lines, ['one', 'two']);
});

test('a renamed file is read to its end, then the new one of its name', async t => {
	const lines = await following(t, 'one\n', async ({path, rotations, until}) => {
		await until(1);
		renameSync(path, `${path}.1`);
		appendFileSync(`${path}.1`, 'late\n');
		await after(60);
		writeFileSync(path, 'new\n');
		await until(3);
		t.deepEqual(rotations, ['renamed']);
		appendFileSync(path, 'more\n');
		await until(4);
	});
	t.deepEqual(lines, ['one', 'late', 'new', 'more']);
});

test('a line that rotation broke off is not joined to the next file’s first', async t => {
	const lines = await following(t, 'one\nbroken', async ({path, until}) => {
		await until(1);
		renameSync(path, `${path}.1`);
		writeFileSync(path, 'new\n');
		await until(3);
	});
	t.deepEqual(lines, ['one', 'broken', 'new']);
});

test('a file that was copied and cut is read from its start again', async t => {
	const lines = await following(t, 'one\ntwo\n', async ({path, rotations, until}) => {
		await until(2);
		copyFileSync(path, `${path}.1`);
		truncateSync(path, 0);
		await after(60);
		appendFileSync(path, 'new\n');
		await until(3);
		t.deepEqual(rotations, ['truncated']);
	});
	t.deepEqual(lines, ['one', 'two', 'new']);
});

test('a name that is gone for a while is waited for', async t => {
	const lines = await following(t, 'one\n', async ({path, until}) => {
		await until(1);
		rmSync(path);
		await after(100);
		writeFileSync(path, 'back\n');
		await until(2);
	});
	t.deepEqual(lines, ['one', 'back']);
});

test('a file that is not there at first is the system’s error', async t => {
	const chunks = follow('/nonexistent/mail.log', {signal: new AbortController().signal});
	await t.throwsAsync(chunks.next(), {code: 'ENOENT'});
});
