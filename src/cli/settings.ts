import {systemZone} from '../log/lines/clock.ts';
import type {ReaderOptions} from '../log/reader-options.ts';
import type {Listen} from '../metrics/server.ts';
import type {PeriodUnit} from '../model/periods.ts';
import type {Hop} from '../model/session.ts';
import {noPrivacy, type Privacy} from '../privacy/privacy.ts';
import {isClickHouse, readServerAddress} from '../store/clickhouse/server-address.ts';
import type {RetentionRules} from '../store/retention/retention.ts';
import type {Typed} from './flags.ts';
import type {HardenOptions} from './harden-flags.ts';
import type {InitOptions} from './init-flags.ts';
import type {JudgingOptions} from './judging-flags.ts';
import type {ServerOptions} from './server-flags.ts';

/** What the command line means: times read, defaults filled in. */
export type Settings = {
	readonly command: Typed['command'];
	readonly files: readonly string[];
	readonly subject: string;
	readonly format: string;
	readonly output: string | undefined;
	readonly db: string | undefined;
	/** The journal is read in place of files: of a unit, or of all mail servers. */
	readonly journal: {readonly unit: string | null} | undefined;
	/** Of `export`: the folder of the lake, or a server. */
	readonly to: string | undefined;
	/** Of `export`: make the tables of a server that are not there. */
	readonly createTables: boolean;
	/** The file that holds the password of a server's user. */
	readonly passwordFile: string | undefined;
	/** The SQL of the user may change the database and write files. */
	readonly write: boolean;
	readonly filter: {
		readonly since: number | undefined;
		readonly until: number | undefined;
		readonly hops: readonly Hop[];
	};
	/** Threads, when the user said how many. */
	readonly threads: number | undefined;
	/** Text and time in one transaction, and text in one block of an import, when tests ask for other sizes than usual. */
	readonly stepBytes: number | undefined;
	readonly stepMs: number | undefined;
	readonly blockBytes: number | undefined;
	/** Sessions older than this are deleted, ms. */
	readonly keep: number | undefined;
	/** The zone of stamps without one, and of dates typed without one. */
	readonly zone: string;
	/** The same where the user named one. */
	readonly typedZone: string | undefined;
	readonly year: number | undefined;
	/** Where in a line its parts are (`--framing`). */
	readonly framing: string | undefined;
	readonly ports: ReadonlyMap<string, number>;
	/** Follow the one file as it grows. */
	readonly follow: boolean;
	/** What a live screen keeps in memory. */
	readonly remember: RetentionRules;
	/** Where the counts of a live log are served. */
	readonly metrics: Listen | undefined;
	/** Name or file. */
	readonly policy: string;
	/** Of `report`: what the sessions are compared with, as it was typed. */
	readonly compare: string | undefined;
	/** Of `report`: what they are split by. */
	readonly by: PeriodUnit | 'domain' | 'suite' | undefined;
	/** Flags of `check` and `whatif`. */
	readonly judging: JudgingOptions;
	/** Flags of `postfix` and `probe`. */
	readonly server: ServerOptions;
	/** Flags of `harden`. */
	readonly hardening: HardenOptions;
	/** Flags of `init`. */
	readonly initial: InitOptions;
	/** What becomes of names in all that is shown. */
	readonly privacy: Privacy;
	/** Milliseconds since 1970, when the run began. */
	readonly now: number;
	/** The same by whose calendar policies are judged: now, or the beginning of the day of `--at` in UTC. */
	readonly asOf: number;
};

/** A day or a million sessions, whichever is less: flat memory for weeks. */
const liveRetention: RetentionRules = {ms: 86_400_000, sessions: 1_000_000};

/** DuckDB's own names for a database in memory, and those of SQLite, which people know. */
const inMemory = /^(?:file:)?:memory:|[?&]mode=memory\b/i;

/**
 * The file of `--db`. A name for memory is none, except to an import, which would keep nothing: that throws one
 * sentence.
 */
function databaseOf(command: Typed['command'], db: string | undefined): string | undefined {
	if (db === undefined || !inMemory.test(db)) return db;
	if (command !== 'import') return undefined;
	throw new Error(`--db "${db}" is memory, which is gone when the import ends; name a file to keep the sessions in`);
}

