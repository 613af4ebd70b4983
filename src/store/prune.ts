import type {Filter} from '../model/filter.ts';
import {condition} from './filter.ts';
import type {Store} from './store.ts';

/** Sessions in the database, or those of them that a filter lets through. */
export async function countSessions(store: Store, filter: Filter = {}): Promise<number> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<{sessions: number}>(
		`select count(*)::double as sessions from session_rows s where ${where}`,
		parameters,
	);
	return row?.sessions ?? 0;
}

/**
 * Deletes sessions that were over, or last heard of, before `before` (ms since 1970 UTC), and what no other session has in
 * common with them. Those without a date stay. No loader may be open.
 */
export async function prune(store: Store, before: number): Promise<void> {
	await store.run('delete from session_rows where coalesce(ended_at, started_at) < epoch_ms($before::bigint)', {
		before,
	});
	for (const [table, key] of [
		['handshakes', 'handshake'],
		['origins', 'origin'],
	])
		await store.run(`delete from ${table} where ${key} not in (
			select ${key} from session_rows union all select ${key} from open_sessions)`);
}
