import type {Parameters, Row, Store} from './store.ts';

/** One step of a question: a table under a name that the later steps ask. Names begin with that of the question. */
export type Step = {readonly name: string; readonly sql: string};

/** The values that a step names, of those of the whole question: DuckDB refuses others. */
function boundIn(sql: string, parameters: Parameters): Parameters {
	const named = Object.entries(parameters).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql));
	return Object.fromEntries(named);
}

/**
 * Answers step by step, each in a temporary table, and lets go of them: a question over millions of names that peers made up has
 * no room as one. Not for questions that may be put twice at the same time.
 */
export async function stepByStep<R extends Row>(
	store: Store,
	steps: readonly Step[],
	question: string,
	parameters: Parameters = {},
): Promise<R[]> {
	try {
		for (const {name, sql} of steps)
			await store.read(`create or replace temp table ${name} as ${sql}`, boundIn(sql, parameters));
		return await store.all<R>(question, boundIn(question, parameters));
	} finally {
		for (const {name} of steps) await store.read(`drop table if exists temp.${name}`);
	}
}

/** The same steps before a question put as one statement. */
export const commonTables = (steps: readonly Step[]): string =>
	`with ${steps.map(({name, sql}) => `${name} as materialized (${sql})`).join(', ')}`;

/** Answers at once: for some hundred thousand sessions, and for questions that are put while others run. */
export function atOnce<R extends Row>(
	store: Store,
	steps: readonly Step[],
	question: string,
	parameters: Parameters = {},
): Promise<R[]> {
	return store.all<R>(`${commonTables(steps)} ${question}`, parameters);
}
