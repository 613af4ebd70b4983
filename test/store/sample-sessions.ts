import {createLoader} from '../../src/store/load.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {emptySession, type Hop, type Session} from '../../src/tls/session.ts';

/** A session with some fields filled in; inbound unless it goes out by its hop. */
export function session(hop: Hop, fields: Partial<Session> = {}): Session {
	return {...emptySession(hop, hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in'), ...fields};
}

/** A store in memory that holds the sessions. */
export async function storeOf(sessions: readonly Session[]): Promise<Store> {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const each of sessions) loader.add(each);
	loader.end();
	return store;
}