/** Throws one sentence where a word names a server that cannot be read, or anything with a password, which is not repeated. */
function checkAddress(where: string, value: string | undefined): void {
	if (value === undefined) return;
	if (isClickHouse(value)) readServerAddress(value);
	else if (/^[a-z][a-z\d+.-]*:\/*[^/@]*:[^/@]*@/i.test(value))
		throw new Error(
			`${where}: a password in a name is seen by everyone who lists processes; name a file, a folder, or clickhouse://USER@HOST/DATABASE with TLSAUDIT_CLICKHOUSE_PASSWORD or --password-file`,
		);
}

/** The journal that `--journal` names. Throws one sentence when files are named, too: what both have would be counted twice. */
function journalOf(files: readonly string[], unit: string | true | undefined): Settings['journal'] {
	if (unit === undefined) return undefined;
	const [first] = files;
	if (first !== undefined)
		throw new Error(`--journal reads the journal in place of log files; leave out --journal or ${first}`);
	return {unit: unit === true ? null : unit};
}

/** Throws one sentence about a flag whose value means nothing. */
export async function readSettings({command, files, subject, options}: Typed, now: number): Promise<Settings> {
	for (const [flag, value] of [
		['--db', options.db],
		['--to', options.to],
		['--compare', options.compare],
		...[...files, ...(isClickHouse(subject) ? [subject] : [])].map(word => [command, word] as const),
	] as const)
		checkAddress(flag, value);
	const db = databaseOf(command, options.db);
	if (db !== undefined && options.remember !== undefined)
		throw new Error('--remember is for memory, and a database keeps all; leave it out, or delete with import --keep');
	const journal = journalOf(files, options.journal);
	let zone = options.timezone;
	/** The system's zone takes time to find: it is looked for when it is wanted. */
	const zoneOf = (): string => {
		zone ??= systemZone();
		return zone;
	};
	let since: number | undefined;
	let until: number | undefined;
	if (options.since !== undefined || options.until !== undefined) {
		const {readMoment} = await import('./date-flag.ts');
		if (options.since !== undefined) since = readMoment(options.since, '--since', zoneOf(), now);
		if (options.until !== undefined) until = readMoment(options.until, '--until', zoneOf(), now);
		if (since !== undefined && until !== undefined && since >= until)
			throw new Error('--since is not before --until: no session can lie between them; change one of them');
	}
	const {anonymize, keyFile} = options;
	const privacy =
		anonymize === undefined && keyFile === undefined
			? noPrivacy
			: (await import('./privacy-flags.ts')).readPrivacy(anonymize, keyFile);
	return {
		command,
		files,
		subject,
		format: options.format ?? 'text',
		output: options.output,
		db,
		journal,
		to: options.to,
		createTables: options.createTables ?? false,
		passwordFile: options.passwordFile,
		write: options.write ?? false,
		filter: {since, until, hops: (options.hop ?? []) as readonly Hop[]},
		threads: options.threads,
		stepBytes: options.stepBytes,
		stepMs: options.stepSeconds === undefined ? undefined : options.stepSeconds * 1000,
		blockBytes: options.blockBytes,
		keep: options.keep,
		get zone() {
			return zoneOf();
		},
		typedZone: options.timezone,
		year: options.year,
		framing: options.framing,
		ports: options.ports ?? new Map(),
		follow: options.follow ?? false,
		remember: options.remember ?? liveRetention,
		metrics: options.metrics,
		policy: options.policy,
		compare: options.compare,
		by: options.by,
		judging: options,
		server: options,
		hardening: options,
		initial: options,
		privacy,
		now,
		asOf: options.at === undefined ? now : Date.parse(`${options.at}T00:00:00Z`),
	};
}

/** The options of the reader of lines, from the command line. */
export function readerOptions({typedZone, year, framing, ports, now}: Settings): ReaderOptions {
	return {
		ports,
		now,
		...(typedZone === undefined ? {} : {zone: typedZone}),
		...(year === undefined ? {} : {year}),
		...(framing === undefined ? {} : {framing}),
	};
}
