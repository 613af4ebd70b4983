import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {createLookAhead} from '../../../src/commands/reading/look-ahead.ts';
import {expand} from '../../../src/ingest/sources/expand.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-ahead-'));
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

/** So many logs, of which each holds its number. */
async function logs(count: number) {
	const names = Array.from({length: count}, (_, at) => join(folder, `${at}.log`));
	for (const [at, name] of names.entries()) writeFileSync(name, `${at}\n`);
	return {names, sources: (await expand(names)).sources};
}

const never = (): boolean => false;

test.serial('each file has its own fingerprint, in any run of quiet and busy ones', async t => {
	const {sources} = await logs(40);
	const ahead = createLookAhead(sources, never);
	for (const index of sources.keys()) {
		t.is(String((await ahead.fingerprintOf(index))?.head), `${index}\n`);
		if (index % 11 === 10 || index > 35) ahead.brought();
	}
});

test.serial('what was seen before another file brought something is looked at again', async t => {
	const {sources, names} = await logs(4);
	const ahead = createLookAhead(sources, never);
	await ahead.fingerprintOf(0);
	await ahead.fingerprintOf(1);
	writeFileSync(names[2] ?? '', 'changed\n');
	ahead.brought();
	t.is(String((await ahead.fingerprintOf(2))?.head), 'changed\n');
});

test.serial('a file is not looked at ahead of one that may bring something', async t => {
	const {sources, names} = await logs(3);
	const ahead = createLookAhead(sources, never);
	await ahead.fingerprintOf(0);
	ahead.brought();
	await ahead.fingerprintOf(1);
	writeFileSync(names[2] ?? '', 'later\n');
	t.is(String((await ahead.fingerprintOf(2))?.head), 'later\n');
});

test.serial('what cannot be read has no fingerprint, and nothing is thrown', async t => {
	const {sources, names} = await logs(3);
	rmSync(names[1] ?? '');
	const ahead = createLookAhead(sources, never);
	t.not(await ahead.fingerprintOf(0), undefined);
	t.is(await ahead.fingerprintOf(1), undefined);
	t.not(await ahead.fingerprintOf(2), undefined);
	t.is(await ahead.fingerprintOf(3), undefined);
});
