import type {DuckDBType, DuckDBValue} from '@duckdb/node-api';
import type {Finding} from '../tls/judge.ts';
import type {Handshake} from '../tls/session-parts.ts';
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
	if (rows.length === 0) return;
	const appender = await reader.createAppender(table, 'main', 'temp');
	for (let from = 0; from < rows.length; from += 2048) {
		const chunk = DuckDBDataChunk.create(types);
		chunk.setRows(rows.slice(from, from + 2048));
		appender.appendDataChunk(chunk);
	}
	appender.flushSync();
	appender.closeSync();
}

/** A handshake by its number. */
export type NumberedHandshake = {readonly handshake: number} & Handshake;

/** The columns of a handshake `h` by the names of its fields. */
export const handshakeFieldsOf = `h.handshake, ${handshakeColumns.map(({name, of}) => `h.${name} as "${of}"`)},
	h.carried_mail as "carriedMail", h.logged_in as "loggedIn"`;

/** Numbers of handshakes that are asked for at a time. */
const mostAtOnce = 16_384;

/**
 * The handshakes of the store, some at a time: of millions of sessions only some hundreds differ in what judging looks at,
 * but peers may make up millions of versions, and these are not to be in memory all at once.
 */
export async function* handshakes(store: Store): AsyncGenerator<NumberedHandshake[]> {
	const [ends] = await store.all<{first: number | null; last: number | null}>(
		'select min(handshake)::double as first, max(handshake)::double as last from handshakes',
	);
	const {first = null, last = null} = ends ?? {};
	if (first === null || last === null) return;
	for (let from = first; from <= last; from += mostAtOnce)
		yield await store.all<NumberedHandshake>(
			`select ${handshakeFieldsOf} from handshakes h where h.handshake >= $from and h.handshake < $to order by h.handshake`,
			{from, to: from + mostAtOnce},
		);
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
	for await (const some of handshakes(store)) {
		const findings: DuckDBValue[][] = [];
		const open: DuckDBValue[][] = [];
		for (const {handshake, ...fields} of some) {
			for (const {rule, severity, observed, required, reference} of judge(fields))
				findings.push([handshake, rule, severity, observed, required, reference]);
			for (const rule of undecided(fields)) open.push([handshake, rule]);
		}
		await append(store, 'handshake_findings', [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR], findings);
		await append(store, 'handshake_undecided', [INTEGER, VARCHAR], open);
	}
}
