/**
 * An import that dies in its commit, at every place that counts: the database and its write-ahead log are copied between the
 * commit and the checkpoint, and the log is cut. What DuckDB makes of that is in `src/store/ledger/unfinished.ts`.
 */
import {copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DuckDBInstance} from '@duckdb/node-api';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {importFiles} from '../../src/commands/reading/import-files.ts';
import {prepareImport} from '../../src/commands/reading/import-store.ts';
import {expand} from '../../src/ingest/sources/expand.ts';
import {migrate} from '../../src/store/migrations.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {verifyDatabase} from '../../src/store/verify.ts';
import {now, quietIo} from '../commands/fixture/importing.ts';
import {database, versionEight, versionSeven, versionTwo} from '../store/fixture/older-databases.ts';

/** Of so many lines one is a message that goes out in plaintext, one a message that TLS holds back, and one a result of TLSRPT; the others as told. */
const every = 50;
type Others = 'login' | 'held';

/** One line a session: a login, mail that goes out, or a connection that stays open when `open`; or mail held back. */
function line(number: number, open: boolean, others: Others): string {
	const at = new Date(Date.UTC(2026, 10, 24) + number).toISOString().replace('Z', '+00:00');
	const mail = (relay: string, status: string): string =>
		`${at} mx postfix/smtp[${1000 + (number % 900)}]: ${(0xa0000000 + number).toString(16).toUpperCase()}: to=<u@d${number % 70}.example>, relay=${relay}, delay=1, delays=0/0/0/1, dsn=2.0.0, status=${status}\n`;
	if (!open && number % every === 3) return mail(`mx.d${number % 70}.example[192.0.2.9]:25`, 'sent (250 2.0.0 Ok)');
	if (!open && number % every === 11)
		return `${at} mx postfix/smtp[${1000 + (number % 900)}]: TLSRPT: status=success, domain=d${number % 70}.example, receiving_mx=mx.d${number % 70}.example[192.0.2.9]\n`;
	if (!open && (number % every === 7 || others === 'held')) return mail('none', 'deferred (non DNSSEC destination)');
	return open
		? `${at} mx postfix/smtpd[${number % 900}]: connect from client.example.org[192.0.2.${number % 250}]\n`
		: `${at} mx dovecot: imap-login: Login: user=<u${number % 50}>, rip=192.0.2.${number % 250}, lip=192.0.2.2, TLS\n`;
}

/** A log of so many lines, almost all of them sessions, a few of which are open at its end. */
function logOf(sessions: number, from = 0, others: Others = 'login'): string {
	let text = '';
	for (let number = 0; number < sessions; number++) text += line(from + number, false, others);
	for (let number = 0; number < 5; number++) text += line(from + sessions + number, true, others);
	return text;
}

/** Imports a log in this process; `committed` is called in each step between its commit and its checkpoint. */
async function importInto(db: string, log: string, committed?: () => void): Promise<string | null> {
	// One step, however slow the machine is: what dies is its commit.
	const words = ['--timezone', 'UTC', '--threads', '1', '--step-seconds', '3600'];
	const settings = await readSettings(readFlags(['import', ...words, '--db', db, log]), now);
	const {sources} = await expand([log]);
	const store = await openStore({path: db});
	try {
		const {remembered, steps} = await prepareImport({
			...store,
			async checkpoint() {
				committed?.();
				await store.checkpoint();
			},
		});
		await importFiles(
			{remembered, steps: async () => steps},
			sources,
			settings,
			quietIo().io,
			new AbortController().signal,
			{bytes: () => undefined, linesFrom: () => undefined},
		);
		return store.repaired;
	} finally {
		await store.close();
	}
}

/** Tables and views with what was read; each row counts as often as it is there. */
const holding = ['sessions', 'deliveries', 'tls_reports', 'held', 'monthly_sums', 'monthly_deliveries', 'monthly_held'];

/** All sessions with their deliveries, the mail held back, the sums of what is deleted and the coverage, as one text. */
async function heldBy(store: Store): Promise<string> {
	const rows: unknown[] = [];
	for (const name of [...holding, '(select * exclude (step) from held_lines)'])
		rows.push(
			...(await store.all(
				`select count(*)::double as rows, sum(hash(s))::varchar as sum, bit_xor(hash(s))::varchar as mix from ${name} s`,
			)),
		);
	const mail = await store.all(
		`select (select sum(sent)::double from deliveries) as sent, (select sum(messages)::double from held) as held,
			(select sum(reported)::double from tls_reports) as reported`,
	);
	const coverage = await store.all('select * from coverage');
	return JSON.stringify([rows, mail, coverage], (_, value) => (typeof value === 'bigint' ? Number(value) : value));
}

/** The same of a database file. */
export async function held(db: string): Promise<string> {
	const store = await openStore({path: db, readOnly: true});
	try {
		return await heldBy(store);
	} finally {
		await store.close();
	}
}

