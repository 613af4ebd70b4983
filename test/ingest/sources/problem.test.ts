import {readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import test from 'ava';
import {readConfig} from '../../../src/cli/config-file.ts';
import {policyText} from '../../../src/commands/policies.ts';
import {unreadable} from '../../../src/ingest/sources/problem.ts';

test('a file that cannot be read is named once, with what to do', t => {
	const denied = Object.assign(new Error("EACCES: permission denied, open 'a'"), {code: 'EACCES'});
	t.is(unreadable('a', denied), 'a: permission denied; run as a user who may read it');
	const missing = Object.assign(new Error("ENOENT: no such file or directory, open 'a'"), {code: 'ENOENT'});
	t.is(unreadable('a', missing), 'a: no such file; check the name');
	t.is(unreadable('a', missing, 'no such key; make one'), 'a: no such key; make one');
});

test('files of flags and policies say in the same words why they cannot be read', async t => {
	const folder = tmpdir();
	const sentence = `${folder}: is a directory; name the files in it`;
	await t.throwsAsync(readConfig(folder), {message: sentence});
	await t.throwsAsync(policyText(folder), {message: sentence});
	await t.throwsAsync(readConfig('none.yaml'), {message: 'none.yaml: no such file of flags; check the name'});
	const error = await t.throwsAsync(readFile(folder));
	t.is(unreadable(folder, error), sentence);
});
