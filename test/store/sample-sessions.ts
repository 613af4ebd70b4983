import {emptySession, type Hop, type Session} from '../../src/model/session.ts';
import type {Handshake} from '../../src/model/session-parts.ts';
import type {Finding} from '../../src/policy/judge.ts';
import {createSessionJudge} from '../../src/store/judgement.ts';
import {numberSessions} from '../../src/store/ledger/number-sessions.ts';
import {createLoader} from '../../src/store/load.ts';
import {openStore, type Store} from '../../src/store/store.ts';

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

/** Adds sessions that a query makes up: some columns of `sessions`, by their names; the others are null. */
export async function addSessions(store: Store, query: string): Promise<void> {
	await store.run('create temp table made_up as select * from sessions limit 0');
	await store.run(`insert into made_up by name ${query}`);
	for (const statement of numberSessions('temp.made_up')) await store.run(statement);
	await store.run('drop table temp.made_up');
}

/** Judges each handshake by a function, without peers. */
export async function judgeSessions(store: Store, judge: (handshake: Handshake) => readonly Finding[]): Promise<void> {
	const evidence = () => ({telling: 'not-asked', lacks: null, rules: []}) as const;
	await createSessionJudge(store, {
		judge,
		inconclusive: () => [],
		evidence,
		ofPeer: null,
		hops: [],
		byDomain: false,
	}).update();
}
