import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough, Readable} from 'node:stream';
import {setTimeout as after} from 'node:timers/promises';
import test from 'ava';
import {ingest} from '../../../src/ingest/ingest.ts';
import {expand} from '../../../src/ingest/sources/expand.ts';
import {inTimeOrder, rotationOf} from '../../../src/ingest/sources/rotation.ts';
import {untilStopped} from '../../../src/ingest/sources/until-stopped.ts';
import {eachLine} from '../fixture/lines-in.ts';

async function readAfter(change: (folder: string) => void): Promise<{lines: string[]; problems: string[]}> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-moved-'));
	writeFileSync(join(folder, 'mail.log.1'), 'older\n');
	writeFileSync(join(folder, 'mail.log'), 'newer\n');
	const {sources} = await expand([folder]);
	change(folder);
	const lines: string[] = [];
	const {problems} = await ingest(sources, {
		open: () => undefined,
		lines: eachLine(text => lines.push(text)),
		stdin: Readable.from([]),
		signal: new AbortController().signal,
	});
	return {lines, problems: problems.map(problem => problem.slice(folder.length + 1))};
}

test('files that were rotated after they were listed are read once each, by what they are and not by name', async t => {
	const {lines, problems} = await readAfter(folder => {
		renameSync(join(folder, 'mail.log.1'), join(folder, 'mail.log.2'));
		renameSync(join(folder, 'mail.log'), join(folder, 'mail.log.1'));
		writeFileSync(join(folder, 'mail.log'), 'newest\n');
	});
	t.deepEqual(lines, ['older', 'newer']);
	t.deepEqual(problems, []);
});

test('one that is gone is a sentence, and no other is read in its place', async t => {
	const {lines, problems} = await readAfter(folder => {
		rmSync(join(folder, 'mail.log.1'));
		renameSync(join(folder, 'mail.log'), join(folder, 'mail.log.1'));
	});
	t.deepEqual(lines, ['newer']);
	t.deepEqual(problems, [
		'mail.log.1: was rotated away or replaced after the run began and could not be read; run again',
	]);
});

const order = (names: string[]): string[] =>
	inTimeOrder(names.map(name => ({name, path: name, modified: null, size: null}))).map(({name}) => name);

test('numbered files come before the one being written, the highest number first', t => {
	t.deepEqual(order(['mail.log', 'mail.log.1', 'mail.log.10.gz', 'mail.log.2.gz']), [
		'mail.log.10.gz',
		'mail.log.2.gz',
		'mail.log.1',
		'mail.log',
	]);
});

test('dated files come in the order of their dates, whatever follows the date', t => {
	t.deepEqual(order(['maillog', 'maillog-20260201.gz', 'maillog-20251228.xz', 'maillog-20260201-1706745600']), [
		'maillog-20251228.xz',
		'maillog-20260201.gz',
		'maillog-20260201-1706745600',
		'maillog',
	]);
	t.deepEqual(order(['mail.log', 'mail.log.2026-01-02', 'mail.log.2026-01-01.zst']), [
		'mail.log.2026-01-01.zst',
		'mail.log.2026-01-02',
		'mail.log',
	]);
});

test('a date before the ending belongs to the same set', t => {
	t.deepEqual(rotationOf('mail-20260131.log'), {base: 'mail.log', number: null, date: '20260131'});
});

test('a number before the ending is a rotation beside the file without one', t => {
	t.deepEqual(order(['mail.1.log', 'mail.2.log.gz', 'mail.log']), ['mail.2.log.gz', 'mail.1.log', 'mail.log']);
	t.deepEqual(order(['dovecot-2.3.log', 'dovecot-2.4.log']), ['dovecot-2.3.log', 'dovecot-2.4.log']);
});

test('a set is one however its folder is written', t => {
	t.deepEqual(order(['./mail.log', 'mail.log.1']), ['mail.log.1', './mail.log']);
});

test('sets stay apart and stand in the order given', t => {
	t.deepEqual(order(['b/mail.log', 'a/mail.log', 'b/mail.log.1', 'a/mail.log.1']), [
		'b/mail.log.1',
		'b/mail.log',
		'a/mail.log.1',
		'a/mail.log',
	]);
});

test('versions in a name are no rotation', t => {
	t.deepEqual(rotationOf('dovecot-2.4.log'), {base: 'dovecot-2.4.log', number: null, date: null});
});

async function collect(stream: PassThrough, signal: AbortSignal): Promise<string> {
	let text = '';
	for await (const chunk of untilStopped(stream, signal)) text += chunk.toString();
	return text;
}

test('reads to the end when nobody stops it', async t => {
	const stream = new PassThrough();
	stream.write('a');
	stream.end('b');
	t.is(await collect(stream, new AbortController().signal), 'ab');
});

test('what was written before the signal is read, then it ends though the stream does not', async t => {
	const stream = new PassThrough();
	const controller = new AbortController();
	const reading = collect(stream, controller.signal);
	stream.write('a');
	await after(10);
	stream.write('b');
	controller.abort();
	stream.write('c');
	t.is(await reading, 'abc');
	t.true(stream.destroyed);
});

test('a stream that never pauses is left after a grace', async t => {
	const stream = new PassThrough();
	const flood = setInterval(() => stream.write('x'), 5);
	const began = performance.now();
	const text = await collect(stream, AbortSignal.abort());
	clearInterval(flood);
	t.true(text.length > 0);
	t.true(performance.now() - began < 5000);
});

test('an error of the stream is passed on', async t => {
	const stream = new PassThrough();
	const reading = collect(stream, new AbortController().signal);
	stream.destroy(new Error('gone'));
	await t.throwsAsync(reading, {message: 'gone'});
});

test('a stream that is taken away after the signal has ended, and is not damaged', async t => {
	const stream = new PassThrough();
	const controller = new AbortController();
	const reading = collect(stream, controller.signal);
	stream.write('a');
	await after(10);
	controller.abort();
	stream.destroy();
	t.is(await reading, 'a');
});
