import {evidenceTable} from '../evidence.ts';
import {findingColumns} from '../judgement-tables.ts';
import {type Column, handshakeColumns, originColumns, rowColumns} from '../schema.ts';
import type {Store} from '../store.ts';

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

/** Makes the tables of a live screen. Handshakes have the table that reports use. */
export async function createLiveTables(store: Store): Promise<void> {
	await store.run(`create table live_sessions(${listed(rowColumns)}, handshake integer, origin integer)`);
	await store.run(`create table handshake_findings(${findingColumns})`);
	await store.run(`create table ${evidenceTable}`);
	await store.run(`create table live_origins(origin integer, ${listed(originColumns)})`);
}
