import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {createReader} from '../../src/log/reader.ts';
import type {Filter, Term} from '../../src/model/filter.ts';
import {emptySession, type Hop, type Session} from '../../src/model/session.ts';
import {founding} from '../../src/policy/founding.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {judgeByPolicy} from '../../src/store/judgement.ts';
import {createLoader, type Loader} from '../../src/store/load.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {readLine} from '../log/fixture/read-line.ts';

export type LiveStore = {
	readonly store: Store;
	readonly loader: Loader;
	readonly end: () => Promise<void>;
};

/** A live store with sessions in it, judged. */
export async function liveStore(sessions: readonly Session[], policy: Policy = founding): Promise<LiveStore> {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const session of sessions) loader.add(session);
	loader.flush();
	await judgeByPolicy(store, policy, Date.UTC(2026, 9, 12));
	return {
		store,
		loader,
		async end() {
			loader.end();
			await store.close();
		},
	};
}

/** The sessions of a sample log. */
export function sampleSessions(name: string): Session[] {
	const path = fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {
		zone: 'UTC',
		year: 2026,
		now: Date.UTC(2026, 11, 31),
	});
	reader.open({name, modified: null});
	for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) readLine(reader, line);
	reader.end();
	return sessions;
}

export const session = (part: Partial<Session>, hop: Hop = 'relay-in'): Session => ({
	...emptySession(hop, 'in'),
	startedAt: Date.UTC(2026, 9, 12, 8),
	port: 25,
	outcome: 'encrypted',
	protocol: 'TLSv1.3',
	...part,
});

export const filtered = (...terms: Term[]): Filter => ({terms});
