import {chmodSync, linkSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test from 'ava';
import {expand} from '../../../src/ingest/sources/expand.ts';

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

test('what cannot be read in a folder is reported by its name, the rest is kept', async t => {
	const folder = folderWith('mail.log');
	symlinkSync('nowhere', join(folder, 'maillog'));
	const {sources, problems} = await expand([folder]);
	t.deepEqual(
		sources.map(({name}) => name),
		[join(folder, 'mail.log')],
	);
	t.deepEqual(problems, [`${folder}/maillog: no such file; check the name`]);
});

test.serial('a folder that may not be looked into is reported by its name, the others are read', async t => {
	const folder = folderWith();
	for (const name of ['a', 'b', 'c']) {
		mkdirSync(join(folder, name));
		writeFileSync(join(folder, name, 'mail.log'), '');
	}
	chmodSync(folder, 0o755);
	chmodSync(join(folder, 'b'), 0o000);
	// Root may look into everything.
	const isRoot = process.geteuid?.() === 0;
	if (isRoot) process.seteuid?.(65_534);
	try {
		const missing = join(folder, 'd');
		const {sources, problems, unreadable} = await expand([folder, missing]);
		t.deepEqual(
			sources.map(({name}) => name),
			[join(folder, 'a', 'mail.log'), join(folder, 'c', 'mail.log')],
		);
		const problem = `${folder}/b: permission denied; run as a user who may read it`;
		t.deepEqual(problems, [problem, `${missing}: no such file; check the name`]);
		// What is not there holds no log.
		t.deepEqual(unreadable, [{name: `${folder}/b`, problem}]);
	} finally {
		if (isRoot) process.seteuid?.(0);
	}
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

function tree(...paths: string[]): string {
	const folder = folderWith();
	for (const path of paths) {
		mkdirSync(dirname(join(folder, path)), {recursive: true});
		writeFileSync(join(folder, path), '');
	}
	return folder;
}

async function found(folder: string, ...args: string[]): Promise<string[]> {
	const {sources} = await expand(args.map(each => join(folder, each)));
	return sources.map(({name}) => name.slice(folder.length + 1));
}

test('braces and ** in a quoted pattern mean what they mean in a shell', async t => {
	const folder = tree('mail.log', 'mx1/mail.log', 'mx2/deep/mail.log', '.hidden/mail.log', 'mx1/notes.txt');
	t.deepEqual(await found(folder, '**/mail.log'), ['mail.log', 'mx1/mail.log', 'mx2/deep/mail.log']);
	t.deepEqual(await found(folder, '{mx1,mx2/deep}/*.log'), ['mx1/mail.log', 'mx2/deep/mail.log']);
	t.deepEqual(await found(folder, 'mx{1..2}/*.log'), ['mx1/mail.log']);
	t.deepEqual(await found(folder, 'mx?/'), ['mx1/mail.log', 'mx2/deep/mail.log']);
});

test('a pattern keeps the path before it as typed', async t => {
	const folder = tree('mx1/mail.log');
	const {sources} = await expand([`${folder}/../${folder.split('/').at(-1)}/mx1/*.log`]);
	t.is(sources[0]?.name, `${folder}/../${folder.split('/').at(-1)}/mx1/mail.log`);
});

test('a name in braces that exists is taken as it is', async t => {
	t.deepEqual(await found(tree('{a,b}.log', 'a.log'), '{a,b}.log'), ['{a,b}.log']);
});

test('of a central logger every host and every day is found, one set after the other, the oldest first in each', async t => {
	const folder = tree(
		'mx2/maillog-20261101',
		'mx2/maillog',
		'mx2/maillog-2026-10-25.xz',
		'mx1/mail.log.1',
		'mx1/mail.log.2.gz',
		'mx1/mail.log',
		'mx3/2026/11/mail.log',
	);
	t.deepEqual(await found(folder, '.'), [
		'mx1/mail.log.2.gz',
		'mx1/mail.log.1',
		'mx1/mail.log',
		'mx2/maillog-2026-10-25.xz',
		'mx2/maillog-20261101',
		'mx2/maillog',
		'mx3/2026/11/mail.log',
	]);
});

test('a folder with logs of its own is not searched deeper', async t => {
	t.deepEqual(await found(tree('mail.log', 'apache2/access.log'), '.'), ['mail.log']);
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
