import {unfinishedRows} from './ledger/unfinished.ts';
import {readUnreadLogs, type UnreadLog} from './ledger/unread-logs.ts';
import {versionOf} from './prepare.ts';
import {countSessions} from './retention/prune.ts';
import {schemaVersion} from './schema.ts';
import {openAsItIs, type Store} from './store.ts';

/** What there is in a database, and what is wrong with it. */
export type Verification = {
	readonly format: number;
	readonly sessions: number;
	/** Sessions that were open when the last import ended. */
	readonly open: number;
	/** Files that imports remember. */
	readonly files: number;
	readonly lines: number;
	/** Import steps that ended. */
	readonly steps: number;
	/** Logs that were not read to their end. */
	readonly unread: readonly UnreadLog[];
	/** Each a part of a sentence; none when the database is whole. */
	readonly faults: readonly string[];
	/** Tables that cannot be read to their end, with DuckDB's reason. */
	readonly unreadable: readonly string[];
};

/** Reads every value of every table: DuckDB holds each block against its checksum. */
async function unreadableTables(store: Store): Promise<string[]> {
	const tables = await store.all<{name: string}>(
		`select table_name as name from duckdb_tables() where schema_name = 'main' and not temporary order by name`,
	);
	const found: string[] = [];
	for (const {name} of tables) {
		try {
			await store.read(`select bit_xor(hash(t)) from "${name}" t`);
		} catch (error) {
			found.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
		}
	}
	return found;
}

/** Faults by the query that counts them; a count of 0 is none. */
const faultCounts: ReadonlyArray<readonly [(count: number) => string, string]> = [
	...(['handshake', 'origin'] as const).flatMap(
		key =>
			[
				[
					count => `${count} sessions lack their ${key}`,
					`select count(*) from session_rows s anti join ${key}s e on e.${key} = s.${key}`,
				],
				[
					count => `${count} numbers of a ${key} are given twice`,
					`select count(*) from (select ${key} from ${key}s group by ${key} having count(*) > 1)`,
				],
			] as ReadonlyArray<readonly [(count: number) => string, string]>,
	),
	[
		count => `${count} sessions have deliveries that cannot be read`,
		`select count(*) from session_rows where not regexp_full_match(deliveries, '([^ ,]* \\d+ \\d+ \\d+)(,[^ ,]* \\d+ \\d+ \\d+)*')`,
	],
	[
		count => `${count} sessions have TLS reports that cannot be read`,
		`select count(*) from session_rows where not regexp_full_match(tls_reports, '([^ ,]* [a-z-]+ [^ ,]+ \\d+)(,[^ ,]* [a-z-]+ [^ ,]+ \\d+)*')`,
	],
	[
		count => `${count} lines about mail held back lack their message`,
		'select count(*) from held_lines where queue_id is null or connected is null',
	],
	[
		() => 'the coverage of the lines does not sum up',
		`select count(*) from coverage where lines is distinct from understood + irrelevant + "foreign" + malformed`,
	],
	[() => 'the coverage of the lines is there more than once', 'select count(*) - 1 from coverage having count(*) > 1'],
	[() => 'the number of the last import step is not there once', 'select abs(count(*) - 1) from import_step'],
	[
		count => `${count} sums of deleted sessions lack their handshake`,
		'select count(*) from monthly_sums m anti join handshakes h using (handshake)',
	],
	[
		count => `${count} sums of deleted sessions are there twice`,
		'select count(*) from (select month from monthly_sums group by month, zone, handshake having count(*) > 1)',
	],
	...(
		[
			['monthly_deliveries', 'outcome, protocol, trust'],
			['monthly_held', 'reason'],
		] as const
	).map(
		([table, kinds]) =>
			[
				(count: number) => `${count} sums of ${table} are there twice`,
				`select count(*) from (select month from ${table} group by month, zone, recipient_domain, others, ${kinds} having count(*) > 1)`,
			] as const,
	),
	[
		count => `${count} peers of deleted sessions are noted twice`,
		'select count(*) from (select peer from former_peers group by peer having count(*) > 1)',
	],
	[
		() => 'the key of the peers of deleted sessions is not there once',
		'select abs(count(*) - 1) from former_peers_key',
	],
	[
		count => `${count} files are remembered twice`,
		'select count(*) from (select id from imported_files group by id having count(*) > 1)',
	],
	[
		count => `${count} files are remembered without a place in their text`,
		'select count(*) from imported_files where text_offset is null or text_offset < 0 or head is null',
	],
];

async function faultsIn(store: Store): Promise<string[]> {
	const unfinished = await unfinishedRows(store.reader);
	const faults =
		unfinished === 0
			? []
			: [
					`${unfinished} rows are left of an import that was killed while it wrote; the next command that may write to the database removes them`,
				];
	for (const [sentence, query] of faultCounts) {
		const [row] = await store.all<{n: number}>(`select coalesce((${query}), 0)::double as n`);
		if (row && row.n > 0) faults.push(sentence(row.n));
	}
	return faults;
}

/**
 * Looks whether a database is whole, and changes nothing: every table can be read, no import left a part of a step, each
 * session has its handshake and its origin, the coverage sums up, the ledger is there once. Throws one sentence when it
 * cannot be opened, is of another program, or of another format.
 */
export async function verifyDatabase(path: string): Promise<Verification> {
	const store = await openAsItIs({path, readOnly: true});
	try {
		const format = await versionOf(store.reader, path);
		if (format === null) throw new Error(`${path}: the database is empty; import logs into it`);
		if (format !== schemaVersion)
			throw new Error(
				`${path}: has format ${format}, and this program verifies format ${schemaVersion}; ${
					format < schemaVersion ? 'a report on it brings it there' : 'use a newer tlsaudit'
				}`,
			);
		const unreadable = await unreadableTables(store);
		const count = async (query: string): Promise<number> =>
			(await store.all<{n: number}>(`select coalesce((${query}), 0)::double as n`))[0]?.n ?? 0;
		const broken = unreadable.length > 0;
		return {
			format,
			sessions: broken ? 0 : await countSessions(store),
			open: broken ? 0 : await count('select count(*) from open_sessions'),
			files: broken ? 0 : await count('select count(*) from imported_files'),
			lines: broken ? 0 : await count('select sum(lines) from coverage'),
			steps: broken ? 0 : await count('select max(step) from import_step'),
			unread: broken ? [] : await readUnreadLogs(store),
			faults: broken ? [] : await faultsIn(store),
			unreadable,
		};
	} finally {
		await store.close();
	}
}
