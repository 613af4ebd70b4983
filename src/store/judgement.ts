import {DuckDBDataChunk, type DuckDBType, type DuckDBValue, INTEGER, VARCHAR} from '@duckdb/node-api';
import type {Finding, Handshake} from '../tls/judge.ts';
import {handshakeColumns} from './schema.ts';
import type {Store} from './store.ts';

/** Judges one handshake; see `judge` in src/tls. */
export type Judge = (handshake: Handshake) => readonly Finding[];

async function append(store: Store, table: string, types: readonly DuckDBType[], rows: DuckDBValue[][]): Promise<void> {
	const appender = await store.writer.createAppender(table);
	for (let from = 0; from < rows.length; from += 2048) {
		const chunk = DuckDBDataChunk.create(types);
		chunk.setRows(rows.slice(from, from + 2048));
		appender.appendDataChunk(chunk);
	}
	appender.flushSync();
	appender.closeSync();
}

/**
 * Judges every session anew: the few handshakes that differ are judged one by one, the millions of sessions are joined to
 * them by the view `violations`. Measured with 5 million sessions: under a second.
 */
export async function judgeSessions(store: Store, judge: Judge): Promise<void> {
	const names = handshakeColumns.map(({name}) => name);
	await store.run('delete from handshake_findings');
	await store.run('delete from handshakes');
	await store.run(`insert into handshakes select row_number() over () as handshake, * from (
		select distinct ${names}, messages > 0 as carried_mail, username is not null as logged_in from sessions)`);
	const rows = await store.all(`select handshake, ${handshakeColumns.map(({name, of}) => `${name} as "${of}"`)},
		carried_mail as "carriedMail", logged_in as "loggedIn" from handshakes`);
	const findings = rows.flatMap(({handshake, ...fields}) =>
		judge(fields as Handshake).map(({rule, severity, observed, required, reference}) => [
			handshake as number,
			rule,
			severity,
			observed,
			required,
			reference,
		]),
	);
	await append(store, 'handshake_findings', [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR], findings);
}
