import type {Store} from './store.ts';

/** Sessions in the database. */
export async function countSessions(store: Store): Promise<number> {
	const [row] = await store.all<{sessions: number}>('select count(*)::double as sessions from sessions');
	return row?.sessions ?? 0;
}

/** Deletes sessions that were over, or last heard of, before `before` (ms since 1970 UTC). Those without a date stay. */
export async function prune(store: Store, before: number): Promise<void> {
	await store.run('delete from sessions where coalesce(ended_at, started_at) < epoch_ms($before::bigint)', {before});
}
