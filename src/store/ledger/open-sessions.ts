import {rowColumns} from '../schema.ts';
import type {Store} from '../store.ts';

/** What distinguishes one row of `session_rows` from another; rows that agree in all of it are alike for every purpose. */
const identity = [...rowColumns.map(({name}) => name), 'handshake', 'origin', 'deliveries', 'tls_reports'];

const rowsAlike = (of: string): string =>
	`select *, row_number() over (partition by ${identity.map(name => `${of}.${name}`)}) as nth`;

/**
 * The query of the row ids of `session_rows` that are of sessions that were open when the last import ended, each once, however
 * many rows are like it; their column is `id`.
 */
export const openRowIds = `with candidates as (
		select s.rowid as id, ${identity.map(name => `s.${name}`)} from session_rows s
		semi join open_sessions o
		on s.first_line is not distinct from o.first_line and s.started_at is not distinct from o.started_at),
	held as (${rowsAlike('c')} from candidates c),
	taken as (${rowsAlike('o')} from (select ${identity} from open_sessions) o)
	select held.id from held join taken
	on ${[...identity, 'nth'].map(name => `held.${name} is not distinct from taken.${name}`).join(' and ')}`;

/**
 * Sessions that were open when the last import ended are among the others as they looked then: takes them out again. In the
 * transaction that is open.
 */
export async function dropOpenSessions(store: Store): Promise<void> {
	await store.run(`delete from session_rows where rowid in (${openRowIds})`);
	await store.run('delete from open_sessions');
}

/**
 * Keeps open sessions as they are: nothing more can be learned of them. From now on they are sessions of the step that is open, as an
 * export has left them out of those of theirs.
 */
export async function closeOpenSessions(store: Store, step: number): Promise<void> {
	await store.run(`update session_rows set step = $step where rowid in (${openRowIds})`, {step});
	await store.run('delete from open_sessions');
}

/** Shows what was loaded into `open_sessions`. */
export async function showOpenSessions(store: Store): Promise<void> {
	await store.run('insert into session_rows select * from open_sessions');
}