/** Places to cut: each of the last bytes, and others spread over what is before, where the records of other tables are. */
function cuts(size: number, last: number, others: number): number[] {
	const places = Array.from({length: Math.min(last, size)}, (_, index) => index + 1);
	for (let index = 1; index <= others; index++)
		places.push(Math.min(size, last + Math.ceil(((size - last) * index) / (others + 1))));
	return [...new Set(places)];
}

/** What came of all cuts. */
export type Torn = {
	/** Cuts after which the database had rows of a step that never ended. */
	readonly repaired: number;
	readonly cuts: number;
	/** Cuts after which the database was not what it has to be. */
	readonly problems: readonly string[];
};

/**
 * Imports a small log, then one of so many sessions, which dies in its commit at each of the cuts, and then is imported
 * again: what is there must be the sessions of a clean import, each once.
 */
export async function tear(sessions: number, last: number, others: number, most: Others = 'login'): Promise<Torn> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-torn-'));
	const at = (name: string): string => join(folder, name);
	const [db, log] = [at('clean.db'), at('mail.log')];
	try {
		writeFileSync(log, logOf(20));
		await importInto(db, log);
		const before = await held(db);
		const text = logOf(20) + logOf(sessions, 100, most);
		writeFileSync(log, text);
		await importInto(db, log, () => {
			copyFileSync(db, at('copy.db'));
			copyFileSync(`${db}.wal`, at('copy.db.wal'));
		});
		const whole = await held(db);
		const size = statSync(at('copy.db.wal')).size;
		const problems: string[] = [];
		const [sent, deferred, reported] = ['status=sent', 'status=deferred', 'TLSRPT: '].map(
			words => text.split(words).length - 1,
		);
		const truth = {sent, held: deferred, reported};
		if (!whole.includes(JSON.stringify(truth))) problems.push(`mail is ${whole} and not ${JSON.stringify(truth)}`);
		let repaired = 0;
		// With all of the write-ahead log the process died between its commit and its checkpoint.
		const places = [0, ...cuts(size, last, others)];
		for (const cut of places) {
			const torn = at('torn.db');
			copyFileSync(at('copy.db'), torn);
			copyFileSync(at('copy.db.wal'), `${torn}.wal`);
			truncateSync(`${torn}.wal`, size - cut);
			const {faults} = await verifyDatabase(torn);
			const opened = await openStore({path: torn});
			if (opened.repaired !== null) repaired++;
			if (faults.length > 0 !== (opened.repaired !== null)) problems.push(`${cut}: verified as ${faults.join('; ')}`);
			if ((await heldBy(opened)) !== (cut === 0 ? whole : before)) problems.push(`${cut}: is not what it has to be`);
			await opened.close();
			await importInto(torn, log);
			if ((await held(torn)) !== whole) problems.push(`${cut}: is not the whole in the end`);
			const after = await verifyDatabase(torn);
			if (after.faults.length > 0) problems.push(`${cut}: ${after.faults.join('; ')}`);
			rmSync(torn);
		}
		return {repaired, cuts: places.length, problems};
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** A database of version 2 with so many sessions more than it has; gives its path. */
function versionTwoWith(sessions: number): Promise<string> {
	return database([
		...versionTwo,
		`insert into sessions(hop, direction, tag, pid, protocol, source, first_line, reused, messages, rejected)
			select 'access', 'in', 'dovecot/imap-login', i % 900, 'TLSv1.' || i % 4, 'old.log', i, 0, 0, 0
			from range(${sessions}) r(i)`,
	]);
}

/** Databases of older versions with so many sessions: one before sessions became numbers, others with deliveries and held mail, of which the last keeps sums. */
export const olderDatabases = {2: versionTwoWith, 7: versionSeven, 8: versionEight} as const;

/** A database of an older version with so many sessions, converted by a process that dies in the commit of that. */
export async function tearMigration(
	sessions: number,
	last: number,
	others: number,
	version: keyof typeof olderDatabases = 2,
): Promise<Torn> {
	const db = await olderDatabases[version](sessions);
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-torn-'));
	const at = (name: string): string => join(folder, name);
	try {
		const instance = await DuckDBInstance.create(db, {checkpoint_threshold: '1TB'});
		const connection = await instance.connect();
		await migrate(connection, version, db);
		copyFileSync(db, at('copy.db'));
		copyFileSync(`${db}.wal`, at('copy.db.wal'));
		connection.closeSync();
		instance.closeSync();
		const whole = await held(db);
		const size = statSync(at('copy.db.wal')).size;
		const problems: string[] = [];
		const places = [0, ...cuts(size, last, others)];
		for (const cut of places) {
			const torn = at('torn.db');
			copyFileSync(at('copy.db'), torn);
			copyFileSync(at('copy.db.wal'), `${torn}.wal`);
			truncateSync(`${torn}.wal`, size - cut);
			try {
				if ((await held(torn)) !== whole) problems.push(`${cut}: other sessions`);
				const {faults} = await verifyDatabase(torn);
				if (faults.length > 0) problems.push(`${cut}: ${faults.join('; ')}`);
			} catch (error) {
				problems.push(`${cut}: ${(error as Error).message}`);
			}
			rmSync(torn);
		}
		return {repaired: 0, cuts: places.length, problems};
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
