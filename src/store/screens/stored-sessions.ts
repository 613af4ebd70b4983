import type {Session} from '../../tls/session.ts';
import {sessionColumns} from '../schema.ts';
import type {Store} from '../store.ts';

/** The sessions of a database in order of their rows, some thousands at a time; times are ms since 1970 UTC. */
export async function* storedSessions(store: Store): AsyncGenerator<Session[]> {
	const picked = sessionColumns.map(({name, of, type}) =>
		type === 'timestamp' ? `epoch_ms(${name})::double as "${of}"` : `${name} as "${of}"`,
	);
	const result = await store.track(store.reader.stream(`select ${picked} from sessions`));
	for await (const rows of result.yieldRowObjectJs()) yield rows as unknown as Session[];
}
