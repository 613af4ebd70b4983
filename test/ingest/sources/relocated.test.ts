import {mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import test from 'ava';
import {ingest} from '../../../src/ingest/ingest.ts';
import {expand} from '../../../src/ingest/sources/expand.ts';
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
