/**
 * Kills a process that converts an older database, at random moments, and opens it again: tsx
 * test/faults/kill-migration.ts [--kills 20] [--sessions 300000] [--seed 1] [--from 2|7|8]. Versions 7 and 8 have deliveries and held mail. Every other one is killed some milliseconds after
 * the write-ahead log has begun to grow. After each kill the database must open, be whole, and hold the sessions of a
 * conversion that nothing disturbed, each once. Needs `npm run build`.
 */
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {verifyDatabase} from '../../src/store/verify.ts';
import {random} from '../bench/random.ts';
import {tlsaudit} from './import-process.ts';
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

const chance = random(Number(values.seed));
let bad = 0;
let cut = 0;
for (let kill = 1; kill <= Number(values.kills); kill++) {
	rmSync(`${killed}.wal`, {force: true});
	copyFileSync(older, killed);
	const signal = 'SIGKILL' as const;
	const moment =
		kill % 2 === 0
			? {growth: `${killed}.wal`, ms: chance.below(40), signal}
			: {ms: (0.2 + (0.8 * chance.below(1000)) / 1000) * full.seconds * 1000, signal};
	const run = await tlsaudit(['sql', 'select count(*) from sessions', '--db', killed], moment);
	if (run.ended === signal) cut++;
	const problems: string[] = [];
	try {
		if ((await held(killed)) !== whole) problems.push('other sessions');
		const {faults} = await verifyDatabase(killed);
		problems.push(...faults);
	} catch (error) {
		problems.push((error as Error).message);
	}
	bad += problems.length > 0 ? 1 : 0;
	console.log(
		`${kill}: ${run.ended ?? run.status} after ${run.seconds.toFixed(2)} s: ${problems.join('; ') || 'fine'}`,
	);
}
console.log(`${values.kills} kills, ${cut} of them before it ended, ${bad} with a problem`);
rmSync(folder, {recursive: true, force: true});
process.exitCode = bad === 0 ? 0 : 1;
