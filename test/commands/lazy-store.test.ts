import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {NotNew, openBeside} from '../../src/commands/lazy-store.ts';
import {importFiles} from '../../src/commands/reading/import-files.ts';
import type {Target} from '../../src/commands/reading/import-target.ts';
import {expand} from '../../src/ingest/sources/expand.ts';
import {differences, foundIn, heldIn, importing, newFolder, none, now, quietIo} from './fixture/importing.ts';

const real = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url));

test('a database that another process makes while its logs are read gets nothing by mistake', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const log = join(folder, 'mail.log');
	writeFileSync(log, real);
	const opening = openBeside(db, Number.POSITIVE_INFINITY, quietIo().io.warn);
	const early = await opening.target();
	t.deepEqual(early.remembered.entries, []);
	await importing(db, log);
	const settings = await readSettings(readFlags(['import', '--timezone', 'UTC', '--threads', '1', log]), now);
	const {sources} = await expand([log]);
	const {signal} = new AbortController();
	const unseen = {bytes: () => undefined, linesFrom: () => undefined};
	const into = (target: Target) => importFiles(target, sources, settings, quietIo().io, signal, unseen);
	await t.throwsAsync(into(early), {instanceOf: NotNew});
	t.is((await into(await opening.target())).unchanged, 1);
	await opening.close();
	t.deepEqual(differences(await heldIn(db), await foundIn([{name: log, text: real}])), none);
});

test('a database that cannot be opened ends the reading', async t => {
	const opening = openBeside(join(newFolder(), 'nowhere', 'x.db'), 1000, quietIo().io.warn);
	const {steps} = await opening.target();
	opening.read(999);
	t.false(opening.failed.aborted);
	opening.read(1);
	await t.throwsAsync(steps, {message: /x\.db: the folder for the database does not exist; make it first/});
	t.true(opening.failed.aborted);
	await opening.close();
});
