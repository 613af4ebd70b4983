import type {Session} from '../../tls/session.ts';
import {type Column, handshakeColumns, sessionColumns} from '../schema.ts';
import type {Store} from '../store.ts';

/** Where a session was logged, and what else says the same thing over and over. */
const originKeys = [
	'logHost',
	'tag',
	'source',
	'portSource',
	'clientSignature',
	'clientDigest',
] as const satisfies ReadonlyArray<keyof Session>;
export const originColumns: readonly Column[] = sessionColumns.filter(({of}) =>
	(originKeys as ReadonlyArray<keyof Session>).includes(of),
);

/** What is left when handshake and origin are numbers: fifteen narrow columns instead of thirty-four. */
export const liveColumns: readonly Column[] = sessionColumns.filter(
	column => !handshakeColumns.includes(column) && !originColumns.includes(column),
);

const namesOf = (columns: readonly Column[]): Set<string> => new Set(columns.map(({name}) => name));
const ofHandshake = namesOf(handshakeColumns);
const ofOrigin = namesOf(originColumns);

/** The table that holds a column of `sessions`: `h` handshakes, `o` origins, `s` the sessions themselves. */
export function tableOf(column: string): 'h' | 'o' | 's' {
	if (ofHandshake.has(column)) return 'h';
	return ofOrigin.has(column) ? 'o' : 's';
}

/** Everything there is to know about sessions `s`; `live_sessions` alone is enough to count. */
export const allOfSessions = 'live_sessions s join handshakes h using (handshake) join live_origins o using (origin)';

const listed = (columns: readonly Column[]): string => columns.map(({name, type}) => `${name} ${type}`).join(', ');

/** Makes the tables of a live screen. Handshakes and findings have the tables that reports use. */
export async function createLiveTables(store: Store): Promise<void> {
	await store.run(`create table live_sessions(${listed(liveColumns)}, handshake integer, origin integer)`);
	await store.run(`create table live_origins(origin integer, ${listed(originColumns)})`);
}
