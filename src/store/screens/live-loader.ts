import type {DuckDBValue} from '@duckdb/node-api';
import {heldCount, heldNumber, heldTime, type Session} from '../../tls/session.ts';
import {BOOLEAN, DuckDBDataChunk, DuckDBTimestampValue, INTEGER, VARCHAR} from '../duckdb.ts';
import {type Column, duckType, handshakeColumns, originColumns, rowColumns} from '../schema.ts';
import type {Store} from '../store.ts';
import {createDictionary, createRows} from './dictionary.ts';
import type {SessionJudge} from './live-judgement.ts';
import {createLiveTables} from './live-tables.ts';

/** DuckDB takes no more rows in one chunk. */
const chunkRows = 2048;

export type LiveLoader = {
	add(session: Session): void;
	/** Makes everything added so far visible to queries; does nothing while held. */
	flush(): void;
	/** Keeps rows back while the store is tidied up, so that the loop is never blocked by its lock. */
	hold(): void;
	release(): void;
	/** Forgets handshakes or origins, all but those of rows not yet visible; gives those forgotten. */
	forget(what: 'handshake' | 'origin', gone: ReadonlySet<number>): number[];
	/** Sessions added since the beginning. */
	readonly added: number;
	/** Rows not yet visible. */
	readonly waiting: number;
	end(): void;
};

const types = [...rowColumns.map(({type}) => duckType[type]), INTEGER, INTEGER];
const typesOf = (columns: readonly Column[]) => columns.map(({type}) => duckType[type]);
const evidenceTypes = [INTEGER, VARCHAR, VARCHAR];
const findingTypes = [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR];

const counts: ReadonlySet<keyof Session> = new Set(['reused', 'messages', 'rejected']);

/** What a column holds of a session. */
function heldValue(session: Session, of: keyof Session, type: Column['type']): DuckDBValue {
	const value = session[of];
	if (typeof value !== 'number') return value;
	if (type === 'integer') return counts.has(of) ? heldCount(value) : heldNumber(value);
	const time = heldTime(value);
	return time === null ? null : new DuckDBTimestampValue(BigInt(Math.round(time)) * 1000n);
}

/**
 * Loads sessions of a live screen and gives each the number of its handshake, to which the findings of the policy are
 * joined: nothing is ever judged again. Where a policy looks at peers too, a handshake has a number for each outcome.
 */
export async function createLiveLoader(store: Store, judge: SessionJudge): Promise<LiveLoader> {
	await createLiveTables(store);
	const sessions = await store.writer.createAppender('live_sessions');
	const handshakes = await createDictionary(store, 'handshakes', [
		...typesOf(handshakeColumns),
		BOOLEAN,
		BOOLEAN,
		BOOLEAN,
	]);
	const origins = await createDictionary(store, 'live_origins', typesOf(originColumns));
	const findings = await createRows(store, 'handshake_findings', findingTypes);
	const evidence = await createRows(store, 'handshake_evidence', evidenceTypes);
	const fresh = (): DuckDBValue[][] => types.map(() => []);
	let columns = fresh();
	let rows = 0;
	let added = 0;
	let held = false;
	let draining: NodeJS.Immediate | undefined;

	function handshakeOf(session: Session): number {
		const carriedMail = session.messages > 0;
		const {loggedIn, startSeen} = session;
		let key = `${carriedMail}${loggedIn}${startSeen}${judge.mark(session)}`;
		for (const {of} of handshakeColumns) key += `\n${session[of]}`;
		return handshakes.numberOf(key, number => {
			for (const {rule, severity, observed, required, reference} of judge.findings(session))
				findings.add([number, rule, severity, observed, required, reference]);
			const {telling, lacks} = judge.evidence(session);
			evidence.add([number, telling, lacks]);
			return [...handshakeColumns.map(({of, type}) => heldValue(session, of, type)), carriedMail, loggedIn, startSeen];
		});
	}

	function originOf(session: Session): number {
		let key = '';
		for (const {of} of originColumns) key += `\n${session[of]}`;
		return origins.numberOf(key, () => originColumns.map(({of}) => session[of]));
	}

	/** One chunk, the oldest rows. Handshakes, findings and origins go first: a session is never seen without its own. */
	function writeChunk(): void {
		for (const table of [handshakes, findings, evidence, origins]) table.write();
		const chunk = DuckDBDataChunk.create(types);
		if (rows <= chunkRows) {
			chunk.setColumns(columns);
			columns = fresh();
			rows = 0;
		} else {
			chunk.setColumns(columns.map(values => values.splice(0, chunkRows)));
			rows -= chunkRows;
		}
		sessions.appendDataChunk(chunk);
		sessions.flushSync();
	}

	/** What was held back goes a chunk at a turn of the loop: some 20 ms each, and keys come in between. */
	function drain(): void {
		draining = undefined;
		if (held || rows < chunkRows) return;
		writeChunk();
		draining = setImmediate(drain);
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
			for (const {of, type} of rowColumns) {
				columns[index]?.push(heldValue(session, of, type));
				index += 1;
			}
			columns[index]?.push(handshakeOf(session));
			columns[index + 1]?.push(originOf(session));
			rows += 1;
			added += 1;
			if (rows >= chunkRows && !held && draining === undefined) writeChunk();
		},
		flush() {
			while (rows > 0 && !held) writeChunk();
		},
		hold() {
			held = true;
		},
		release() {
			held = false;
			draining ??= setImmediate(drain);
		},
		forget(what, gone) {
			const waiting = new Set(columns.at(what === 'handshake' ? -2 : -1));
			return (what === 'handshake' ? handshakes : origins).forget(gone, waiting);
		},
		end() {
			held = false;
			clearImmediate(draining);
			while (rows > 0) writeChunk();
			sessions.closeSync();
			for (const table of [handshakes, findings, evidence, origins]) table.close();
		},
	};
}
