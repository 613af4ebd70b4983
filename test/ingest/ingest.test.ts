import {appendFileSync, mkdtempSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough, Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {ingest} from '../../src/ingest/ingest.ts';
import {type Source, standardInput} from '../../src/ingest/sources/source.ts';
import {eachLine} from './fixture/lines-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-ingest-'));

function file(name: string, content: string | Buffer): Source {
	const path = join(folder, name);
	writeFileSync(path, content);
	return {name, path, modified: 1, size: content.length};
}

async function read(sources: readonly Source[], stdin: Readable = Readable.from([])) {
	const lines: string[] = [];
	let progress = 0;
	const result = await ingest(sources, {
		open: ({name}) => lines.push(`<${name}>`),
		lines: eachLine(text => lines.push(text)),
		stdin,
		signal: new AbortController().signal,
		onProgress: bytes => {
			progress = bytes;
		},
	});
	return {...result, lines, progress};
}

test('reads plain and packed sources in order and counts their bytes', async t => {
	const packed = gzipSync('c\n');
	const {lines, problems, bytes, progress, opened} = await read([file('1.log', 'a\nb'), file('2.log', packed)]);
	t.deepEqual(lines, ['<1.log>', 'a', 'b', '<2.log>', 'c']);
	t.deepEqual(problems, []);
	t.is(bytes, 3 + packed.length);
	t.is(progress, bytes);
	t.is(opened, 2);
});

test('standard input may be packed too, and packed twice', async t => {
	const {lines} = await read([standardInput], Readable.from([gzipSync(gzipSync('a\n'))]));
	t.deepEqual(lines, ['<->', 'a']);
});

test('a live log is read while it is written: a first short line does not wait for more', async t => {
	const stdin = new PassThrough();
	const seen = new Promise<string>(resolve => {
		void ingest([standardInput], {
			open: () => undefined,
			lines: eachLine(resolve),
			stdin,
			signal: new AbortController().signal,
		});
	});
	stdin.write('first line\n');
	t.is(await seen, 'first line');
	stdin.end();
});

test('what cannot be read is a sentence, and the other files are read', async t => {
	const missing = {name: 'gone.log', path: join(folder, 'gone.log'), modified: null, size: null};
	const directory = {name: 'dir', path: folder, modified: null, size: null};
	const {lines, problems, opened} = await read([
		missing,
		directory,
		file('p.log', '\x7fELF\x02'),
		file('good.log', 'a'),
	]);
	t.deepEqual(lines, ['<good.log>', 'a']);
	t.deepEqual(problems, [
		'gone.log: no such file; check the name',
		'dir: is a directory; name the files in it',
		'p.log: is a program, not a log',
	]);
	t.is(opened, 1);
});

test('of a truncated archive what was read is kept', async t => {
	const text = Array.from({length: 5000}, (_, index) => `line ${index * 7919}\n`).join('');
	const packed = gzipSync(text);
	const {lines, problems} = await read([file('cut.log.gz', packed.subarray(0, packed.length - 1000))]);
	t.regex(problems[0] ?? '', /^cut\.log\.gz: the gzip file ends too early;/);
	t.true(lines.length > 3000);
	t.is(lines[1], 'line 0');
	t.true(lines.at(-1)?.endsWith('\0\0') || text.includes(`${lines.at(-1)}\n`));
});

test('an archive cut within its first bytes is a sentence, not a hang', async t => {
	const {problems} = await read([file('tiny.gz', gzipSync('hello\n').subarray(0, 12))]);
	t.regex(problems[0] ?? '', /ends too early/);
});

test('the signal ends reading between and within files', async t => {
	const controller = new AbortController();
	let lines = 0;
	await ingest([file('long.log', 'x\n'.repeat(500_000)), file('next.log', 'y\n')], {
		open: () => undefined,
		lines: eachLine(() => {
			lines += 1;
			if (lines === 1000) controller.abort();
		}),
		stdin: Readable.from([]),
		signal: controller.signal,
	});
	t.true(lines >= 1000 && lines < 400_000);
});

test('a file that grows while it is read is read to the end that is found', async t => {
	const source = file('growing.log', 'x\n'.repeat(400_000));
	let lines = 0;
	const {problems} = await ingest([source], {
		open: () => undefined,
		lines: eachLine(() => {
			lines += 1;
			if (lines === 1000 && source.path !== null) appendFileSync(source.path, 'y\n'.repeat(5));
		}),
		stdin: Readable.from([]),
		signal: new AbortController().signal,
	});
	t.is(lines, 400_005);
	t.deepEqual(problems, []);
});

test('a file that is truncated while it is read keeps what was read, and half a line is marked', async t => {
	const source = file('copytruncate.log', '0123456789\n'.repeat(200_000));
	const lines: string[] = [];
	const {problems} = await ingest([source], {
		open: () => undefined,
		lines: eachLine(text => {
			lines.push(text);
			if (lines.length === 1000 && source.path !== null) truncateSync(source.path, 0);
		}),
		stdin: Readable.from([]),
		signal: new AbortController().signal,
	});
	t.true(lines.length > 1000 && lines.length < 200_000);
	t.true(lines.at(-1) === '0123456789' || lines.at(-1)?.endsWith('\0\0'));
	t.regex(problems[0] ?? '', /^copytruncate\.log: was truncated while it was read, after \d+ bytes, which are kept;/);
});

test('an error of the store ends the run', async t => {
	const run = ingest([file('one.log', 'a\n')], {
		open: () => undefined,
		lines: eachLine(() => {
			throw new Error('disk full');
		}),
		stdin: Readable.from([]),
		signal: new AbortController().signal,
	});
	await t.throwsAsync(run, {message: 'disk full'});
});
