import type {Parameters, Row, Store} from '../store.ts';

/** One step of a query: a table under a name that the later steps read. Names begin with that of the query. */
export type Step = {readonly name: string; readonly sql: string};

/** Runs a query that is made of steps. */
export type RunSteps = <R extends Row>(
	store: Store,
	steps: readonly Step[],
	query: string,
	parameters?: Parameters,
) => Promise<R[]>;

/** The values that a step names, of those of the whole query: DuckDB refuses others. */
function boundIn(sql: string, parameters: Parameters): Parameters {
	const named = Object.entries(parameters).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql));
	return Object.fromEntries(named);
}

/**
 * Runs step by step, each into a temporary table, and drops them: a query over millions of names that peers made up has no room
 * as one. Not for queries that may be run twice at the same time.
 */
export async function stepByStep<R extends Row>(
	store: Store,
	steps: readonly Step[],
	query: string,
	parameters: Parameters = {},
): Promise<R[]> {
	try {
		for (const {name, sql} of steps)
			await store.read(`create or replace temp table ${name} as ${sql}`, boundIn(sql, parameters));
		return await store.all<R>(query, boundIn(query, parameters));
	} finally {
		await store.read(steps.map(({name}) => `drop table if exists temp.${name};`).join(' '));
	}
}

/** Runs as one statement: for some hundred thousand sessions, and for queries that are run while others run. */
export function atOnce<R extends Row>(
	store: Store,
	steps: readonly Step[],
	query: string,
	parameters: Parameters = {},
): Promise<R[]> {
	const tables = steps.map(({name, sql}) => `${name} as materialized (${sql})`).join(', ');
	// The query may have tables of its own.
	const own = /^with\s/i.test(query) ? `, ${query.slice(5)}` : ` ${query}`;
	return store.all<R>(`with ${tables}${own}`, parameters);
}
