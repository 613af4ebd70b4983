/**
 * Kills an import at random moments and imports again: tsx test/faults/kill.ts [--kills 50] [--size 100M]
 * [--step-bytes N] [--threads 1…6] [--signal SIGKILL|SIGINT] [--aim commit]. Aimed at the commit it is killed some
 * milliseconds after the write-ahead log has begun to grow; take steps of more than a row group then (--step-bytes
 * 260000000 --size 300M). After each kill the database must open and hold the sessions of a beginning of the log, with their
 * deliveries and the mail held back, and the next import must come to the whole. Needs `npm run build`.
 */
import {createReadStream, existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {parseArgs} from 'node:util';
import {openStore} from '../../src/store/store.ts';
import {benchLog} from '../bench/bench-log.ts';
import {random} from '../bench/random.ts';
import {differences} from '../bench/truth-check.ts';
import {importUntil, report} from './import-process.ts';

const {values} = parseArgs({
	options: {
		kills: {type: 'string', default: '50'},
		size: {type: 'string', default: '100M'},
		'step-bytes': {type: 'string', default: '4000000'},
		threads: {type: 'string', default: '2'},
		signal: {type: 'string', default: 'SIGKILL'},
		seed: {type: 'string', default: '1'},
		aim: {type: 'string', default: 'any'},
	},
});

/** What a database holds: rows as a hash, and how often each is there. */
type State = {
	readonly lines: number;
	/** Sessions with their deliveries. */
	readonly ended: ReadonlyMap<string, number>;
	readonly open: number;
	/** Lines about mail that TLS held back. */
	readonly heldLines: ReadonlyMap<string, number>;
	/** Messages by the views `deliveries`, to other servers, and `held`. */
	readonly mail: {readonly sent: number; readonly held: number};
};

/** Rows as text, and lines read. */
async function stateOf(db: string): Promise<State> {
	const store = await openStore({path: db});
	try {
		const open = await store.all<{n: number}>('select count(*)::double as n from open_sessions');
		const lines = await store.all<{n: number}>('select coalesce(sum(lines), 0)::double as n from coverage');
		const rowsOf = async (table: string): Promise<ReadonlyMap<string, number>> => {
			const rows = await store.all<{key: string; n: number}>(
				`select md5(s::text) as key, count(*)::double as n from ${table} s group by all`,
			);
			return new Map(rows.map(({key, n}) => [key, n]));
		};
		const [mail = {sent: 0, held: 0}] = await store.all<State['mail']>(
			`select coalesce((select sum(sent) from deliveries where hop = 'relay-out'), 0)::double as sent,
				coalesce((select sum(messages) from held), 0)::double
					+ (select count(distinct message) from held_messages where connected)::double as held`,
		);
		return {
			lines: lines[0]?.n ?? 0,
			ended: await rowsOf('(select * exclude (session, handshake) from numbered_sessions)'),
			open: open[0]?.n ?? 0,
			heldLines: await rowsOf('(select * exclude (step) from held_lines)'),
			mail,
		};
	} finally {
		await store.close();
	}
}

/** Rows that the whole log does not have: no more than were open at the time. */
function strangers(part: ReadonlyMap<string, number>, whole: ReadonlyMap<string, number>): number {
	let count = 0;
	for (const [key, n] of part) count += Math.max(0, n - (whole.get(key) ?? 0));
	return count;
}

/** Messages of the log that TLS put off, each once: the generator has no retries. */
async function putOff(file: string): Promise<number> {
	const reason = /status=deferred \((?:TLS is required|Server certificate not verified|Cannot start TLS)/;
	let count = 0;
	for await (const line of createInterface({input: createReadStream(file)})) if (reason.test(line)) count++;
	return count;
}

const log = await benchLog(values.size, Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-kill-'));
const words = ['--threads', values.threads, '--step-bytes', values['step-bytes'], log.file];
const wholeDb = join(folder, 'whole.db');
const full = await importUntil(['--db', wholeDb, ...words], null);
const whole = await stateOf(wholeDb);
const different = differences(await report(wholeDb), log.truth);
if (full.status !== 0 || different.length > 0)
	throw new Error(`without a kill already wrong: ${full.said} ${different.join(' ')}`);
const truth = {sent: log.truth.messages['relay-out'] ?? 0, held: await putOff(log.file)};
if (JSON.stringify(whole.mail) !== JSON.stringify(truth))
	throw new Error(`without a kill already wrong: ${JSON.stringify(whole.mail)}, true is ${JSON.stringify(truth)}`);
console.log(`whole: ${JSON.stringify(truth)}, ${whole.lines} lines in ${full.seconds.toFixed(1)} s`);

const chance = random(Number(values.seed));
let bad = 0;
let usual = full.seconds;
let within = 0;
let db = '';
for (let kill = 1; kill <= Number(values.kills); kill++) {
	// Every third goes on from where the last one was killed.
	if (kill % 3 !== 0 || db === '') {
		if (db !== '') rmSync(db, {force: true});
		db = join(folder, `${kill}.db`);
	}
	// Not before it reads at all, and by how long it takes now: other work may slow the host.
	const after = (0.2 + (0.8 * chance.below(1000)) / 1000) * usual;
	const signal = values.signal as NodeJS.Signals;
	const moment =
		values.aim === 'commit' ? {growth: `${db}.wal`, ms: chance.below(60), signal} : {ms: after * 1000, signal};
	const run = await importUntil(['--db', db, ...words], moment);
	const problems: string[] = [];
	let lines = 0;
	if (existsSync(db)) {
		try {
			const state = await stateOf(db);
			lines = state.lines;
			if (lines > whole.lines) problems.push(`${lines} lines`);
			const strange = strangers(state.ended, whole.ended);
			if (strange > state.open) problems.push(`${strange} rows that are not of the log, ${state.open} open`);
			if (strangers(state.heldLines, whole.heldLines) > 0)
				problems.push('lines about held mail that are not of the log');
			if (lines > 0 && lines < whole.lines) within++;
		} catch (error) {
			problems.push(`does not open: ${(error as Error).message}`);
		}
	}
	if (values.signal === 'SIGINT' && run.status !== 130 && run.status !== 0 && run.ended !== 'SIGINT')
		problems.push(`status ${run.status}: ${run.said}`);
	if (kill % 3 !== 2) {
		const rest = await importUntil(['--db', db, ...words], null);
		if (lines < whole.lines / 2) usual = (usual + rest.seconds / (1 - lines / whole.lines)) / 2;
		else usual *= 0.9;
		const end = await stateOf(db);
		if (rest.status !== 0) problems.push(`the next import: ${rest.said}`);
		if (end.lines !== whole.lines) problems.push(`${end.lines} lines in the end`);
		if (strangers(end.ended, whole.ended) + strangers(whole.ended, end.ended) > 0) problems.push('other sessions');
		if (strangers(end.heldLines, whole.heldLines) + strangers(whole.heldLines, end.heldLines) > 0)
			problems.push('other lines about held mail');
		if (JSON.stringify(end.mail) !== JSON.stringify(truth)) problems.push(`mail is ${JSON.stringify(end.mail)}`);
	}
	bad += problems.length > 0 ? 1 : 0;
	console.log(
		`${kill}: ${values.signal} after ${run.seconds.toFixed(2)} s at ${lines} lines: ${problems.join('; ') || 'fine'}`,
	);
}
console.log(`${values.kills} kills, ${within} of them between two steps, ${bad} with a problem`);
rmSync(folder, {recursive: true, force: true});
process.exitCode = bad === 0 ? 0 : 1;
