/**
 * Kills `import --keep` while it deletes old sessions and writes their sums: tsx test/faults/kill-deletion.ts [--kills 12]
 * [--size 100M] [--keep DAYS] [--seed 1]. Every other one is killed some milliseconds after the write-ahead log has begun to grow.
 * After each kill, and after the next deletion, the database must be whole and say of mail what it said before. Needs
 * `npm run build`.
 */
import {copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {openStore} from '../../src/store/store.ts';
import {verifyDatabase} from '../../src/store/verify.ts';
import {benchLog} from '../bench/bench-log.ts';
import {importUntil, tlsaudit} from './import-process.ts';
import {killCopies} from './kill-copies.ts';

const {values} = parseArgs({
	options: {
		kills: {type: 'string', default: '12'},
		size: {type: 'string', default: '100M'},
		keep: {type: 'string'},
		seed: {type: 'string', default: '1'},
	},
});

type Counts = {readonly deleted: number; readonly [count: string]: unknown};
type Mail = {readonly outbound: Counts; readonly domains: readonly Counts[]; readonly held: readonly Counts[]};

/** What the report says of mail, whether its sessions are there or deleted, and how many messages rest on sums. */
async function mailOf(db: string): Promise<{readonly said: string; readonly deleted: number}> {
	const {out} = await tlsaudit(['report', '--db', db, '--by', 'domain', '--format', 'json']);
	const {outbound, domains, held} = JSON.parse(out) as Mail;
	const without = ({deleted: _deleted, notes: _notes, ...counts}: Counts): string => JSON.stringify(counts);
	return {
		said: [without(outbound), ...domains.map(without).sort(), ...held.map(without).sort()].join('\n'),
		deleted: outbound.deleted,
	};
}

/** Sessions that are there and that are deleted. */
async function sessionsOf(db: string): Promise<{readonly there: number; readonly deleted: number}> {
	const store = await openStore({path: db, readOnly: true});
	try {
		const [row] = await store.all<{there: number; deleted: number}>(
			`select (select count(*) from session_rows)::double as there,
				coalesce((select sum(sessions) from monthly_sums), 0)::double as deleted`,
		);
		return row ?? {there: 0, deleted: 0};
	} finally {
		await store.close();
	}
}

/** Whole days since the middle of the sessions: half of them are older than that, or all where the log is of one day. */
async function halfOf(db: string): Promise<number> {
	const store = await openStore({path: db, readOnly: true});
	try {
		const [row] = await store.all<{days: number}>(
			'select (epoch_ms(now()::timestamp) - epoch_ms(quantile_disc(started_at, 0.5)))::double / 86400000 as days from session_rows',
		);
		return Math.max(1, Math.floor(row?.days ?? 1));
	} finally {
		await store.close();
	}
}

const log = await benchLog(values.size, Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-kill-'));
const [whole, db] = [join(folder, 'whole.db'), join(folder, 'killed.db')];
const imported = await importUntil(['--db', whole, log.file], null);
if (imported.status !== 0) throw new Error(imported.said);
const before = await mailOf(whole);
const all = await sessionsOf(whole);
const keep = ['--db', db, '--keep', `${values.keep ?? (await halfOf(whole))}d`, log.file];
copyFileSync(whole, db);
const clean = await importUntil(keep, null);
const after = await mailOf(db);
const left = await sessionsOf(db);
if (clean.status !== 0 || after.said !== before.said || after.deleted === 0)
	throw new Error(`without a kill already wrong: ${clean.said} ${after.deleted} messages of deleted sessions`);
console.log(
	`deletes ${left.deleted} of ${all.there} sessions in ${clean.seconds.toFixed(1)} s, ${after.deleted} messages`,
);

process.exitCode = await killCopies(
	{
		...{kills: Number(values.kills), seed: Number(values.seed), whole, db, words: ['import', ...keep]},
		...{seconds: clean.seconds, growing: 60},
	},
	async () => {
		const problems: string[] = [];
		const check = async (when: string, deleted: readonly number[]): Promise<void> => {
			const [mail, sessions] = [await mailOf(db), await sessionsOf(db)];
			if (mail.said !== before.said) problems.push(`${when} the report says something else of mail`);
			if (!deleted.includes(mail.deleted)) problems.push(`${when} ${mail.deleted} messages are of deleted sessions`);
			if (sessions.there + sessions.deleted !== all.there) problems.push(`${when} ${JSON.stringify(sessions)}`);
			const {faults} = await verifyDatabase(db);
			problems.push(...faults.map(fault => `${when} ${fault}`));
		};
		await check('after the kill', [0, after.deleted]);
		const again = await importUntil(keep, null);
		if (again.status !== 0) problems.push(again.said);
		await check('in the end', [after.deleted]);
		return problems;
	},
);
rmSync(folder, {recursive: true, force: true});
