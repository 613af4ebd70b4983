import type {Session} from '../../tls/session.ts';
import {sessionColumns} from '../schema.ts';
import type {Store} from '../store.ts';

/** The sessions of a database in order of their rows, some thousands at a time; times are ms since 1970 UTC. */
export async function* storedSessions(store: Store): AsyncGenerator<Session[]> {
	const picked = sessionColumns.map(({name, of, type}) =>
		type === 'timestamp' ? `epoch_ms(s.${name})::double as "${of}"` : `s.${name} as "${of}"`,
	);
	const kept = ['h.logged_in as "loggedIn"', 'h.start_seen as "startSeen"'];
	const result = await store.track(
		store.reader.stream(
			`select ${[...picked, ...kept]} from numbered_sessions s join handshakes h on h.handshake = s.handshake`,
		),
	);
	for await (const rows of result.yieldRowObjectJs()) yield rows as unknown as Session[];
}
