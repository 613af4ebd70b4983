import {
	BOOLEAN,
	type DuckDBAppender,
	DuckDBDataChunk,
	DuckDBTimestampValue,
	type DuckDBType,
	type DuckDBValue,
	INTEGER,
	VARCHAR,
} from '@duckdb/node-api';
import type {Session} from '../../tls/session.ts';
import {duckType, handshakeColumns, sessionColumns} from '../schema.ts';
import type {Store} from '../store.ts';
import type {SessionJudge} from './live-judgement.ts';

/** DuckDB takes no more rows in one chunk. */
const chunkRows = 2048;

export type LiveLoader = {
	add(session: Session): void;
	/** Makes everything added so far visible to queries; does nothing while held. */
	flush(): void;
	/** Keeps rows back while the store is tidied up, so that the loop is never blocked by its lock. */
	hold(): void;
	release(): void;
	/** Forgets handshakes, all but those of rows not yet visible; gives those forgotten. They get new numbers when met again. */
	forget(gone: ReadonlySet<number>): number[];
	/** Sessions added since the beginning. */
	readonly added: number;
	/** Rows not yet visible. */
	readonly waiting: number;
	end(): void;
};

const types = [...sessionColumns.map(({type}) => duckType[type]), INTEGER];

/** Tables of the live screen: sessions that carry the number of their handshake. */
async function prepare(store: Store): Promise<void> {
	const columns = sessionColumns.map(({name, type}) => `${name} ${type}`).join(', ');
	await store.run(`create table live_sessions(${columns}, handshake integer)`);
}

function appendRows(appender: DuckDBAppender, types: readonly DuckDBType[], rows: DuckDBValue[][]): void {
	for (let from = 0; from < rows.length; from += chunkRows) {
		const chunk = DuckDBDataChunk.create(types);
		chunk.setRows(rows.slice(from, from + chunkRows));
		appender.appendDataChunk(chunk);
	}
	appender.flushSync();
}

/**
 * Loads sessions of a live screen and gives each the number of its handshake, to which the findings of the policy are
 * joined: nothing is ever judged again. Where a policy looks at peers too, a handshake has a number for each outcome.
 */
export async function createLiveLoader(store: Store, judge: SessionJudge): Promise<LiveLoader> {
	await prepare(store);
	const sessions = await store.writer.createAppender('live_sessions');
	const handshakes = await store.writer.createAppender('handshakes');
	const handshakeFindings = await store.writer.createAppender('handshake_findings');
	const handshakeTypes = [INTEGER, ...handshakeColumns.map(({type}) => duckType[type])];
	const numbers = new Map<string, number>();
	let next = 1;
	let newHandshakes: DuckDBValue[][] = [];
	let newFindings: DuckDBValue[][] = [];
	let columns: DuckDBValue[][] = types.map(() => []);
	let rows = 0;
	let added = 0;
	let held = false;

	function numberOf(session: Session): number {
		const carriedMail = session.messages > 0;
		const loggedIn = session.username !== null;
		let key = `${carriedMail}${loggedIn}${judge.mark(session)}`;
		for (const {of} of handshakeColumns) key += `\n${session[of]}`;
		const known = numbers.get(key);
		if (known !== undefined) return known;
		const number = next;
		next += 1;
		numbers.set(key, number);
		newHandshakes.push([number, ...handshakeColumns.map(({of}) => session[of]), carriedMail, loggedIn]);
		for (const {rule, severity, observed, required, reference} of judge.findings(session))
			newFindings.push([number, rule, severity, observed, required, reference]);
		return number;
	}

	/** Handshakes go first: a session is never seen without its own. */
	function write(): void {
		if (newHandshakes.length > 0) {
			appendRows(handshakes, [...handshakeTypes, BOOLEAN, BOOLEAN], newHandshakes);
			newHandshakes = [];
		}
		if (newFindings.length > 0) {
			appendRows(handshakeFindings, [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR], newFindings);
			newFindings = [];
		}
		const full = columns;
		for (let from = 0; from < rows; from += chunkRows) {
			const chunk = DuckDBDataChunk.create(types);
			chunk.setColumns(rows <= chunkRows ? full : full.map(values => values.slice(from, from + chunkRows)));
			sessions.appendDataChunk(chunk);
			sessions.flushSync();
		}
		columns = types.map(() => []);
		rows = 0;
	}

	return {
		get added() {
			return added;
		},
		get waiting() {
			return rows;
		},
		add(session) {
			let index = 0;
			for (const {of, type} of sessionColumns) {
				const value = session[of];
				columns[index]?.push(
					type === 'timestamp' && typeof value === 'number'
						? new DuckDBTimestampValue(BigInt(Math.round(value)) * 1000n)
						: value,
				);
				index += 1;
			}
			columns[index]?.push(numberOf(session));
			rows += 1;
			added += 1;
			if (rows >= chunkRows && !held) write();
		},
		flush() {
			if (rows > 0 && !held) write();
		},
		hold() {
			held = true;
		},
		release() {
			held = false;
			if (rows >= chunkRows) write();
		},
		forget(gone) {
			const waiting = new Set(columns.at(-1));
			const forgotten: number[] = [];
			for (const [key, number] of numbers)
				if (gone.has(number) && !waiting.has(number)) {
					numbers.delete(key);
					forgotten.push(number);
				}
			return forgotten;
		},
		end() {
			held = false;
			if (rows > 0) write();
			for (const appender of [sessions, handshakes, handshakeFindings]) appender.closeSync();
		},
	};
}
