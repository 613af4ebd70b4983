import {linkSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {expand} from '../../src/ingest/expand.ts';

function folderWith(...names: string[]): string {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-expand-'));
	for (const name of names) writeFileSync(join(folder, name), '');
	return folder;
}

test('nothing named, or -, is standard input', async t => {
	t.deepEqual((await expand([])).sources, [{name: '-', path: null, modified: null, size: null}]);
	t.is((await expand(['-'])).sources[0]?.path, null);
});

test('a directory stands for its logs, the oldest first', async t => {
	const folder = folderWith('mail.log', 'mail.log.1', 'mail.log.2.gz', 'notes.txt');
	const {sources, problems} = await expand([folder]);
	t.deepEqual(
		sources.map(({name}) => name.slice(folder.length + 1)),
		['mail.log.2.gz', 'mail.log.1', 'mail.log'],
	);
	t.deepEqual(problems, []);
});

test('a directory without logs is a problem, the other arguments are kept', async t => {
	const empty = folderWith('notes.txt');
	const folder = folderWith('mail.log');
	const {sources, problems} = await expand([empty, folder]);
	t.is(sources.length, 1);
	t.deepEqual(problems, [`${empty}: the directory holds no log files; name the files to read`]);
});

test('a pattern that the shell left standing is matched', async t => {
	const folder = folderWith('a.log', 'b.log', 'c.txt', '.hidden.log', 'x(1).log');
	mkdirSync(join(folder, 'sub'));
	writeFileSync(join(folder, 'sub', 'd.log'), '');
	const names = async (pattern: string): Promise<string[]> =>
		(await expand([join(folder, pattern)])).sources.map(({name}) => name.slice(folder.length + 1));
	t.deepEqual(await names('*.log'), ['a.log', 'b.log', 'x(1).log']);
	t.deepEqual(await names('[!a].log'), ['b.log']);
	t.deepEqual(await names('?.log'), ['a.log', 'b.log']);
	t.deepEqual(await names('s*/d.*'), ['sub/d.log']);
	t.deepEqual(await names('x(*).log'), ['x(1).log']);
	t.deepEqual((await expand([join(folder, '*.nothing')])).problems.length, 1);
});

test('a name with a bracket that exists is taken as it is', async t => {
	const folder = folderWith('mail[1].log');
	t.is((await expand([join(folder, 'mail[1].log')])).sources.length, 1);
});

test('a file named twice, or by a link, is read once', async t => {
	const folder = folderWith('mail.log');
	const file = join(folder, 'mail.log');
	symlinkSync(file, join(folder, 'link.log'));
	linkSync(file, join(folder, 'hard.log'));
	const {sources} = await expand([file, file, join(folder, 'link.log'), join(folder, 'hard.log'), folder]);
	t.is(sources.length, 1);
});

test('a missing file is one sentence', async t => {
	t.deepEqual((await expand(['no/such.log'])).problems, ['no/such.log: no such file; check the name']);
});
