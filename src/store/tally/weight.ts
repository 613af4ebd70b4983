import type {Store} from '../store.ts';

/*
 * A row of a store may stand for several sessions that are alike in all that queries look at: in a tally, see
 * `src/store/tally/tally.ts`. In every other store it stands for one. The words of SQL in which the two differ are here; all else
 * that queries ask of sessions `s` is the same for both, by the view `weighted_rows`.
 */

type Rows = Pick<Store, 'isTally'>;

/** The table that the rows of a store are in. */
export const rowsOf = ({isTally = false}: Rows): string => (isTally ? 'tally_rows' : 'session_rows');

/**
 * The view that all queries read: the rows of a store with their row id as `row`. `started_at` is the first beginning of a row's
 * sessions, `last_started` the last one, `last_moment` the last of all their moments. A tally has also `sessions`, how many they are.
 */
export const weightedRows = (
	store: Rows,
): string => `create or replace temp view weighted_rows as select r.rowid as row, r.*
	${store.isTally === true ? '' : ', r.started_at as last_started, coalesce(r.ended_at, r.started_at) as last_moment'} from ${rowsOf(store)} r`;

/** How many sessions the `rows` of a grouping stand for, or those of them that pass a test. Counting rows is faster than adding up ones. */
export function sessionsOf({isTally = false}: Rows, test?: string, rows = 's'): string {
	const filter = test === undefined ? '' : ` filter (where ${test})`;
	return isTally ? `coalesce(sum(${rows}.sessions)${filter}, 0)::bigint` : `(count(*)${filter})`;
}

/** A number that each session of a row `s` has, for all of them. */
export const timesSessions = ({isTally = false}: Rows, number: string): string =>
	isTally ? `(${number}) * s.sessions` : number;

/** The column `sessions` of rows `s`, for a table that is made of them, behind other columns. */
export const weightColumn = ({isTally = false}: Rows): string => (isTally ? ', s.sessions' : '');
