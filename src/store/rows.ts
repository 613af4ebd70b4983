import type {DuckDBResultReader, JS} from '@duckdb/node-api';
import type {Filter} from '../model/filter.ts';
import type {QueryResult} from '../model/sessions.ts';
import {StatementType} from './duckdb.ts';
import {allOfSessions, condition, sessionColumn} from './filter.ts';
import {sessionColumns} from './schema.ts';
import type {Store} from './store.ts';

/** A cell for people and files: times are ISO 8601 in UTC. */
export type Cell = string | number | boolean | null | Cell[] | {[name: string]: Cell};

/** A row of the table `sessions`: the columns of the contract, times as ISO 8601 with Z. */
export type SessionRow = Record<string, string | number | null>;

/** DuckDB's values as JSON knows them: counts as numbers while they are exact, times as ISO 8601. */
export function cell(value: JS): Cell {
	if (value === null || value === undefined) return null;
	if (typeof value === 'bigint') {
		const small = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
		return small ? Number(value) : value.toString();
	}
	if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
	if (typeof value === 'string' || typeof value === 'boolean') return value;
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
	if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
	if (Array.isArray(value)) return value.map(cell);
	return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cell(part as JS)]));
}

/** All sessions in order of time, a batch at a time, so that memory stays bounded. */
export async function* sessionRows(store: Store, filter: Filter = {}): AsyncGenerator<SessionRow[]> {
	const {where, parameters} = await condition(store, filter);
	const result = await store.track(
		store.reader.stream(
			`select ${sessionColumns.map(({name}) => sessionColumn(name))} from ${allOfSessions} where ${where}
			order by s.started_at nulls last, o.source, s.first_line`,
			{...parameters},
		),
	);
	for await (const rows of result.yieldRowObjectJs())
		yield rows.map(row =>
			Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value) as string | number | null])),
		);
}

/** Whether there is nothing in it but blanks, comments and semicolons, which DuckDB takes for an error of its own. */
function saysNothing(sql: string): boolean {
	return sql.replaceAll(/--[^\n]*|\/\*.*?\*\//gs, '').replaceAll(/[\s;]/g, '') === '';
}

const resultOf = (result: DuckDBResultReader): QueryResult<Cell> => ({
	columns: result.deduplicatedColumnNames(),
	rows: result.getRowsJS().map(row => row.map(cell)),
});

/** Runs a query; DuckDB's complaint about it becomes one sentence. */
async function put(sql: string, query: () => Promise<QueryResult<Cell>>): Promise<QueryResult<Cell>> {
	if (saysNothing(sql)) throw new Error('sql: nothing is asked; try select * from sessions limit 10');
	try {
		return await query();
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const refused =
			/is refused$|read-only mode|disabled (?:by|through) configuration|configuration has been locked/.test(message);
		const hint = refused ? '; sql only reads, unless it is given --write' : '';
		const sentence = message
			.replace(/^Failed to extract statements: /, '')
			.replace(/\s*LINE \d+:.*$/s, '')
			.replaceAll(/\s*\n\s*/g, ' ');
		throw new Error(`sql: ${sentence}${hint}`, {cause: error});
	}
}

/** Runs the user's own SQL, whatever it is, and gives its rows; throws DuckDB's complaint as one sentence. */
export const ask = (store: Store, sql: string): Promise<QueryResult<Cell>> =>
	put(sql, async () => resultOf(await store.read(sql)));

/**
 * Statements that read: SHOW, DESCRIBE, SUMMARIZE and a PRAGMA that only reads are SELECT to DuckDB. CREATE is for temporary
 * tables and for PIVOT, which makes a type: the read-only transaction refuses it everywhere else.
 */
const reading: ReadonlySet<number> = new Set([StatementType.SELECT, StatementType.CREATE]);

/** What EXPLAIN precedes; EXPLAIN ANALYZE runs it. */
const explained = [/^\s*explain(?:\s+analy[sz]e\b)?/i, /^\s*explain\s*\([\w\s,]*\)/i];

/** Whether SQL is one EXPLAIN of a SELECT. DuckDB does not say what a statement explains, so the rest is read alone. */
async function explainsReading(store: Store, sql: string): Promise<boolean> {
	for (const words of explained) {
		if (!words.test(sql)) continue;
		const rest = await store.reader.extractStatements(sql.replace(words, '')).catch(() => null);
		if (rest?.count !== 1) continue;
		const statement = await rest.prepare(0).catch(() => null);
		const {statementType} = statement ?? {};
		statement?.destroySync();
		if (statementType === StatementType.SELECT) return true;
	}
	return false;
}

/**
 * Runs SQL that only reads: nothing is written, no other file is opened, nothing is fetched and no setting changes. The
 * store can run nothing else afterwards. Throws one sentence for anything that does more.
 *
 * Each guard is needed: without external access DuckDB still opens the database's own files, and `copy … to 'mail.db.wal'`
 * of a database that is open for reading would spoil it.
 */
export const askReading = (store: Store, sql: string): Promise<QueryResult<Cell>> =>
	put(sql, async () => {
		await store.read('set enable_external_access = false');
		await store.read('set lock_configuration = true');
		await store.read('begin transaction read only');
		const statements = await store.reader.extractStatements(sql);
		let result: DuckDBResultReader | undefined;
		for (let index = 0; index < statements.count; index++) {
			const statement = await statements.prepare(index);
			try {
				const {statementType} = statement;
				const reads =
					statementType === StatementType.EXPLAIN
						? statements.count === 1 && (await explainsReading(store, sql))
						: reading.has(statementType);
				if (!reads) throw new Error(`${StatementType[statementType]} is refused`);
				result = await store.track(statement.runAndReadAll());
			} finally {
				statement.destroySync();
			}
		}
		return result === undefined ? {columns: [], rows: []} : resultOf(result);
	});
