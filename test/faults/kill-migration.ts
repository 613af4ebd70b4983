/**
 * Kills a process that converts an older database, at random moments, and opens it again: tsx
 * test/faults/kill-migration.ts [--kills 20] [--sessions 300000] [--seed 1] [--from 2|7|8]. Versions 7 and 8 have deliveries and
 * held mail. Every other one is killed some milliseconds after the write-ahead log has begun to grow. After each kill the database
 * must open, be whole, and hold the sessions of a conversion that nothing disturbed, each once. Needs `npm run build`.
 */
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {verifyDatabase} from '../../src/store/verify.ts';
import {tlsaudit} from './import-process.ts';
import {killCopies} from './kill-copies.ts';
import {held, olderDatabases} from './torn.ts';

const {values} = parseArgs({
	options: {
		kills: {type: 'string', default: '20'},
		sessions: {type: 'string', default: '300000'},
		seed: {type: 'string', default: '1'},
		from: {type: 'string', default: '2'},
	},
});

const from = ([2, 7, 8] as const).find(version => String(version) === values.from);
if (from === undefined) throw new Error(`--from ${values.from}: no such database is made; give 2, 7 or 8`);
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-kill-'));
const older = await olderDatabases[from](Number(values.sessions));
const [clean, killed] = [join(folder, 'clean.db'), join(folder, 'killed.db')];
copyFileSync(older, clean);
const full = await tlsaudit(['sql', 'select count(*) from sessions', '--db', clean]);
if (full.status !== 0) throw new Error(full.said);
const whole = await held(clean);
console.log(`converted in ${full.seconds.toFixed(1)} s: ${whole}`);

process.exitCode = await killCopies(
	{
		...{kills: Number(values.kills), seed: Number(values.seed), whole: older, db: killed},
		...{words: ['sql', 'select count(*) from sessions', '--db', killed], seconds: full.seconds, growing: 40},
	},
	async () => {
		const differ = (await held(killed)) !== whole;
		const {faults} = await verifyDatabase(killed);
		return [...(differ ? ['other sessions'] : []), ...faults];
	},
);
rmSync(folder, {recursive: true, force: true});
