import type {DuckDBType, DuckDBValue} from '@duckdb/node-api';
import type {Finding, Handshake} from '../tls/judge.ts';
import {DuckDBDataChunk, INTEGER, VARCHAR} from './duckdb.ts';
import {judgementTables} from './judgement-tables.ts';
import {handshakeColumns} from './schema.ts';
import type {Store} from './store.ts';

/** Judges one handshake; see `judge` in src/tls. */
export type Judge = (handshake: Handshake) => readonly Finding[];

/** Adds rows to a temporary table of the reader, a chunk at a time. */
export async function append(
	{reader}: Store,
	table: string,
	types: readonly DuckDBType[],
	rows: DuckDBValue[][],
): Promise<void> {
	const appender = await reader.createAppender(table, 'main', 'temp');
	for (let from = 0; from < rows.length; from += 2048) {
		const chunk = DuckDBDataChunk.create(types);
		chunk.setRows(rows.slice(from, from + 2048));
		appender.appendDataChunk(chunk);
	}
	appender.flushSync();
	appender.closeSync();
}

/** The handshakes of the store: of millions of sessions only some hundreds differ in what judging looks at. */
export async function handshakes(store: Store): Promise<Array<{readonly handshake: number} & Handshake>> {
	return store.all(`select handshake, ${handshakeColumns.map(({name, of}) => `${name} as "${of}"`)},
		carried_mail as "carriedMail", logged_in as "loggedIn" from handshakes order by handshake`);
}

/**
 * Judges every session anew: the few handshakes that differ are judged one by one, the millions of sessions are joined to
 * them by the view `violations`. `undecided` gives the rules about which a handshake says nothing. For a whole policy, with exceptions and destinations, see `judgeByPolicy`.
 */
export async function judgeSessions(
	store: Store,
	judge: Judge,
	undecided: (handshake: Handshake) => readonly string[] = () => [],
): Promise<void> {
	for (const statement of judgementTables) await store.read(statement);
	const findings: DuckDBValue[][] = [];
	const open: DuckDBValue[][] = [];
	for (const {handshake, ...fields} of await handshakes(store)) {
		for (const {rule, severity, observed, required, reference} of judge(fields))
			findings.push([handshake, rule, severity, observed, required, reference]);
		for (const rule of undecided(fields)) open.push([handshake, rule]);
	}
	await append(store, 'handshake_findings', [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR], findings);
	await append(store, 'handshake_undecided', [INTEGER, VARCHAR], open);
}
