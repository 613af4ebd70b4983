import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {differences, heldIn, none} from '../../commands/fixture/importing.ts';
import {besideJournald, noJournald} from './fixture/journald.ts';

const absent = noJournald();
if (absent !== null) test(absent, t => t.log(absent));
const withJournald = absent === null ? test : test.skip;

const filling = fileURLToPath(new URL('fixture/journald-process.ts', import.meta.url));
const typescript = new URL('../../typescript.mjs', import.meta.url).href;

withJournald(
	'a real journal, imported as it grows and after it was rotated away, gives the sessions of the whole',
	async t => {
		t.timeout(170_000);
		const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-journald-'));
		const words = ['--import', typescript, filling, folder];
		const run = spawnSync('env', besideJournald(process.execPath, ...words), {encoding: 'utf8', timeout: 160_000});
		t.is(run.status, 0, run.stderr);
		const whereabouts = ['source', 'first_line', 'last_line'];
		const whole = await heldIn(join(folder, 'whole.db'), whereabouts);
		t.true(whole.sessions.length > 10);
		t.deepEqual(differences(await heldIn(join(folder, 'parts.db'), whereabouts), whole), none);
		t.regex(readFileSync(join(folder, 'said'), 'utf8'), /^tlsaudit: journal: does not have the entry any more/m);
		execFileSync('rm', ['-r', folder]);
	},
);
