import type {JS} from '@duckdb/node-api';
import {condition, type Filter} from './filter.ts';
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
	const {where, parameters} = condition(filter);
	const result = await store.track(
		store.reader.stream(
			`select ${sessionColumns.map(({name}) => `s.${name}`)} from sessions s where ${where}
			order by s.started_at nulls last, s.source, s.first_line`,
			{...parameters},
		),
	);
	for await (const rows of result.yieldRowObjectJs())
		yield rows.map(row =>
			Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value) as string | number | null])),
		);
}

export type Answer = {readonly columns: string[]; readonly rows: Cell[][]};

/** Whether there is nothing in it but blanks, comments and semicolons, which DuckDB takes for an error of its own. */
function saysNothing(sql: string): boolean {
	return sql.replaceAll(/--[^\n]*|\/\*.*?\*\//gs, '').replaceAll(/[\s;]/g, '') === '';
}

/** Runs the user's own SQL and gives its rows; throws DuckDB's complaint as one sentence. */
export async function ask(store: Store, sql: string): Promise<Answer> {
	if (saysNothing(sql)) throw new Error('sql: nothing is asked; try select * from sessions limit 10');
	try {
		const result = await store.read(sql);
		return {
			columns: result.deduplicatedColumnNames(),
			rows: result.getRowsJS().map(row => row.map(cell)),
		};
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		throw new Error(`sql: ${message.replace(/\s*LINE \d+:.*$/s, '').replaceAll(/\s*\n\s*/g, ' ')}`, {cause: error});
	}
}
